//! What the house lets a plugin read: the rules, and small contracts that the runner fulfils.

mod questions;
mod stored;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use nuncio_policy::{Network, RoomId};
use smol_str::SmolStr;

pub use questions::Questions;
pub use stored::{Stored, Values};

use crate::event::{LinkState, Question};
use crate::rules::Rules;
use crate::store::{AuditQuery, AuditRow, OutboxRow};

/// What a plugin may read of the house.
#[derive(Clone, Debug)]
pub struct Services {
    /// Rules and commands.
    pub policy: Arc<Rules>,
    /// The configuration.
    pub config: Arc<dyn ConfigView>,
    /// How the house is doing.
    pub status: Arc<dyn StatusView>,
    /// The log, the outbox and the audit log.
    pub records: Arc<dyn RecordsView>,
    /// The values that this plugin keeps.
    pub values: Arc<dyn ValuesView>,
}

/// The configuration. Never shows a secret.
pub trait ConfigView: fmt::Debug + Send + Sync {
    /// The value of a key, as TOML text with its origin; `None`: no such key.
    fn show(&self, key: &str, room: Option<&RoomId>) -> Option<String>;

    /// Where a key is set: the layer, and the file with line and column; `None`: nowhere.
    fn place(&self, key: &str) -> Option<String>;

    /// The keys below a prefix.
    fn keys(&self, prefix: &str) -> Vec<String>;

    /// What was set from chat, as `key`, shipped or declared value, and value set.
    fn diff(&self) -> Vec<(String, Option<String>, String)>;

    /// Whether a key may be set to a value from chat; says what becomes of it on success
    /// (`applies at once`, `reconnects irc`, `needs a restart`).
    ///
    /// # Errors
    /// Why it may not, in words for the person.
    fn check_set(&self, key: &str, value: Option<&str>) -> Result<String, String>;

    /// A plugin's own value as TOML text, resolved for a room.
    fn plugin_value(&self, plugin: &str, key: &str, room: Option<&RoomId>) -> Option<String>;
}

/// How the house is doing.
pub trait StatusView: fmt::Debug + Send + Sync {
    /// The bot's name.
    fn name(&self) -> SmolStr;

    /// How long it has been up.
    fn uptime(&self) -> Duration;

    /// When it started.
    fn started(&self) -> Timestamp;

    /// Its networks.
    fn networks(&self) -> Vec<NetworkStatus>;

    /// What it counted since it started.
    fn counters(&self) -> Counters;

    /// What waits for a person to compare, the oldest first.
    fn questions(&self) -> Vec<Question>;
}

/// How a network is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkStatus {
    /// Its name.
    pub network: Network,
    /// Its kind.
    pub kind: SmolStr,
    /// Its connection.
    pub state: LinkState,
    /// The rooms that we are in.
    pub rooms: Vec<RoomId>,
    /// Where it keeps nothing for us, if it does so elsewhere.
    pub unarchived: Unarchived,
    /// What we are called there.
    pub own_name: Option<SmolStr>,
    /// What it counts of its own, since its transport started: what, and how many.
    pub counts: BTreeMap<SmolStr, u64>,
}

/// Where what is said is lost while we are away, as no archive keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unarchived {
    /// In private.
    pub private: bool,
    /// In these rooms, of those that we are in.
    pub rooms: Vec<RoomId>,
}

impl Unarchived {
    /// Takes in whether there is an archive: a room's, or our account's.
    pub fn note(&mut self, room: Option<&RoomId>, is_kept: bool) {
        let Some(room) = room else {
            self.private = !is_kept;
            return;
        };
        self.rooms.retain(|known| known != room);
        if !is_kept {
            self.rooms.push(room.clone());
        }
    }
}

/// What the house counted since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages heard.
    pub messages: u64,
    /// Commands run.
    pub commands: u64,
    /// Commands refused.
    pub refusals: u64,
    /// Commands that failed.
    pub failures: u64,
    /// Outputs delivered.
    pub delivered: u64,
    /// Outputs given up.
    pub dead: u64,
    /// Outputs waiting.
    pub waiting: u64,
}

/// The log, the outbox and the audit log.
#[async_trait]
pub trait RecordsView: fmt::Debug + Send + Sync {
    /// The latest lines of the log, the oldest first, without secrets.
    fn log_tail(&self, lines: usize) -> Vec<String>;

    /// How much is logged.
    fn log_level(&self) -> String;

    /// What has not arrived, the oldest first.
    ///
    /// # Errors
    /// What the store says.
    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, String>;

    /// Lines of the audit log, the latest first; a change among them shows no hash of a password.
    ///
    /// # Errors
    /// What the store says.
    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, String>;
}

/// The values that a plugin keeps: its own, and no other's.
#[async_trait]
pub trait ValuesView: fmt::Debug + Send + Sync {
    /// The value under a key.
    ///
    /// # Errors
    /// What the store says.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, String>;

    /// The values whose keys begin with `prefix`, by key.
    ///
    /// # Errors
    /// What the store says.
    async fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, String>;
}
