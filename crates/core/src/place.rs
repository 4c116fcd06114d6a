//! Where something is said: a room, or a conversation with one peer.

use std::fmt;

use nuncio_policy::{Network, RoomId};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A transport's own handle of a conversation partner: a nick, a full JID, a connection.
///
/// Opaque to everybody but the transport that made it, and never evidence of who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address(SmolStr);

impl Address {
    /// Wraps the transport's text.
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// The transport's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where something is said, and so where its answer goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A room that several people share.
    Room(RoomId),
    /// A conversation with one peer.
    Private {
        /// The network that carries it.
        network: Network,
        /// The peer, as the transport addresses it.
        peer: Address,
        /// The room through which it goes (a MUC private message), to which it belongs.
        via: Option<RoomId>,
    },
}

impl Place {
    /// A private conversation that goes through no room.
    pub fn private(network: Network, peer: Address) -> Self {
        Self::Private { network, peer, via: None }
    }

    /// The network that carries it.
    pub fn network(&self) -> &Network {
        match self {
            Self::Room(room) => room.network(),
            Self::Private { network, .. } => network,
        }
    }

    /// The room whose rules apply: a private message through a room belongs to that room.
    pub fn room(&self) -> Option<&RoomId> {
        match self {
            Self::Room(room) => Some(room),
            Self::Private { via, .. } => via.as_ref(),
        }
    }

    /// Whether only the bot and one peer hear it.
    pub fn is_private(&self) -> bool {
        matches!(self, Self::Private { .. })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Room(room) => room.fmt(f),
            Self::Private { network, peer, .. } => write!(f, "{peer} in private on {network}"),
        }
    }
}
