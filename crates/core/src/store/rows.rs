//! What is written: events that were handled, what is to be sent, what plugins keep.

use jiff::Timestamp;
use nuncio_policy::{CommandId, Level, Network, RoomId, Speaker};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::action::Output;
use crate::command::Used;
use crate::cursor::{Position, Source};
use crate::delivery::OutputKey;
use crate::event::EventKey;

/// That an event was taken up, or is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalRow {
    /// Its network.
    pub network: Network,
    /// Its name there.
    pub key: EventKey,
    /// When we took it up.
    pub at: Timestamp,
    /// What it asked for.
    pub command: CommandId,
    /// Who asked, as text.
    pub speaker: String,
    /// How far it came.
    pub state: JournalState,
}

impl JournalRow {
    /// Whether its effects are committed.
    pub fn is_done(&self) -> bool {
        self.state == JournalState::Done
    }
}

/// How far an event's handling came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalState {
    /// Its handler began; after a crash the person is told, there where `notice` says.
    Started {
        /// Where to say that it was cut off, and under whose request.
        notice: Box<Draft>,
    },
    /// Its effects are committed.
    Done,
}

/// An output with all that is needed to decide on it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What is to go out.
    pub output: Output,
    /// For whom it goes out, with what evidence.
    pub speaker: Speaker,
    /// Where he asked.
    pub room: Option<RoomId>,
    /// The room that it acts on, where that is another.
    pub target: Option<RoomId>,
    /// The command under whose name it is decided: the one that asks, or an action's own.
    pub command: CommandId,
    /// The level of the command that asks.
    pub level: Level,
    /// Whether it is told although the speaker may not ask for it: of a refusal, or of what he has
    /// just changed.
    pub refusal: bool,
    /// Under which key the plugin of the command keeps it as something that it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_as: Option<String>,
    /// The aliases that led to it, whose authors must be allowed too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<Used>,
}

/// An output that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its name.
    pub key: OutputKey,
    /// What it is.
    pub draft: Draft,
    /// When it was made.
    pub at: Timestamp,
    /// How it stands.
    pub state: OutboxState,
    /// How often it was handed to the network.
    pub attempts: u32,
}

/// How an output stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// Not handed to the network yet.
    Queued,
    /// Handed to the network, which has not answered: after a crash it is in doubt.
    Handed,
    /// Nothing more is tried: `nuncio outbox` shows it and sends it again.
    Dead {
        /// Why.
        why: String,
    },
}

impl OutboxState {
    /// Whether nothing more is tried.
    pub fn is_dead(&self) -> bool {
        matches!(self, Self::Dead { .. })
    }

    /// How an output stands whose secret was not kept: it cannot be sent any more.
    #[must_use]
    pub fn without_secret(self) -> Self {
        const WHY: &str = "it held the key of a room, which is never stored: ask for it again";
        match self {
            Self::Queued | Self::Handed => Self::Dead { why: WHY.into() },
            Self::Dead { why } => Self::Dead { why: format!("{why}; {WHY}") },
        }
    }
}

/// A change of an output's standing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxMove {
    /// Which output.
    pub key: OutputKey,
    /// What it becomes; `None`: it arrived, and its row goes.
    pub to: Option<OutboxState>,
}

/// How far an archive is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorWrite {
    /// The archive's network.
    pub network: Network,
    /// Which archive.
    pub source: Source,
    /// Up to where, and when that was said; `None` forgets the archive.
    pub to: Option<(Position, Timestamp)>,
}

impl CursorWrite {
    /// Forgets an archive.
    pub fn remove(network: &Network, source: &Source) -> Self {
        Self { network: network.clone(), source: source.clone(), to: None }
    }
}

/// Whose values: a plugin sees its own and no other's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(SmolStr);

impl Scope {
    /// The values of a plugin.
    pub fn plugin(name: &str) -> Self {
        Self(SmolStr::new(name))
    }

    /// The scope's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A value that a plugin keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueWrite {
    /// Whose.
    pub scope: Scope,
    /// Under which key.
    pub key: String,
    /// What; `None` forgets it.
    pub value: Option<Vec<u8>>,
}

/// A key of the configuration, set from chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingWrite {
    /// The dotted key.
    pub key: String,
    /// The value as TOML text; `None` forgets what was set.
    pub value: Option<String>,
    /// Who set it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
