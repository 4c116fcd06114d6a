//! What waits for one network.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::action::Action;
use crate::delivery::OutputKey;
use crate::place::Place;
use crate::store::OutboxRow;

/// So many bytes of a file count as one output more.
const SHEET: usize = 16 * 1024;

/// The outputs that wait for one network. Those to one place keep their order, by their numbers;
/// places take turns, so that whoever is flooded in one place keeps nobody waiting in another.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    // INVARIANT: a place is here while something waits for it, and then once in `turns`.
    places: FxHashMap<Place, Line>,
    turns: VecDeque<Place>,
    // INVARIANT: the sum of the places' own.
    weight: usize,
}

/// What waits for one place.
#[derive(Debug, Default)]
struct Line {
    rows: BTreeMap<u64, Arc<OutboxRow>>,
    // INVARIANT: the sum of the rows' own.
    weight: usize,
}

impl Waiting {
    pub(super) fn len(&self) -> usize {
        self.places.values().map(|line| line.rows.len()).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// How much waits: one for each output, and more for a large file.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// How much waits for one place.
    pub(super) fn weight_for(&self, place: &Place) -> usize {
        self.places.get(place).map_or(0, |line| line.weight)
    }

    pub(super) fn insert(&mut self, number: u64, row: Arc<OutboxRow>) {
        let place = &row.draft.output.to;
        if !self.places.contains_key(place) {
            self.turns.push_back(place.clone());
        }
        let line = self.places.entry(place.clone()).or_default();
        let weight = weight(&row);
        if line.rows.insert(number, row).is_none() {
            line.weight = line.weight.saturating_add(weight);
            self.weight = self.weight.saturating_add(weight);
        }
    }

    /// Takes out the next one: the first of the place whose turn it is.
    pub(super) fn next(&mut self) -> Option<(u64, Arc<OutboxRow>)> {
        let place = self.turns.pop_front()?;
        let line = self.places.get_mut(&place)?;
        let next = line.rows.pop_first();
        let weight = next.as_ref().map_or(0, |(_, row)| weight(row));
        line.weight = line.weight.saturating_sub(weight);
        self.weight = self.weight.saturating_sub(weight);
        if line.rows.is_empty() {
            self.places.remove(&place);
        } else {
            self.turns.push_back(place);
        }
        next
    }

    /// Takes out those that are meant.
    pub(super) fn extract(&mut self, is_meant: impl Fn(&OutboxRow) -> bool) -> Vec<Arc<OutboxRow>> {
        let mut found = BTreeMap::new();
        for line in self.places.values_mut() {
            for (number, row) in line.rows.extract_if(.., |_, row| is_meant(row)) {
                let weight = weight(&row);
                line.weight = line.weight.saturating_sub(weight);
                self.weight = self.weight.saturating_sub(weight);
                found.insert(number, row);
            }
        }
        self.places.retain(|_, line| !line.rows.is_empty());
        self.turns.retain(|place| self.places.contains_key(place));
        found.into_values().collect()
    }

    /// Whether an output to a place waits.
    pub(super) fn holds(&self, place: &Place, key: &OutputKey) -> bool {
        self.places.get(place).is_some_and(|line| line.rows.values().any(|row| row.key == *key))
    }
}

fn weight(row: &OutboxRow) -> usize {
    match &row.draft.output.action {
        Action::File { file, .. } => 1 + file.bytes().len() / SHEET,
        _ => 1,
    }
}
