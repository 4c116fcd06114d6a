//! Durable state, as a contract: what is written is data, so that any database can serve it.

pub mod memory;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use nuncio_policy::{
    AuditNumber, Change, CommandId, Level, Network, RoomId, RowWrite, Speaker, StoredRow,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::action::Output;
use crate::command::Used;
use crate::cursor::{Cursor, Position, Source};
use crate::delivery::OutputKey;
use crate::event::EventKey;

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

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, unique and growing, which the house gives when it commits; zero: the next.
    pub number: AuditNumber,
    /// When.
    pub at: Timestamp,
    /// Who, in canonical form.
    pub who: String,
    /// With what [evidence](crate::evidence): `verified`, `claimed, in session as a:ann`.
    pub evidence: String,
    /// What was asked: a command in full.
    pub what: String,
    /// Where.
    pub place: String,
    /// What came of it: `allow`, `deny`, `ignore`, `done`, `failed`.
    pub outcome: String,
    /// The layer and the entry that decided.
    pub because: String,
    /// What it changed of the policy that is managed from chat, if it did. It may hold the hash of
    /// a password: nobody is shown it but as the command line that it displays as.
    pub change: Option<Box<Change>>,
}

/// Which lines of the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Only of this speaker.
    pub who: Option<String>,
    /// Only of this command and those below it.
    pub what: Option<String>,
    /// Only since then.
    pub since: Option<Timestamp>,
    /// Only this one.
    pub number: Option<AuditNumber>,
    /// Only those that changed something.
    pub changes: bool,
    /// At most so many, the latest first.
    pub limit: usize,
}

impl AuditQuery {
    /// Whether it asks for a line, limit aside.
    pub fn asks_for(&self, row: &AuditRow) -> bool {
        let below =
            |what: &str| row.what.strip_prefix(what).is_some_and(|rest| rest.starts_with('.'));
        self.who.as_ref().is_none_or(|who| row.who == *who)
            && self.what.as_ref().is_none_or(|what| row.what == *what || below(what))
            && self.since.is_none_or(|since| row.at >= since)
            && self.number.is_none_or(|number| row.number == number)
            && (!self.changes || row.change.is_some())
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
