//! What we ask a network to do.

use nuncio_policy::{CommandId, Power, RoomId, UserId};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::config::Secret;
use crate::content::Content;
use crate::event::{Form, MessageId, QuestionId, Verdict};
use crate::file::File;
use crate::place::Place;

/// Something that we ask a network to do, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Where it goes.
    pub to: Place,
    /// What it is.
    pub action: Action,
    /// The message that it answers, for networks that can show it.
    pub about: Option<MessageId>,
    /// Whether it is the last answer to what was asked, so that a client that waits for answers
    /// knows that it has them all.
    #[serde(default)]
    pub last: bool,
    /// Whether it says that what was asked was not done, for clients that end with a status.
    #[serde(default)]
    pub failed: bool,
}

impl Output {
    /// Plain speech to a place.
    pub fn say(to: Place, content: Content) -> Self {
        Self {
            to,
            action: Action::Say { content, form: Form::Text },
            about: None,
            last: false,
            failed: false,
        }
    }
}

/// What can be asked of a network.
///
/// Each one but an answer to where one was asked is decided by policy under
/// [`Action::command`], in the room that it acts on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Say something.
    Say {
        /// What.
        content: Content,
        /// How.
        form: Form,
    },
    /// Send a file.
    File {
        /// Which.
        file: File,
        /// What is said of it, for those too who cannot see it; may be empty.
        caption: Content,
    },
    /// React to a message.
    React {
        /// To which.
        target: MessageId,
        /// With what.
        emoji: SmolStr,
    },
    /// Replace what we said.
    Edit {
        /// Which of our messages.
        target: MessageId,
        /// What it says now.
        content: Content,
    },
    /// Take back what we said.
    Retract {
        /// Which of our messages.
        target: MessageId,
    },
    /// Show that we are writing, or no longer.
    Typing {
        /// Whether we are.
        on: bool,
    },
    /// Enter a room.
    Join {
        /// Which.
        room: RoomId,
        /// Its key or password, where it has one; never stored.
        #[serde(skip)]
        key: Option<Secret>,
    },
    /// Leave a room.
    Leave {
        /// Which.
        room: RoomId,
        /// What we say when we go.
        reason: Option<String>,
    },
    /// Remove somebody from the room.
    Kick {
        /// His name in the room.
        who: SmolStr,
        /// Why.
        reason: Option<String>,
    },
    /// Set the room's topic.
    Topic {
        /// The new one.
        text: String,
    },
    /// Remove somebody from the room, and let him in no more.
    Ban {
        /// His name in the room, or what the network knows him by: an address, a mask.
        who: SmolStr,
        /// Why.
        reason: Option<String>,
    },
    /// Let somebody in again who was banned.
    Unban {
        /// What the network knows him by: an address, a mask.
        who: SmolStr,
    },
    /// Give somebody power in the room. Whoever has more keeps it.
    Promote {
        /// His name in the room, or what the network knows him by.
        who: SmolStr,
        /// Which.
        power: Power,
    },
    /// Take power in the room from somebody. Whoever has more is not touched.
    Demote {
        /// His name in the room, or what the network knows him by.
        who: SmolStr,
        /// Which.
        power: Power,
    },
    /// Take back what somebody else said in the room.
    Redact {
        /// Which message.
        target: MessageId,
        /// Why.
        reason: Option<String>,
    },
    /// Ask somebody into the room.
    Invite {
        /// What the network knows him by: a nick, an address.
        who: SmolStr,
        /// Why.
        reason: Option<String>,
    },
    /// Have the room show a message where everybody finds it.
    Pin {
        /// Which message of the room.
        target: MessageId,
    },
    /// Have the room show a message so no longer.
    Unpin {
        /// Which message of the room.
        target: MessageId,
    },
    /// Ask somebody's devices to prove that they are his. What comes of it is told as
    /// [`EventKind::Question`](crate::event::EventKind::Question).
    Verify {
        /// Whose: another's, or our own account's.
        who: UserId,
        /// Where whoever asks is told of it.
        tell: Place,
    },
    /// Say what somebody has to say to a question. One that is over is not answered.
    Judge {
        /// Which.
        question: QuestionId,
        /// What he says.
        verdict: Verdict,
    },
}

impl Action {
    /// The names of all actions.
    pub const COMMANDS: [CommandId; 20] = [
        CommandId::literal("action.send"),
        CommandId::literal("action.file"),
        CommandId::literal("action.react"),
        CommandId::literal("action.edit"),
        CommandId::literal("action.retract"),
        CommandId::literal("action.typing"),
        CommandId::literal("action.join"),
        CommandId::literal("action.leave"),
        CommandId::literal("action.kick"),
        CommandId::literal("action.topic"),
        CommandId::literal("action.ban"),
        CommandId::literal("action.unban"),
        CommandId::literal("action.promote"),
        CommandId::literal("action.demote"),
        CommandId::literal("action.redact"),
        CommandId::literal("action.invite"),
        CommandId::literal("action.pin"),
        CommandId::literal("action.unpin"),
        CommandId::literal("action.verify"),
        CommandId::literal("action.judge"),
    ];

    /// The name under which policy decides on it: `action.send`, `action.join`, ….
    pub const fn command(&self) -> CommandId {
        match self {
            Self::Say { .. } => const { CommandId::literal("action.send") },
            Self::File { .. } => const { CommandId::literal("action.file") },
            Self::React { .. } => const { CommandId::literal("action.react") },
            Self::Edit { .. } => const { CommandId::literal("action.edit") },
            Self::Retract { .. } => const { CommandId::literal("action.retract") },
            Self::Typing { .. } => const { CommandId::literal("action.typing") },
            Self::Join { .. } => const { CommandId::literal("action.join") },
            Self::Leave { .. } => const { CommandId::literal("action.leave") },
            Self::Kick { .. } => const { CommandId::literal("action.kick") },
            Self::Topic { .. } => const { CommandId::literal("action.topic") },
            Self::Ban { .. } => const { CommandId::literal("action.ban") },
            Self::Unban { .. } => const { CommandId::literal("action.unban") },
            Self::Promote { .. } => const { CommandId::literal("action.promote") },
            Self::Demote { .. } => const { CommandId::literal("action.demote") },
            Self::Redact { .. } => const { CommandId::literal("action.redact") },
            Self::Invite { .. } => const { CommandId::literal("action.invite") },
            Self::Pin { .. } => const { CommandId::literal("action.pin") },
            Self::Unpin { .. } => const { CommandId::literal("action.unpin") },
            Self::Verify { .. } => const { CommandId::literal("action.verify") },
            Self::Judge { .. } => const { CommandId::literal("action.judge") },
        }
    }

    /// The room that it acts on, where that is not simply where it goes.
    pub fn room(&self) -> Option<&RoomId> {
        match self {
            Self::Join { room, .. } | Self::Leave { room, .. } => Some(room),
            _ => None,
        }
    }

    /// The same without its secret, as it may be stored; `None` where it holds none.
    pub fn without_secret(&self) -> Option<Self> {
        match self {
            Self::Join { room, key: Some(_) } => Some(Self::Join { room: room.clone(), key: None }),
            _ => None,
        }
    }
}
