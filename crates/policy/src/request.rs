//! What is asked of [`decide`](crate::decide).

use jiff::Timestamp;

use crate::{CommandId, Level, RoomId, Speaker};

/// May this speaker run this command, here and now?
#[derive(Clone, Debug)]
pub struct Request {
    /// The person that it runs for.
    pub speaker: Speaker,
    /// The room in which it is said; none in a private message.
    pub room: Option<RoomId>,
    /// The room that it acts on, where that is another than `room`.
    pub target: Option<RoomId>,
    /// The command, after aliases and renames.
    pub command: CommandId,
    /// The level that the command declares.
    pub level: Level,
    /// Now.
    pub at: Timestamp,
}

impl Request {
    /// Asks for a command of level `sudo`, in private; set the fields that differ.
    pub fn new(speaker: Speaker, command: CommandId, at: Timestamp) -> Self {
        Self { speaker, room: None, target: None, command, level: Level::default(), at }
    }

    /// The same request, said in a room.
    #[must_use]
    pub fn in_room(self, room: RoomId) -> Self {
        Self { room: Some(room), ..self }
    }

    /// The same request, acting on a room.
    #[must_use]
    pub fn on(self, target: RoomId) -> Self {
        Self { target: Some(target), ..self }
    }

    /// The same request, for a command of another level.
    #[must_use]
    pub fn at_level(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// The room that the command acts on: its room argument, else the room in which it is said.
    pub fn place(&self) -> Option<&RoomId> {
        self.target.as_ref().or(self.room.as_ref())
    }
}
