//! What the homeserver is asked to do, as data.

use std::fmt::Write as _;

use matrix_sdk::ruma::{OwnedEventId, OwnedRoomId, OwnedUserId};
use nuncio_core::{
    delivery::OutputKey,
    event::{QuestionId, Verdict},
    file::File,
};
use nuncio_policy::Power;
use serde_json::Value;

use super::rooms::Join;

pub(super) const MESSAGE: &str = "m.room.message";
pub(super) const REACTION: &str = "m.reaction";

/// What the homeserver is asked to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Put an event into a room; encrypted, where the room is.
    Send {
        /// The room.
        room: OwnedRoomId,
        /// The event's type.
        kind: &'static str,
        /// What it says.
        content: Value,
        /// Under which a repeat is recognised.
        transaction: Transaction,
    },
    /// Upload a file, encrypted where the room is, and put an event that shows it into the room.
    File {
        /// The room.
        room: OwnedRoomId,
        /// The file.
        file: File,
        /// What the event says, but for where the file is.
        content: Value,
        /// Under which a repeat is recognised.
        transaction: Transaction,
    },
    /// Take an event back.
    Redact {
        /// The room.
        room: OwnedRoomId,
        /// The event.
        target: OwnedEventId,
        /// Why.
        reason: Option<String>,
        /// Under which a repeat is recognised.
        transaction: Transaction,
    },
    /// Show that we write, or no longer.
    Typing {
        /// The room.
        room: OwnedRoomId,
        /// Whether we do.
        on: bool,
    },
    /// Enter a room.
    Join(Join),
    /// Leave a room.
    Leave {
        /// The room.
        room: OwnedRoomId,
        /// Why.
        reason: Option<String>,
    },
    /// Change somebody's standing in a room.
    Membership {
        /// The room.
        room: OwnedRoomId,
        /// Whose.
        who: OwnedUserId,
        /// How.
        change: Membership,
        /// Why.
        reason: Option<String>,
    },
    /// Give somebody power in a room, or take it; whoever has more keeps it.
    Power {
        /// The room.
        room: OwnedRoomId,
        /// Who.
        who: OwnedUserId,
        /// Which.
        power: Power,
        /// Whether it is given.
        given: bool,
    },
    /// Ask somebody's devices to prove that they are his.
    Prove {
        /// By what name it is known.
        question: QuestionId,
        /// Whose.
        who: OwnedUserId,
    },
    /// Say what somebody says to a question.
    Judge {
        /// Which.
        question: QuestionId,
        /// Whose device it is about.
        who: String,
        /// What he says.
        verdict: Verdict,
    },
    /// Set a room's topic.
    Topic {
        /// The room.
        room: OwnedRoomId,
        /// The new one.
        text: String,
    },
    /// Pin an event of a room, or do so no longer.
    Pin {
        /// The room.
        room: OwnedRoomId,
        /// The event.
        target: OwnedEventId,
        /// Whether it is pinned from now on.
        pinned: bool,
    },
}

/// A change of somebody's standing in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// He is asked in.
    Invite,
    /// He is removed.
    Kick,
    /// He is removed, and kept out.
    Ban,
    /// He is kept out no more.
    Unban,
}

impl Request {
    /// The room that it is for, or else the person: requests for one go out one after another.
    pub fn room(&self) -> &str {
        match self {
            Self::Send { room, .. }
            | Self::File { room, .. }
            | Self::Redact { room, .. }
            | Self::Typing { room, .. }
            | Self::Leave { room, .. }
            | Self::Membership { room, .. }
            | Self::Power { room, .. }
            | Self::Topic { room, .. }
            | Self::Pin { room, .. } => room.as_str(),
            Self::Join(join) => join.room.as_str(),
            Self::Prove { who, .. } => who.as_str(),
            Self::Judge { who, .. } => who,
        }
    }

    /// Whether an encrypted room would show it to its server as it is.
    pub fn is_clear(&self) -> bool {
        matches!(self, Self::Send { kind: REACTION, .. })
    }
}

/// The name under which the homeserver recognises a repeat for a day (Client-Server API,
/// Transaction identifiers): the output's key, and the number of the part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction(String);

impl Transaction {
    /// Two keys never have the same name, and none needs an escape in an address, which not every
    /// server between us leaves alone.
    pub(super) fn of(key: &OutputKey, part: usize) -> Self {
        let mut name = String::with_capacity(key.as_str().len() + 8);
        for byte in key.as_str().bytes() {
            match char::from(byte) {
                c if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') => name.push(c),
                _ => {
                    write!(name, "_{byte:02x}").ok();
                }
            }
        }
        if part > 0 {
            write!(name, "~{part}").ok();
        }
        Self(name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
