//! Durable state, as a contract: what is written is data, so that any database can serve it.

mod audit;
pub mod memory;
mod rows;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use nuncio_policy::{AuditNumber, Network, RowWrite, StoredRow};

use crate::cursor::Cursor;
use crate::delivery::OutputKey;
use crate::event::EventKey;

pub use audit::{AuditQuery, AuditRow};
pub use rows::{
    CursorWrite, Draft, JournalRow, JournalState, OutboxMove, OutboxRow, OutboxState, Scope,
    SettingWrite, ValueWrite,
};

/// What one step writes, all or nothing.
#[derive(Clone, Debug, Default)]
pub struct WriteSet {
    /// The event that it handles.
    pub journal: Option<JournalRow>,
    /// What is to be sent because of it.
    pub outputs: Vec<Arc<OutboxRow>>,
    /// What became of outputs.
    pub moves: Vec<OutboxMove>,
    /// What plugins keep.
    pub values: Vec<ValueWrite>,
    /// What was set from chat.
    pub settings: Vec<SettingWrite>,
    /// What the audit log is to say.
    pub audit: Vec<AuditRow>,
    /// What changes of the policy that is managed from chat; the last audit row of the set made it.
    pub managed: Vec<RowWrite>,
    /// How far archives are settled by now.
    pub cursors: Vec<CursorWrite>,
}

impl WriteSet {
    /// Whether it changes nothing but the journal and the outbox, so that a reply need not wait
    /// for it.
    pub fn is_bookkeeping(&self) -> bool {
        self.values.is_empty()
            && self.settings.is_empty()
            && self.audit.is_empty()
            && self.managed.is_empty()
    }

    /// Whether it must survive a power cut whatever the configuration says.
    pub fn is_always_durable(&self) -> bool {
        !self.audit.is_empty() || !self.settings.is_empty() || !self.managed.is_empty()
    }
}

/// How old rows may grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Journal rows of handled events, and outputs that are dead.
    pub journal: Duration,
    /// Lines of the audit log; those that made something which still holds stay.
    pub audit: Duration,
}

impl Retention {
    /// The oldest journal row and dead output that stay at `now`.
    pub fn journal_since(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.journal).unwrap_or(Timestamp::MIN)
    }

    /// The oldest line of the audit log that stays at `now`.
    pub fn audit_since(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(self.audit).unwrap_or(Timestamp::MIN)
    }
}

/// Durable state.
///
/// # Contract
///
/// - **Atomic.** A [`WriteSet`] is committed whole or not at all.
/// - **Grouped.** [`Store::commit`] takes many sets and commits them in their order, in one
///   transaction where it can; the answer for each says whether it is there. A set that fails
///   (a full disk fails all of them) fails alone where the database can tell them apart.
/// - **Durable.** A set that is answered `Ok` survives the death of the process; one that
///   [`WriteSet::is_always_durable`] survives a power cut.
/// - **Exact.** An output is there once, whatever is committed twice under its key, as it was
///   committed first; a journal row never goes back from `Done` to `Started`. A move of an output
///   that is not there does nothing; one to `Handed` counts an attempt.
/// - **Apart.** A plugin's values are read and written under its [`Scope`] alone.
/// - **In order.** Outputs and audit lines keep the order in which they were committed, values
///   and settings that of their keys, by their bytes. Times are kept to the microsecond.
/// - **Discreet.** No secret is kept: an output that held one is listed as dead, see
///   [`OutboxState::without_secret`].
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync {
    /// Commits the sets in their order. Answers one result for each.
    async fn commit(&self, sets: Vec<WriteSet>) -> Vec<Result<(), StoreError>>;

    /// How far an event's handling came; `None`: never taken up.
    async fn journalled(
        &self,
        network: &Network,
        key: &EventKey,
    ) -> Result<Option<JournalState>, StoreError>;

    /// The events whose handlers began and never ended.
    async fn interrupted(&self) -> Result<Vec<JournalRow>, StoreError>;

    /// How far archives are settled, by network and source, by their bytes.
    async fn cursors(&self) -> Result<Vec<Cursor>, StoreError>;

    /// The outputs that have not arrived, the oldest first, at most `limit`; without those that
    /// cannot be read.
    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError>;

    /// The outputs that are neither delivered nor dead, the oldest first; without those that cannot
    /// be read.
    async fn unsent(&self) -> Result<Vec<OutboxRow>, StoreError>;

    /// The outputs that this version cannot read, and why. They stay until they are discarded.
    async fn unreadable_outputs(&self) -> Result<Vec<(OutputKey, String)>, StoreError>;

    /// A value of a plugin.
    async fn value(&self, scope: &Scope, key: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The values of a plugin whose keys begin with `prefix`, by key, at most `limit`.
    async fn values(
        &self,
        scope: &Scope,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError>;

    /// What was set from chat.
    async fn settings(&self) -> Result<Vec<SettingWrite>, StoreError>;

    /// Lines of the audit log, the latest first.
    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, StoreError>;

    /// The number of the latest line of the audit log that there ever was, as far as anything still
    /// speaks of it; zero before the first.
    async fn last_audit(&self) -> Result<AuditNumber, StoreError>;

    /// What is managed from chat, by key.
    async fn managed(&self) -> Result<Vec<StoredRow>, StoreError>;

    /// Forgets what is older than `keep` at `now`. Answers how many rows went.
    async fn prune(&self, keep: Retention, now: Timestamp) -> Result<u64, StoreError>;
}

/// Why the store could not.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database refused.
    #[error("the store cannot {doing}: {why}")]
    Failed {
        /// What it was about.
        doing: &'static str,
        /// What the database says.
        why: String,
    },
    /// What is stored cannot be read.
    #[error("the store holds a {what} that this version cannot read: {why}")]
    Unreadable {
        /// What kind of row.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}
