//! What happened on a network.

mod message_id;
mod question;

use std::fmt;

use jiff::Timestamp;
use nuncio_policy::{Network, Presence, RoomId, Speaker};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use self::message_id::MessageId;
pub use self::question::{Outcome, Question, QuestionId, QuestionState, Shown, Symbol, Verdict};
use crate::content::Content;
use crate::cursor::Mark;
use crate::features::Features;
use crate::file::Attached;
use crate::place::Place;

/// The name of an event, unique on its network: our server or we gave it, never the sender.
///
/// The journal holds the keys of what was handled, so a key that a sender could choose would let
/// him silence somebody else's command.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventKey(SmolStr);

impl EventKey {
    /// Wraps the text of a key.
    pub fn new(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that happened on a network.
#[derive(Clone, Debug)]
pub struct Event {
    /// Where it happened.
    pub network: Network,
    /// Its name, under which the journal remembers it.
    pub key: EventKey,
    /// When our server says that it happened, or when we saw it.
    pub at: Timestamp,
    /// How it relates to what was handled before.
    pub timing: Timing,
    /// Where it stands in an archive, if it does: the cursor moves past it once it is settled.
    pub mark: Option<Mark>,
    /// What it is.
    pub kind: EventKind,
}

/// How an event relates to what was handled before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// It happens now.
    Live,
    /// Said while we were away, after our cursor, and vouched for by our own server: the command
    /// says whether it is run, skipped or reported.
    Late,
    /// Said before the bot first joined or before its cursor: never a command.
    History,
}

/// What happened. What a transport does not know becomes [`EventKind::Unknown`], never an error.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventKind {
    /// Somebody said something.
    Message(Message),
    /// Somebody changed what he had said; never a command.
    Edit(Message),
    /// Somebody reacted to a message.
    Reaction(Reaction),
    /// Somebody took a message back: whoever had said it, or one who may remove what others say.
    Retraction(Retraction),
    /// Somebody said to us alone what we cannot read: he is told so, and it is never a command.
    Unreadable(Unreadable),
    /// Somebody came, went, or was removed.
    Membership(Membership),
    /// Somebody else changed what a room is about. What it was about when we came is nobody's doing
    /// any more, and is not told.
    Topic(Topic),
    /// Somebody is not any more where he was: he left the network, changed his name or host, logged
    /// out, or shares no room with us, so that we would not hear of it.
    ///
    /// Said once for each [`Speaker::presence`] that a message had; none need be said when our own
    /// connection is cut, for then everybody is gone.
    Gone(Vec<Presence>),
    /// Somebody asks us into a room.
    Invite {
        /// Who asks.
        from: Speaker,
        /// The room.
        room: RoomId,
    },
    /// Our own standing in a room changed.
    Room {
        /// The room.
        room: RoomId,
        /// The standing now.
        state: RoomState,
    },
    /// The name by which we are called, everywhere on the network or in one room.
    OwnName {
        /// The room, or the whole network.
        room: Option<RoomId>,
        /// The name.
        name: SmolStr,
    },
    /// What the network, or one room of it, can do from now on.
    Features {
        /// The room, or the whole network.
        room: Option<RoomId>,
        /// What it can do.
        features: Features,
    },
    /// What an archive has of the time that we were away.
    Archive {
        /// Whose: a room's, or our account's.
        room: Option<RoomId>,
        /// What it has.
        state: ArchiveState,
    },
    /// The connection's state changed.
    Link(LinkState),
    /// A person is to say whether a device is whose it seems to be, or has said so.
    Question(Box<Question>),
    /// What a network counts of its own, since its transport started.
    Counted {
        /// What: a plural noun, in words for the operator.
        what: SmolStr,
        /// How many by now.
        count: u64,
    },
    /// Something is wrong that only a person can put right, while the rest goes on.
    Alarm {
        /// What, and what to do, in words for the operator.
        why: String,
    },
    /// Something that this version does not know.
    Unknown {
        /// What the network called it.
        what: SmolStr,
    },
}

/// Something said.
#[derive(Clone, Debug)]
pub struct Message {
    /// The network's name of it, where it has one.
    pub id: Option<MessageId>,
    /// Who said it, with what evidence; and from where, if the network will tell us that he is gone
    /// ([`Speaker::presence`]).
    pub speaker: Speaker,
    /// What to call the speaker in an answer; shown, never trusted.
    pub name: SmolStr,
    /// Where it was said.
    pub place: Place,
    /// The message that it answers, if it says so: its sender's word. What it quotes of it is no
    /// part of the words.
    pub reply_to: Option<MessageId>,
    /// How it was said.
    pub form: Form,
    /// Whether we said it ourselves (an echo or reflection); never a command.
    pub own: bool,
    /// The words, without any formatting.
    pub text: String,
    /// The formatted content, where it says more than the words.
    pub content: Option<Content>,
    /// The files that came with it, which the network can be asked for.
    pub files: Vec<Attached>,
}

/// How something is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Ordinary speech.
    #[default]
    Text,
    /// What bots use to answer (IRC NOTICE, Matrix `m.notice`); never a command.
    Notice,
    /// An action (`/me`).
    Emote,
}

/// A reaction to a message.
#[derive(Clone, Debug)]
pub struct Reaction {
    /// Who reacts.
    pub speaker: Speaker,
    /// Where.
    pub place: Place,
    /// To which message.
    pub target: MessageId,
    /// With what, usually one emoji.
    pub emoji: SmolStr,
}

/// That a message is not to stand any more.
#[derive(Clone, Debug)]
pub struct Retraction {
    /// Who took it back; the network vouches that he may.
    pub speaker: Speaker,
    /// What to call him; shown, never trusted.
    pub name: SmolStr,
    /// Where.
    pub place: Place,
    /// Which message.
    pub target: MessageId,
    /// Whether it is removed by one who may, whoever had said it.
    pub moderated: bool,
    /// Why, if he says it.
    pub reason: Option<String>,
}

/// Something said in private that we cannot read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Who said it.
    pub speaker: Speaker,
    /// What to call him; shown, never trusted.
    pub name: SmolStr,
    /// Where.
    pub place: Place,
    /// What makes it unreadable, as people call it: `OMEMO`.
    pub by: SmolStr,
}

/// Somebody's standing in a room changed.
#[derive(Clone, Debug)]
pub struct Membership {
    /// Whose.
    pub who: Speaker,
    /// What to call him; shown, never trusted.
    pub name: SmolStr,
    /// Where; `None` where somebody leaves the whole network.
    pub room: Option<RoomId>,
    /// How.
    pub change: Change,
}

/// What a room is about from now on.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Who says so; that he may, the network vouches for.
    pub speaker: Speaker,
    /// What to call him; shown, never trusted.
    pub name: SmolStr,
    /// Which room.
    pub room: RoomId,
    /// What it is about, as plain text; empty if nothing.
    pub text: String,
}

/// How somebody's standing in a room changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// He came.
    Join,
    /// He left, perhaps saying why.
    Leave(Option<String>),
    /// He was removed, perhaps with a reason.
    Kick(Option<String>),
    /// He was removed and may not return.
    Ban(Option<String>),
    /// He is called otherwise now.
    Rename(SmolStr),
    /// He is not in it and asks to be let in, perhaps saying why.
    Knock(Option<String>),
}

/// Our own standing in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomState {
    /// We are in it.
    Joined,
    /// We are not in it any more.
    Left {
        /// Why, in words for the operator.
        why: String,
    },
    /// We may not enter.
    Refused {
        /// Why, and what to do, in words for the operator.
        why: String,
    },
}

/// What an archive has of the time that we were away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveState {
    /// There is none: what is said while we are away is lost.
    Absent {
        /// Why, and what to do, in words for the operator.
        why: String,
    },
    /// All that it has was told, up to the event's mark.
    Heard {
        /// How many messages came late.
        late: usize,
    },
    /// More was said than is asked for: what lies between what was told and the event's mark is
    /// left out.
    Cut {
        /// How many messages came late.
        late: usize,
    },
}

/// The state of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Trying to connect.
    Connecting,
    /// Registered: deliveries are taken.
    Online,
    /// Cut, and expected back.
    Offline {
        /// Why, in words for the operator.
        why: String,
    },
    /// Given up until the configuration changes: a refused login, an untrusted certificate.
    Failed {
        /// Why, and what to do, in words for the operator.
        why: String,
    },
}
