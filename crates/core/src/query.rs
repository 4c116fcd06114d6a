//! What a plugin asks a network, and waits for.
//!
//! An [`Action`](crate::action::Action) is done some time later, and nobody waits for it. A
//! [`Query`] is asked while a command runs, and its [`Answer`] is what the command goes on with. It
//! goes the way of everything else: [`crate::gate`] decides on it under its own name, for the person
//! for whom the command runs and at the level of that command, and only a [`Question`], which holds
//! the permit, reaches a transport. Nothing of it is stored.

mod answer;
mod ask;
mod question;

use std::time::Duration;

use nuncio_policy::{CommandId, Network, RoomId};

pub use self::answer::{Answer, Listed, Listing, Member, Members};
pub use self::ask::{Asker, Inquiry};
pub(crate) use self::question::tell;
pub use self::question::{Question, Questions};

use crate::features::{Features, Support};
use crate::file::Attached;
use crate::moment::whole_seconds;

/// How long a network has for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long it has for a file.
const LONG_PATIENCE: Duration = Duration::from_mins(1);

/// What can be asked of a network.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Query {
    /// What is in a file that somebody sent.
    Fetch {
        /// Which.
        file: Attached,
        /// The most bytes that are wanted; the network's own limit may be lower.
        limit: u64,
    },
    /// Who is in a room.
    Members {
        /// Which.
        room: RoomId,
    },
    /// Which rooms there are.
    Rooms {
        /// Where.
        within: Within,
    },
}

/// Where rooms are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Within {
    /// In a room that holds others: a space.
    Space(RoomId),
    /// In what a network lists for everybody.
    Directory(Network),
}

impl Query {
    /// The names of all queries.
    pub const COMMANDS: [CommandId; 3] = [
        CommandId::literal("query.fetch"),
        CommandId::literal("query.members"),
        CommandId::literal("query.rooms"),
    ];

    /// The name under which policy decides on it.
    pub const fn command(&self) -> CommandId {
        match self {
            Self::Fetch { .. } => const { CommandId::literal("query.fetch") },
            Self::Members { .. } => const { CommandId::literal("query.members") },
            Self::Rooms { .. } => const { CommandId::literal("query.rooms") },
        }
    }

    /// The network that is asked.
    pub fn network(&self) -> &Network {
        match self {
            Self::Fetch { file, .. } => file.place().network(),
            Self::Members { room } | Self::Rooms { within: Within::Space(room) } => room.network(),
            Self::Rooms { within: Within::Directory(network) } => network,
        }
    }

    /// The room that it is about, in which it is decided: for a file, where it was sent.
    pub fn room(&self) -> Option<&RoomId> {
        match self {
            Self::Fetch { file, .. } => file.place().room(),
            Self::Members { room } | Self::Rooms { within: Within::Space(room) } => Some(room),
            Self::Rooms { within: Within::Directory(_) } => None,
        }
    }

    /// How long the network has for the answer, from when it is asked.
    pub fn patience(&self) -> Duration {
        match self {
            Self::Fetch { .. } => LONG_PATIENCE,
            Self::Members { .. } | Self::Rooms { .. } => PATIENCE,
        }
    }

    /// How far a network can answer it, and what it is called where it cannot.
    pub(crate) fn support(&self, features: &Features) -> (Support, &'static str) {
        match self {
            Self::Fetch { .. } => (features.fetches, "fetch files"),
            Self::Members { .. } => (features.members, "say who is in a room"),
            Self::Rooms { within: Within::Space(_) } => (features.spaces, "list a space's rooms"),
            Self::Rooms { within: Within::Directory(_) } => (features.directory, "list rooms"),
        }
    }
}

/// Why there is no answer, in words for whoever asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Policy does not let it be asked for this person; no network heard of it.
    #[error("{0}")]
    Refused(String),
    /// The network cannot answer such a thing.
    #[error("on {network} I cannot {what}")]
    Unsupported {
        /// Which network.
        network: Network,
        /// What it cannot do: a verb and what goes with it.
        what: String,
    },
    /// There is no such network, or no connection to it now.
    #[error("there is no connection to {0} now")]
    Offline(Network),
    /// As much as can be asked at once is being asked already.
    #[error("too much is being asked of {0} already: try again in a moment")]
    Busy(Network),
    /// The network asks us to be slower.
    #[error("the network asks me to be slower: try again in {} s", whole_seconds(*.wait))]
    Limited {
        /// How long it will not answer such a thing.
        wait: Duration,
    },
    /// The network did not answer in time.
    #[error("there was no answer from {0} in time")]
    Late(Network),
    /// The command that asked has ended, or the house closes.
    #[error("it is not waited for any more")]
    Ended,
    /// The network let the question fall: its connection was cut, or it is broken.
    #[error("the connection to {0} ended before its answer")]
    Cut(Network),
    /// The file is larger than is taken.
    #[error("the file {}, and at most {limit} bytes are taken", size(*.bytes))]
    TooLarge {
        /// How large it is, where that is told.
        bytes: Option<u64>,
        /// The limit.
        limit: u64,
    },
    /// What it is about is not there, or not for us to see.
    #[error("{0}")]
    Unknown(String),
    /// The network could not; why, without secrets.
    #[error("{0}")]
    Failed(String),
    /// The policy changed while the question waited: it is decided again.
    #[error("the policy changed while it waited")]
    Stale,
}

fn size(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "is too large".to_owned(), |bytes| format!("has {bytes} bytes"))
}
