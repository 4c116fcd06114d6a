//! What waits for one network.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::delivery::OutputKey;
use crate::place::Place;
use crate::store::OutboxRow;

/// The outputs that wait for one network. Those to one place keep their order, by their numbers;
/// places take turns, so that whoever is flooded in one place keeps nobody waiting in another.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    // INVARIANT: a place is here while something waits for it, and then once in `turns`.
    places: FxHashMap<Place, BTreeMap<u64, Arc<OutboxRow>>>,
    turns: VecDeque<Place>,
    count: usize,
}

impl Waiting {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How much waits for one place.
    pub(super) fn for_place(&self, place: &Place) -> usize {
        self.places.get(place).map_or(0, BTreeMap::len)
    }

    pub(super) fn insert(&mut self, number: u64, row: Arc<OutboxRow>) {
        let place = &row.draft.output.to;
        if !self.places.contains_key(place) {
            self.turns.push_back(place.clone());
        }
        let rows = self.places.entry(place.clone()).or_default();
        if rows.insert(number, row).is_none() {
            self.count += 1;
        }
    }

    /// Takes out the next one: the first of the place whose turn it is.
    pub(super) fn next(&mut self) -> Option<(u64, Arc<OutboxRow>)> {
        let place = self.turns.pop_front()?;
        let rows = self.places.get_mut(&place)?;
        let next = rows.pop_first();
        if rows.is_empty() {
            self.places.remove(&place);
        } else {
            self.turns.push_back(place);
        }
        self.count = self.count.saturating_sub(usize::from(next.is_some()));
        next
    }

    /// Takes out those that are meant.
    pub(super) fn extract(&mut self, is_meant: impl Fn(&OutboxRow) -> bool) -> Vec<Arc<OutboxRow>> {
        let mut found = BTreeMap::new();
        for rows in self.places.values_mut() {
            found.extend(rows.extract_if(.., |_, row| is_meant(row)));
        }
        self.count = self.count.saturating_sub(found.len());
        self.places.retain(|_, rows| !rows.is_empty());
        self.turns.retain(|place| self.places.contains_key(place));
        found.into_values().collect()
    }

    /// Whether an output to a place waits.
    pub(super) fn holds(&self, place: &Place, key: &OutputKey) -> bool {
        self.places.get(place).is_some_and(|rows| rows.values().any(|row| row.key == *key))
    }
}
