//! The tables that this crate reads itself.

use std::path::PathBuf;

use nuncio_core::config::Period;
use nuncio_core::dispatch::{Allowance, FloodLimits, Limits};
use nuncio_core::store::Retention;
use serde::Deserialize;

/// `[bot]`: how the bot behaves where no network and no room says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    /// What the bot is called.
    pub name: String,
    /// What a command in a room begins with; empty for none.
    pub prefix: String,
    /// Whether a line that begins with the bot's name is a command.
    pub address_by_name: bool,
    /// What it does about a command in a room that there is not.
    pub unknown_commands: UnknownCommands,
}

/// What the bot does about a command in a room that there is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownCommands {
    /// Nothing: the line may be meant for another bot.
    Silent,
    /// It says so, with a suggestion.
    Reply,
}

/// `[store]`: where state is kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// The database; none for the place that the bot's name gives.
    pub path: Option<PathBuf>,
    /// What an acknowledged command survives.
    pub durability: Durability,
    /// How long handled events are remembered.
    pub keep_journal: Period,
    /// How long lines of the audit log are kept.
    pub keep_audit: Period,
}

/// What an acknowledged command survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// The end of the process, however sudden.
    Process,
    /// A loss of power too.
    Power,
}

/// `[log]`: what is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A level, or directives.
    pub level: String,
    /// How a line is written.
    pub format: LogFormat,
    /// Where it goes; none for standard error.
    pub file: Option<PathBuf>,
}

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object a line.
    Json,
}

/// `[limits]` as it is written. Each number is at least 1, but for those of floods.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bounds {
    deadline: Period,
    calls: usize,
    lane: usize,
    window: usize,
    outbox: usize,
    outbox_life: Period,
    flood_span: Period,
    flood_commands: usize,
    flood_ignored: Period,
    flood_invalid: usize,
    flood_invalid_ignored: Period,
    session: Period,
}

impl From<&Bounds> for Limits {
    fn from(bounds: &Bounds) -> Self {
        Self {
            lane: bounds.lane,
            calls: bounds.calls,
            deadline: bounds.deadline.duration(),
            window: bounds.window,
            outbox: bounds.outbox,
            outbox_life: bounds.outbox_life.duration(),
            floods: FloodLimits {
                span: bounds.flood_span.duration(),
                commands: Allowance {
                    most: bounds.flood_commands,
                    ignored: bounds.flood_ignored.duration(),
                },
                invalid: Allowance {
                    most: bounds.flood_invalid,
                    ignored: bounds.flood_invalid_ignored.duration(),
                },
            },
            session: Some(bounds.session.duration()).filter(|limit| !limit.is_zero()),
        }
    }
}

impl From<&Store> for Retention {
    fn from(store: &Store) -> Self {
        Self { journal: store.keep_journal.duration(), audit: store.keep_audit.duration() }
    }
}

/// The tables of the process, which every configuration has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) bot: Bot,
    pub(crate) store: Store,
    pub(crate) log: Log,
    pub(crate) bounds: Bounds,
}
