//! What plugins may read of a bot in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use nuncio_core::config::Key;
use nuncio_core::dispatch::Notice;
use nuncio_core::event::{Event, EventKind, LinkState, Question};
use nuncio_core::house::{Clock, Overseer};
use nuncio_core::plugin::Order;
use nuncio_core::services::{
    ConfigView, Counters, NetworkStatus, Questions, RecordsView, StatusView, Stored, Unarchived,
};
use nuncio_core::store::{AuditQuery, AuditRow, OutboxRow};
use nuncio_policy::RoomId;
use smol_str::SmolStr;

use super::Memory;

/// What a bot in memory knows of itself.
#[derive(Debug)]
pub(super) struct Views {
    pub(super) memory: Memory,
    pub(super) stored: Stored,
    pub(super) clock: Clock,
    pub(super) started: Timestamp,
    /// The plugins' keys, by their full names.
    pub(super) keys: BTreeMap<String, Key>,
    pub(super) seen: Mutex<Seen>,
}

/// What changes while it runs.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) link: Option<LinkState>,
    pub(super) questions: Questions,
    pub(super) counters: Counters,
    pub(super) orders: Vec<Order>,
    pub(super) log: Vec<String>,
    pub(super) log_level: String,
    /// What a file says, by full name, as TOML.
    pub(super) declared: BTreeMap<String, String>,
    /// What was set from chat.
    pub(super) set: BTreeMap<String, String>,
}

impl Views {
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn value(&self, key: &str) -> Option<String> {
        let seen = self.seen();
        let said = seen.set.get(key).or_else(|| seen.declared.get(key)).cloned();
        said.or_else(|| Some(self.keys.get(key)?.default?.to_owned()))
    }
}

impl Overseer for Views {
    fn saw(&self, event: &Event) {
        self.seen().questions.note(event);
        if let EventKind::Link(state) = &event.kind {
            self.seen().link = Some(state.clone());
        }
    }

    fn noticed(&self, notice: &Notice) {
        self.seen().log.push(format!("{notice:?}"));
    }

    fn counted(&self, counters: Counters) {
        self.seen().counters = counters;
    }

    fn ordered(&self, order: Order) {
        let mut seen = self.seen();
        match &order {
            Order::Set { key, value: Some(value) } => {
                seen.set.insert(key.clone(), value.clone());
            }
            Order::Set { key, value: None } => {
                seen.set.remove(key);
            }
            Order::LogLevel(level) => seen.log_level.clone_from(level),
            _ => {}
        }
        seen.orders.push(order);
    }
}

impl StatusView for Views {
    fn name(&self) -> SmolStr {
        "nuncio".into()
    }

    fn uptime(&self) -> Duration {
        self.clock.now().uptime
    }

    fn started(&self) -> Timestamp {
        self.started
    }

    fn networks(&self) -> Vec<NetworkStatus> {
        let state = self.seen().link.clone().unwrap_or(LinkState::Connecting);
        vec![NetworkStatus {
            network: self.memory.network().clone(),
            kind: "memory".into(),
            state,
            rooms: self.memory.rooms(),
            unarchived: Unarchived::default(),
            own_name: Some("nuncio".into()),
            counts: BTreeMap::new(),
        }]
    }

    fn counters(&self) -> Counters {
        self.seen().counters
    }

    fn questions(&self) -> Vec<Question> {
        self.seen().questions.open().to_vec()
    }
}

impl ConfigView for Views {
    fn show(&self, key: &str, _room: Option<&RoomId>) -> Option<String> {
        Some(format!("{key} = {}", self.value(key)?))
    }

    fn place(&self, key: &str) -> Option<String> {
        let declared = self.seen().declared.contains_key(key) || key.starts_with("policy.");
        declared.then(|| "a file of the test".to_owned())
    }

    fn keys(&self, prefix: &str) -> Vec<String> {
        let seen = self.seen();
        let mut keys: Vec<String> =
            self.keys.keys().chain(seen.declared.keys()).chain(seen.set.keys()).cloned().collect();
        keys.retain(|key| key.starts_with(prefix));
        keys.sort();
        keys.dedup();
        keys
    }

    fn diff(&self) -> Vec<(String, Option<String>, String)> {
        let seen = self.seen();
        let before = |key: &String| {
            let declared = seen.declared.get(key).cloned();
            declared.or_else(|| Some(self.keys.get(key)?.default?.to_owned()))
        };
        seen.set.iter().map(|(key, now)| (key.clone(), before(key), now.clone())).collect()
    }

    fn check_set(&self, key: &str, value: Option<&str>) -> Result<String, String> {
        if self.value(key).is_none() {
            return Err(format!("There is no key `{key}`."));
        }
        match value {
            Some(value) if toml::de::ValueDeserializer::parse(value).is_err() => {
                Err(format!("`{value}` is no TOML value."))
            }
            _ => Ok("applies at once".to_owned()),
        }
    }

    fn plugin_value(&self, plugin: &str, key: &str, _room: Option<&RoomId>) -> Option<String> {
        self.value(&format!("plugin.{plugin}.{key}"))
    }
}

#[async_trait]
impl RecordsView for Views {
    fn log_tail(&self, lines: usize) -> Vec<String> {
        let log = self.seen().log.clone();
        log.iter().skip(log.len().saturating_sub(lines)).cloned().collect()
    }

    fn log_level(&self) -> String {
        self.seen().log_level.clone()
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, String> {
        self.stored.outbox(limit).await
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, String> {
        self.stored.audit(query).await
    }
}
