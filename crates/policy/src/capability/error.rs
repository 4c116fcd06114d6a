//! Why a text is no capability, and why a set does not take one.

use smol_str::SmolStr;

use crate::RoomId;
use crate::identity::IdentityError;

/// Why a text is no capability.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CapabilityError {
    /// The name breaks the rule for names.
    #[error(
        "`{text}` is not a capability; write `NAME`, `-NAME`, `r:NETWORK:ROOM,NAME` or `r:NETWORK:ROOM,-NAME`"
    )]
    Name {
        /// What was written, without its room.
        text: SmolStr,
    },
    /// A file names a room without its network.
    #[error("`{text}` names no network; write `r:NETWORK:ROOM,{capability}`")]
    Place {
        /// What was written.
        text: SmolStr,
        /// What of it is not the room.
        capability: SmolStr,
    },
    /// The sign stands before the room.
    #[error("`{text}` has its sign before the room; write `{right}`")]
    Sign {
        /// What was written.
        text: SmolStr,
        /// How to write it.
        right: SmolStr,
    },
    /// The room is no room.
    #[error(transparent)]
    Room(#[from] IdentityError),
}

/// Why a set does not take a capability, or does not give it up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// An account would hold `-owner`.
    #[error("whoever is no owner has no need of `-owner`")]
    NoOwner,
    /// A role would make owners, or none.
    #[error("no role makes anybody an owner, or none")]
    RoleOwner,
    /// Everybody would be an owner.
    #[error("nobody is an owner by default")]
    DefaultOwner,
    /// The capability names a room, and the set is nobody's own.
    #[error("`{text}` names a room, and this set is for none")]
    Room {
        /// The capability.
        text: SmolStr,
        /// The room.
        room: RoomId,
    },
    /// Power in a room would give what is held everywhere or not at all.
    #[error("`{text}` is held everywhere or not at all, and power counts in one room")]
    Everywhere {
        /// The capability.
        text: SmolStr,
    },
    /// Power in a room would give something in another.
    #[error("`{text}` names a room, and power counts in the room where somebody has it")]
    Elsewhere {
        /// The capability.
        text: SmolStr,
    },
    /// There is nothing to take out.
    #[error("`{text}` is not in the set")]
    Absent {
        /// The capability.
        text: SmolStr,
    },
}
