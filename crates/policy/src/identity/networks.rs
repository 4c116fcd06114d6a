//! The networks that a configuration names, and the reading of identities on them.

use std::collections::BTreeMap;

use super::{AccountName, CaseMapping, Identity, IdentityError, Network, RoomId, UserId, text};

/// What verifies a user of a network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The network's own accounts, as its transport learns of them.
    #[default]
    Account,
    /// A match of `nick!user@host`: for networks without accounts; anybody there may take a nick.
    Hostmask,
    /// The nick alone: for networks without accounts that only friends can reach.
    Nick,
}

/// The configured networks with the rules of each.
///
/// A network that is not configured is of the kind that its name says, and else compares byte for
/// byte, so that a policy can be read on its own.
#[derive(Clone, Debug, Default)]
pub struct Networks {
    by_name: BTreeMap<Network, (CaseMapping, Trust)>,
    complete: bool,
}

impl Networks {
    /// No configured network at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a network, or replaces what was said of it.
    #[must_use]
    pub fn with(mut self, network: Network, mapping: CaseMapping, trust: Trust) -> Self {
        self.by_name.insert(network, (mapping, trust));
        self
    }

    /// The same, of which it is certain that there are no others, though there may be none.
    #[must_use]
    pub fn complete(self) -> Self {
        Self { complete: true, ..self }
    }

    /// Whether nothing is configured.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Whether no name of a network is unknown: where none is configured, for all that we know they
    /// are configured elsewhere.
    pub fn may_be_any(&self) -> bool {
        self.is_empty() && !self.complete
    }

    /// Whether a network is configured; `console` and `socket` always are.
    pub fn contains(&self, network: &Network) -> bool {
        network.is_reserved() || self.by_name.contains_key(network)
    }

    /// The names of the configured networks, in order.
    pub fn names(&self) -> impl Iterator<Item = &Network> {
        self.by_name.keys()
    }

    /// How names on a network are compared.
    pub fn case_mapping(&self, network: &Network) -> CaseMapping {
        self.by_name
            .get(network)
            .map_or_else(|| CaseMapping::of_kind(network.as_str()), |&(mapping, _)| mapping)
    }

    /// What verifies the users of a network.
    pub fn trust(&self, network: &Network) -> Trust {
        self.by_name.get(network).map_or_else(Trust::default, |&(_, trust)| trust)
    }

    /// Whether a user's name holds `*` or `?` on a network where no name can: an IRC mask.
    pub fn is_mask(&self, user: &UserId) -> bool {
        let mapping = self.case_mapping(user.network());
        matches!(mapping, CaseMapping::Ascii | CaseMapping::Rfc1459)
            && user.user().contains(['*', '?'])
    }

    /// Whether nothing can ever vouch for a user: an occupant's address, or `nick!user@host` where
    /// hostmasks are not trusted.
    pub(crate) fn is_claimed_only(&self, user: &UserId) -> bool {
        let mapping = self.case_mapping(user.network());
        let irc = matches!(mapping, CaseMapping::Ascii | CaseMapping::Rfc1459);
        let hostmask = irc && user.user().contains('!');
        user.is_occupant() || hostmask && self.trust(user.network()) != Trust::Hostmask
    }

    /// Reads any of `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` and `a:ACCOUNT`.
    ///
    /// # Errors
    ///
    /// When the text has another form, or a part breaks the rules of its network.
    pub fn parse(&self, text: &str) -> Result<Identity, IdentityError> {
        match text.split_once(':') {
            Some(("u", rest)) => self.user(text, rest).map(Identity::User),
            Some(("r", rest)) => self.room(text, rest).map(Identity::Room),
            Some(("p", rest)) => rest.parse().map(Identity::Network),
            Some(("a", rest)) => rest.parse::<AccountName>().map(Identity::Account),
            _ => Err(IdentityError::Form { text: text.into() }),
        }
    }

    /// Reads `u:NETWORK:USER`.
    ///
    /// # Errors
    ///
    /// As [`Networks::parse`], and when the text names something else than a user.
    pub fn parse_user(&self, text: &str) -> Result<UserId, IdentityError> {
        match self.parse(text)? {
            Identity::User(user) => Ok(user),
            _ => Err(IdentityError::Kind { text: text.into(), wanted: "a user, `u:NETWORK:USER`" }),
        }
    }

    /// Reads `r:NETWORK:ROOM`.
    ///
    /// # Errors
    ///
    /// As [`Networks::parse`], and when the text names something else than a room.
    pub fn parse_room(&self, text: &str) -> Result<RoomId, IdentityError> {
        match self.parse(text)? {
            Identity::Room(room) => Ok(room),
            _ => Err(IdentityError::Kind { text: text.into(), wanted: "a room, `r:NETWORK:ROOM`" }),
        }
    }

    fn user(&self, text: &str, rest: &str) -> Result<UserId, IdentityError> {
        let (network, name) = split_network(text, rest)?;
        UserId::new(&network, &text::decode(name)?, self.case_mapping(&network))
    }

    fn room(&self, text: &str, rest: &str) -> Result<RoomId, IdentityError> {
        let (network, name) = split_network(text, rest)?;
        RoomId::new(&network, &text::decode(name)?, self.case_mapping(&network))
    }
}

pub(super) fn split_network<'a>(
    text: &str,
    rest: &'a str,
) -> Result<(Network, &'a str), IdentityError> {
    let (network, name) =
        rest.split_once(':').ok_or_else(|| IdentityError::Form { text: text.into() })?;
    Ok((network.parse()?, name))
}
