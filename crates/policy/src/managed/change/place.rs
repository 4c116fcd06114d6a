//! The room that a change is about.

use super::Change;
use crate::RoomId;

impl Change {
    /// The one room of which something is changed; none for what holds everywhere.
    pub(in crate::managed) fn room(&self) -> Option<&RoomId> {
        match self {
            Self::AddCapability { capability, .. }
            | Self::RemoveCapability { capability, .. }
            | Self::SetCapability { capability }
            | Self::UnsetCapability { capability }
            | Self::DropDefault { capability }
            | Self::KeepDefault { capability } => capability.room(),
            Self::SetRoomDefault { room, .. }
            | Self::Ban { room, .. }
            | Self::Unban { room, .. }
            | Self::Lobotomize { room }
            | Self::Wake { room } => Some(room),
            Self::Ignore { room, .. }
            | Self::Unignore { room, .. }
            | Self::Disable { room, .. }
            | Self::Enable { room, .. } => room.as_ref(),
            _ => None,
        }
    }
}
