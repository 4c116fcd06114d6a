//! A speaker: what is known of whoever speaks, and how well.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{AccountName, Network, Power, Presence, RoomId, UserId};

/// At most one verified identity, and every identity that was observed beside it.
///
/// A claimed identity can lose rights and never gain them: what gives is matched against
/// [`Speaker::verified_id`] alone, what takes against all of [`Speaker::identities`].
///
/// A speaker who has identified himself by password is in session as an account as well; that, and
/// where he is ([`Speaker::presence`]), is of the moment, and is not stored with the rest. So is the
/// power that the network itself gives him in the room in which he speaks: evidence beside his
/// identities, which gives there what the operator's file says and nothing else
/// ([`Speaker::with_power`]).
///
/// Cloning it is cheap: it goes with all that is done for whoever speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Speaker(Arc<Known>);

/// What is known of a speaker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Known {
    verified: Option<UserId>,
    // INVARIANT: no duplicates, and without the verified identity.
    observed: Vec<UserId>,
    #[serde(skip)]
    presence: Option<Presence>,
    #[serde(skip)]
    sessions: Vec<AccountName>,
    #[serde(skip)]
    power: Option<(RoomId, Power)>,
}

impl Speaker {
    /// A speaker whom the network vouches for.
    ///
    /// An occupant's address in a room (`room@muc/nick`) is nobody's name: nothing can vouch for
    /// it, and it counts as claimed.
    pub fn verified(id: UserId) -> Self {
        if id.is_occupant() {
            return Self::claimed([id]);
        }
        Self(Arc::new(Known { verified: Some(id), ..Known::default() }))
    }

    /// A speaker whom nothing vouches for, with the identities that were observed.
    pub fn claimed(ids: impl IntoIterator<Item = UserId>) -> Self {
        ids.into_iter().fold(Self::nobody(), Self::observing)
    }

    /// A speaker of whom nothing is known.
    fn nobody() -> Self {
        Self(Arc::default())
    }

    /// The same speaker, with one more identity that is claimed only.
    #[must_use]
    pub fn observing(mut self, id: UserId) -> Self {
        if !self.identities().any(|known| *known == id) {
            Arc::make_mut(&mut self.0).observed.push(id);
        }
        self
    }

    /// The same speaker, from where the network would tell us that he is gone.
    #[must_use]
    pub fn at(mut self, presence: Presence) -> Self {
        Arc::make_mut(&mut self.0).presence = Some(presence);
        self
    }

    /// Where the speaker is, if the network would tell us that he is gone: nobody else can begin a
    /// session.
    pub fn presence(&self) -> Option<&Presence> {
        self.0.presence.as_ref()
    }

    /// The same speaker, who has identified himself as an account by password.
    ///
    /// A session counts as the account's own identities do, unless the account is `secure` or
    /// something else names another account: then the speaker is neither.
    #[must_use]
    pub fn in_session(mut self, account: AccountName) -> Self {
        if !self.0.sessions.contains(&account) {
            Arc::make_mut(&mut self.0).sessions.push(account);
        }
        self
    }

    /// The same speaker, whoever he has identified himself as.
    #[must_use]
    pub(crate) fn in_no_session(mut self) -> Self {
        if !self.0.sessions.is_empty() {
            Arc::make_mut(&mut self.0).sessions.clear();
        }
        self
    }

    /// The same speaker, whom his own network lets do something in the room in which he speaks: it
    /// vouches that this very connection has that power there, whoever it is. Of another room that
    /// was said before, nothing is left.
    ///
    /// It counts for what the policy says that it is worth in that room, and nowhere else.
    #[must_use]
    pub fn with_power(mut self, room: RoomId, power: Power) -> Self {
        Arc::make_mut(&mut self.0).power = Some((room, power));
        self
    }

    /// The power that the network gives the speaker, and the room in which.
    pub fn power(&self) -> Option<(&RoomId, Power)> {
        self.0.power.as_ref().map(|(room, power)| (room, *power))
    }

    /// The accounts as which the speaker has identified himself by password.
    pub fn sessions(&self) -> &[AccountName] {
        &self.0.sessions
    }

    /// Whether nothing at all is known of who speaks.
    pub fn is_nobody(&self) -> bool {
        self.identities().next().is_none() && self.0.sessions.is_empty()
    }

    /// The identity that the network vouches for.
    pub fn verified_id(&self) -> Option<&UserId> {
        self.0.verified.as_ref()
    }

    /// Every identity, the verified one first.
    pub fn identities(&self) -> impl Iterator<Item = &UserId> {
        self.0.verified.iter().chain(&self.0.observed)
    }

    /// The identities that are claimed only.
    pub fn claimed_ids(&self) -> &[UserId] {
        &self.0.observed
    }

    /// The network that the speaker is on; none where the identities disagree, or for nobody.
    pub fn network(&self) -> Option<&Network> {
        let mut networks = self.identities().map(UserId::network);
        let first = networks.next()?;
        networks.all(|network| network == first).then_some(first)
    }
}

/// A speaker as it is read back: its invariants are not yet known to hold.
#[derive(Deserialize)]
struct Stored {
    verified: Option<UserId>,
    observed: Vec<UserId>,
}

impl From<Stored> for Speaker {
    fn from(Stored { verified, observed }: Stored) -> Self {
        let speaker = verified.map_or_else(|| Self::claimed([]), Self::verified);
        observed.into_iter().fold(speaker, Self::observing)
    }
}

/// What the audit log calls a speaker: the verified identity, else the first claimed one.
impl std::fmt::Display for Speaker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.verified_id(), self.claimed_ids().first()) {
            (Some(id), _) => id.fmt(formatter),
            (None, Some(id)) => write!(formatter, "{id} (claimed)"),
            (None, None) => formatter.write_str("nobody"),
        }
    }
}
