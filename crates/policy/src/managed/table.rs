//! The rows, each kind in a shelf of its own: a change copies no more than the shelf that it is in.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use smol_str::SmolStr;

use super::{AuditNumber, Kept, ManagedKey};

/// What stands at a key, and the row of the audit log that put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// What it tells, or the value that tells nothing.
    pub(super) read: Result<Arc<Kept>, SmolStr>,
    pub(super) audit: AuditNumber,
}

/// The rows of one kind.
type Shelf = BTreeMap<ManagedKey, Row>;

/// Rows by their kinds and keys; cloning it copies neither rows nor shelves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table(
    // INVARIANT: no shelf is empty, so that equal tables are equal.
    BTreeMap<SmolStr, Arc<Shelf>>,
);

impl Row {
    pub(super) fn kept(&self) -> Option<&Kept> {
        self.read.as_deref().ok()
    }
}

impl Table {
    pub(super) fn insert(&mut self, key: ManagedKey, row: Row) {
        let shelf = self.0.entry(key.kind().into()).or_default();
        Arc::make_mut(shelf).insert(key, row);
    }

    pub(super) fn remove(&mut self, key: &ManagedKey) {
        let Some(shelf) = self.0.get_mut(key.kind()) else { return };
        if shelf.contains_key(key) {
            Arc::make_mut(shelf).remove(key);
        }
        if shelf.is_empty() {
            self.0.remove(key.kind());
        }
    }

    pub(super) fn get(&self, key: &ManagedKey) -> Option<&Row> {
        self.0.get(key.kind())?.get(key)
    }

    pub(super) fn len(&self) -> usize {
        self.0.values().map(|shelf| shelf.len()).sum()
    }

    /// Every row, by kind and key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&ManagedKey, &Row)> {
        self.0.values().flat_map(|shelf| shelf.iter())
    }

    /// The rows whose keys begin so: with a kind and a blank, at least.
    pub(super) fn below(&self, start: String) -> impl Iterator<Item = (&ManagedKey, &Row)> {
        let first = ManagedKey::stored(&start);
        let shelf = self.0.get(first.kind());
        let from = shelf.map(|shelf| shelf.range((Bound::Included(first), Bound::Unbounded)));
        from.into_iter().flatten().take_while(move |(key, _)| key.as_str().starts_with(&start))
    }
}

impl FromIterator<(ManagedKey, Row)> for Table {
    fn from_iter<I: IntoIterator<Item = (ManagedKey, Row)>>(rows: I) -> Self {
        let mut table = Self::default();
        rows.into_iter().for_each(|(key, row)| table.insert(key, row));
        table
    }
}
