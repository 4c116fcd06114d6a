//! State that dies with the process: for tests, and the model that other stores are held to.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use nuncio_policy::{AuditNumber, ManagedKey, Network, RowWrite, StoredRow};

use super::{
    AuditQuery, AuditRow, CursorWrite, JournalRow, JournalState, OutboxMove, OutboxRow,
    OutboxState, Retention, Scope, SettingWrite, Store, StoreError, ValueWrite, WriteSet,
};
use crate::cursor::{Cursor, Mark, Position, Source};
use crate::delivery::OutputKey;
use crate::event::EventKey;

/// A store in memory.
///
/// Keeps the whole contract of [`Store`] but survival.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    journal: BTreeMap<(Network, EventKey), JournalRow>,
    /// In the order in which they were committed.
    outbox: BTreeMap<u64, Kept>,
    /// Where in `outbox` an output stands.
    places: BTreeMap<OutputKey, u64>,
    added: u64,
    values: BTreeMap<(Scope, String), Vec<u8>>,
    settings: BTreeMap<String, SettingWrite>,
    audit: Vec<AuditRow>,
    managed: BTreeMap<ManagedKey, StoredRow>,
    cursors: BTreeMap<(Network, Source), (Position, Timestamp)>,
}

/// An output, and whether a secret was taken out of it.
#[derive(Debug)]
struct Kept {
    row: OutboxRow,
    bared: bool,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing below panics half-way through a set.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, sets: Vec<WriteSet>) -> Vec<Result<(), StoreError>> {
        let answers = vec![Ok(()); sets.len()];
        let mut state = self.state();
        for set in sets {
            state.apply(set);
        }
        answers
    }

    async fn journalled(
        &self,
        network: &Network,
        key: &EventKey,
    ) -> Result<Option<JournalState>, StoreError> {
        let name = (network.clone(), key.clone());
        Ok(self.state().journal.get(&name).map(|row| row.state.clone()))
    }

    async fn interrupted(&self) -> Result<Vec<JournalRow>, StoreError> {
        let state = self.state();
        let mut rows: Vec<_> =
            state.journal.values().filter(|row| !row.is_done()).cloned().collect();
        rows.sort_by_key(|row| row.at);
        Ok(rows)
    }

    async fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        let state = self.state();
        let cursor =
            |((network, source), (at, time)): (&(Network, Source), &(Position, Timestamp))| {
                let mark = Mark { source: source.clone(), at: at.clone() };
                Cursor { network: network.clone(), mark, time: *time }
            };
        Ok(state.cursors.iter().map(cursor).collect())
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(self.state().outbox.values().take(limit).map(Kept::read).collect())
    }

    async fn unsent(&self) -> Result<Vec<OutboxRow>, StoreError> {
        let state = self.state();
        Ok(state.outbox.values().map(Kept::read).filter(|row| !row.state.is_dead()).collect())
    }

    async fn unreadable_outputs(&self) -> Result<Vec<(OutputKey, String)>, StoreError> {
        Ok(Vec::new())
    }

    async fn value(&self, scope: &Scope, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.state().values.get(&(scope.clone(), key.to_owned())).cloned())
    }

    async fn values(
        &self,
        scope: &Scope,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let state = self.state();
        let from = state.values.range((scope.clone(), prefix.to_owned())..);
        let ours = from.take_while(|((whose, key), _)| whose == scope && key.starts_with(prefix));
        Ok(ours.take(limit).map(|((_, key), value)| (key.clone(), value.clone())).collect())
    }

    async fn settings(&self) -> Result<Vec<SettingWrite>, StoreError> {
        Ok(self.state().settings.values().cloned().collect())
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, StoreError> {
        let state = self.state();
        let asked = state.audit.iter().rev().filter(|row| query.asks_for(row));
        Ok(asked.take(query.limit).cloned().collect())
    }

    async fn last_audit(&self) -> Result<AuditNumber, StoreError> {
        let state = self.state();
        let written = state.audit.iter().map(|row| row.number);
        let made = state.managed.values().map(|row| row.audit);
        Ok(written.chain(made).max().unwrap_or_default())
    }

    async fn managed(&self) -> Result<Vec<StoredRow>, StoreError> {
        Ok(self.state().managed.values().cloned().collect())
    }

    async fn prune(&self, keep: Retention, now: Timestamp) -> Result<u64, StoreError> {
        let mut state = self.state();
        let count = |state: &State| {
            let rows = state.journal.len().saturating_add(state.audit.len());
            rows.saturating_add(state.outbox.len())
        };
        let before = count(&state);
        let (journal, audit) = (keep.journal_since(now), keep.audit_since(now));
        state.journal.retain(|_, row| row.at >= journal || !row.is_done());
        let State { audit: log, managed, .. } = &mut *state;
        let holds = |number| managed.values().any(|row| row.audit == number);
        log.retain(|row| row.at >= audit || holds(row.number));
        state.outbox.retain(|_, kept| kept.row.at >= journal || !kept.read().state.is_dead());
        let State { outbox, places, .. } = &mut *state;
        places.retain(|_, place| outbox.contains_key(place));
        let after = count(&state);
        Ok(u64::try_from(before.saturating_sub(after)).unwrap_or(u64::MAX))
    }
}

impl State {
    fn apply(&mut self, set: WriteSet) {
        if let Some(row) = set.journal {
            self.journal(row);
        }
        for row in &set.outputs {
            self.add(row);
        }
        for change in set.moves {
            self.change(change);
        }
        for ValueWrite { scope, key, value } in set.values {
            match value {
                Some(value) => self.values.insert((scope, key), value),
                None => self.values.remove(&(scope, key)),
            };
        }
        for write in set.settings {
            match write.value {
                Some(_) => self.settings.insert(write.key.clone(), write),
                None => self.settings.remove(&write.key),
            };
        }
        for CursorWrite { network, source, to } in set.cursors {
            match to {
                Some(to) => self.cursors.insert((network, source), to),
                None => self.cursors.remove(&(network, source)),
            };
        }
        let mut made_by = AuditNumber::default();
        for mut row in set.audit {
            if row.number == AuditNumber::default() {
                let last = self.audit.iter().map(|row| row.number.0).max();
                row.number = AuditNumber(last.unwrap_or_default().saturating_add(1));
            }
            made_by = row.number;
            self.audit.push(row);
        }
        for write in set.managed {
            match write {
                RowWrite::Put { key, kept } => {
                    let row = StoredRow { key: key.clone(), value: kept.to_json(), audit: made_by };
                    self.managed.insert(key, row);
                }
                RowWrite::Delete { key } => {
                    self.managed.remove(&key);
                }
            }
        }
    }

    fn journal(&mut self, row: JournalRow) {
        let name = (row.network.clone(), row.key.clone());
        let goes_back = !row.is_done() && self.journal.get(&name).is_some_and(JournalRow::is_done);
        if !goes_back {
            self.journal.insert(name, row);
        }
    }

    fn add(&mut self, row: &OutboxRow) {
        if self.places.contains_key(&row.key) {
            return;
        }
        let mut row = row.clone();
        let bare = row.draft.output.action.without_secret();
        let bared = bare.is_some();
        if let Some(action) = bare {
            row.draft.output.action = action;
        }
        self.places.insert(row.key.clone(), self.added);
        self.outbox.insert(self.added, Kept { row, bared });
        self.added = self.added.saturating_add(1);
    }

    fn change(&mut self, OutboxMove { key, to }: OutboxMove) {
        let Some(place) = self.places.get(&key) else { return };
        match to {
            None => {
                self.outbox.remove(place);
                self.places.remove(&key);
            }
            Some(to) => {
                if let Some(Kept { row, .. }) = self.outbox.get_mut(place) {
                    if to == OutboxState::Handed {
                        row.attempts = row.attempts.saturating_add(1);
                    }
                    row.state = to;
                }
            }
        }
    }
}

impl Kept {
    fn read(&self) -> OutboxRow {
        let mut row = self.row.clone();
        if self.bared {
            row.state = row.state.without_secret();
        }
        row
    }
}
