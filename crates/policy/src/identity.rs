//! Who speaks and where: `u:<network>:<user>`, `r:<network>:<room>`, `p:<network>`, `a:<account>`.
//!
//! A name is parsed once, where it enters the house, into the canonical form of its network, and
//! is compared byte for byte ever after.
//! Two spellings of one user are one [`UserId`]; nothing else folds, trims or normalises.

mod account;
mod canonical;
mod case_mapping;
mod error;
mod hostmask;
mod network;
mod networks;
mod person;
mod stored;
mod text;

use std::fmt;

pub use account::AccountName;
pub(crate) use canonical::Canonical;
pub(crate) use case_mapping::fold_rfc1459;
pub use case_mapping::{CaseMapping, CaseMappingError};
pub use error::IdentityError;
pub use hostmask::Hostmask;
pub use network::Network;
pub use networks::{Networks, Trust};
pub use person::Person;
pub(crate) use stored::parse as parse_stored;

/// The longest user or room in bytes: the longest JID (RFC 6122, 2.1) is longer than any other.
pub const MAX_IDENTITY_BYTES: usize = 3071;

/// One user of one network, in canonical form.
///
/// Displays as `u:irc:bob`, with blanks, `,`, `;`, `%` and controls percent-encoded; parsing that
/// text again gives an equal id.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(Canonical);

impl UserId {
    /// Reads what a network calls a user, as it came (not percent-encoded).
    ///
    /// # Errors
    ///
    /// When the text is empty, too long, or not a name by the network's case mapping.
    pub fn new(network: &Network, user: &str, mapping: CaseMapping) -> Result<Self, IdentityError> {
        let (user, occupant) = mapping.canonical_user(user)?;
        Ok(Self(Canonical::new(network.clone(), user, occupant)))
    }

    /// The network that this user is on.
    pub fn network(&self) -> &Network {
        self.0.network()
    }

    /// The user in canonical form, without percent-encoding.
    pub fn user(&self) -> &str {
        self.0.name()
    }

    /// Whether this is a JID with a resource, `room@muc/nick`: an address in a room, that nothing
    /// vouches for and that no rule can name.
    pub fn is_occupant(&self) -> bool {
        self.0.is_occupant()
    }
}

impl From<Canonical> for UserId {
    fn from(canonical: Canonical) -> Self {
        Self(canonical)
    }
}

impl UserId {
    pub(crate) fn canonical(&self) -> &Canonical {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "u:{}:{}", self.network(), text::Encoded(self.user()))
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// One room of one network, in canonical form.
///
/// Displays as `r:irc:#nuncio`, encoded as [`UserId`] is.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId(Canonical);

impl RoomId {
    /// Reads what a network calls a room, as it came (not percent-encoded).
    ///
    /// # Errors
    ///
    /// When the text is empty, too long, or not a name by the network's case mapping; a JID with
    /// a resource is an occupant of a room and not a room.
    pub fn new(network: &Network, room: &str, mapping: CaseMapping) -> Result<Self, IdentityError> {
        let (name, occupant) = mapping.canonical_user(room)?;
        if occupant {
            return Err(IdentityError::Resource { text: room.into() });
        }
        Ok(Self(Canonical::new(network.clone(), name, false)))
    }

    /// The network that this room is on.
    pub fn network(&self) -> &Network {
        self.0.network()
    }

    /// The room in canonical form, without percent-encoding.
    pub fn room(&self) -> &str {
        self.0.name()
    }
}

impl RoomId {
    pub(crate) fn canonical(&self) -> &Canonical {
        &self.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "r:{}:{}", self.network(), text::Encoded(self.room()))
    }
}

impl fmt::Debug for RoomId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Anything that a text in a policy can name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// `u:<network>:<user>`.
    User(UserId),
    /// `r:<network>:<room>`.
    Room(RoomId),
    /// `p:<network>`.
    Network(Network),
    /// `a:<account>`.
    Account(AccountName),
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(formatter),
            Self::Room(room) => room.fmt(formatter),
            Self::Network(network) => write!(formatter, "p:{network}"),
            Self::Account(account) => account.fmt(formatter),
        }
    }
}
