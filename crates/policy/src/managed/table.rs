//! The rows, each kind in a shelf of its own: a change copies no more than the shelf that it is in,
//! and whoever kept an earlier table sees which that was.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use smol_str::SmolStr;

use super::{AuditNumber, Fact, Kept, ManagedKey};

/// What stands at a key, and the row of the audit log that put it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// What it tells, or the value that tells nothing.
    pub(super) read: Result<Arc<Kept>, SmolStr>,
    pub(super) audit: AuditNumber,
}

/// Rows by their keys.
type Shelf = BTreeMap<ManagedKey, Row>;

/// Rows by their kinds and keys; cloning it copies neither rows nor shelves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    // INVARIANT: no shelf is empty, so that equal tables are equal; a key is in one at most.
    shelves: BTreeMap<SmolStr, Arc<Shelf>>,
    /// The rows that cannot be read, be they of whichever kind.
    unreadable: Arc<Shelf>,
}

impl Row {
    pub(super) fn kept(&self) -> Option<&Kept> {
        self.read.as_deref().ok()
    }
}

impl Table {
    pub(super) fn insert(&mut self, key: ManagedKey, row: Row) {
        let shelf = if row.read.is_ok() {
            self.remove_unreadable(&key);
            self.shelves.entry(key.kind().into()).or_default()
        } else {
            self.remove(&key);
            &mut self.unreadable
        };
        Arc::make_mut(shelf).insert(key, row);
    }

    pub(super) fn remove(&mut self, key: &ManagedKey) {
        self.remove_unreadable(key);
        let Some(shelf) = self.shelves.get_mut(key.kind()) else { return };
        if shelf.contains_key(key) {
            Arc::make_mut(shelf).remove(key);
        }
        if shelf.is_empty() {
            self.shelves.remove(key.kind());
        }
    }

    fn remove_unreadable(&mut self, key: &ManagedKey) {
        if self.unreadable.contains_key(key) {
            Arc::make_mut(&mut self.unreadable).remove(key);
        }
    }

    /// The row of a key, where it can be read.
    pub(super) fn get(&self, key: &ManagedKey) -> Option<&Row> {
        self.shelves.get(key.kind())?.get(key)
    }

    /// How many rows there are, whether they can be read or not.
    pub(super) fn len(&self) -> usize {
        let readable: usize = self.shelves.values().map(|shelf| shelf.len()).sum();
        readable + self.unreadable.len()
    }

    /// Every row: by kind and key those that can be read, then the others.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&ManagedKey, &Row)> {
        self.shelves.values().flat_map(|shelf| shelf.iter()).chain(self.unreadable())
    }

    /// The rows that cannot be read, by key.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = (&ManagedKey, &Row)> {
        self.unreadable.iter()
    }

    /// The rows that can be read and whose keys begin so: with a kind and a blank, at least.
    pub(super) fn below(&self, start: String) -> impl Iterator<Item = (&ManagedKey, &Row)> {
        let first = ManagedKey::stored(&start);
        let shelf = self.shelves.get(first.kind());
        let from = shelf.map(|shelf| shelf.range((Bound::Included(first), Bound::Unbounded)));
        from.into_iter().flatten().take_while(move |(key, _)| key.as_str().starts_with(&start))
    }

    /// Of each kind of which the other table, an earlier or a later one, may have other rows: a
    /// fact. What was written neither since nor until then is not among them.
    pub(super) fn differing<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a Fact> {
        let lacks = |table: &Self, kind: &SmolStr, shelf: &Arc<_>| {
            !table.shelves.get(kind).is_some_and(|same| Arc::ptr_eq(same, shelf))
        };
        let mine = self.shelves.iter().filter(move |(kind, shelf)| lacks(other, kind, shelf));
        let theirs = other.shelves.iter().filter(move |(kind, shelf)| lacks(self, kind, shelf));
        mine.chain(theirs).filter_map(|(_, shelf)| Some(&shelf.first_key_value()?.1.kept()?.fact))
    }

    /// Whether the other table may have other rows that cannot be read.
    pub(super) fn differs_unreadably(&self, other: &Self) -> bool {
        let (mine, theirs) = (&self.unreadable, &other.unreadable);
        !(Arc::ptr_eq(mine, theirs) || mine.is_empty() && theirs.is_empty())
    }
}
