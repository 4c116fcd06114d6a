//! The tables that this crate reads itself.

use std::path::PathBuf;

use nuncio_core::config::Period;
use serde::Deserialize;

/// `[bot]`: how the bot behaves. All but the name are scoped.
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
    /// Whether long help asked for in a room is sent in private.
    pub help_in_private: bool,
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
    /// How long handled commands and sent answers are kept.
    pub retention: Period,
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

/// `[limits]`: how much is done and kept waiting at once. Each is at least 1.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How long a command may take.
    pub deadline: Period,
    /// How many commands run at once.
    pub handlers: usize,
    /// How many commands of one person in one place wait.
    pub waiting: usize,
    /// How many events of one network wait for the bot.
    pub events: usize,
    /// How many answers wait in memory for one network.
    pub deliveries: usize,
}

/// The tables of the process, which every configuration has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) bot: Bot,
    pub(crate) store: Store,
    pub(crate) log: Log,
    pub(crate) limits: Limits,
}
