//! What waits for its commit.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::CommitId;
use crate::place::Place;
use crate::store::OutboxRow;

/// The outputs that wait for their commits, or behind one that does; in order per place.
#[derive(Debug, Default)]
pub(super) struct Held {
    // INVARIANT: a place is here while something is held for it.
    places: FxHashMap<Place, VecDeque<Output>>,
}

/// An output that is held.
#[derive(Debug)]
struct Output {
    row: Arc<OutboxRow>,
    commit: CommitId,
    ready: bool,
}

impl Held {
    /// Holds an output until its commit, behind those of its place that came before.
    pub(super) fn hold(&mut self, row: Arc<OutboxRow>, commit: CommitId) {
        let place = row.draft.output.to.clone();
        self.places.entry(place).or_default().push_back(Output { row, commit, ready: false });
    }

    /// Lets an output pass that need not wait for its commit: at once, unless one of its place
    /// waits before it.
    pub(super) fn pass(&mut self, row: Arc<OutboxRow>, commit: CommitId) -> Option<Arc<OutboxRow>> {
        match self.places.get_mut(&row.draft.output.to) {
            None => Some(row),
            Some(queue) => {
                queue.push_back(Output { row, commit, ready: true });
                None
            }
        }
    }

    /// Marks the outputs of a commit as ready. Gives what may go, in order per place.
    pub(super) fn committed(
        &mut self,
        commit: CommitId,
        rows: &[Arc<OutboxRow>],
    ) -> Vec<Arc<OutboxRow>> {
        let mut free = Vec::new();
        for row in rows {
            let place = &row.draft.output.to;
            let Some(queue) = self.places.get_mut(place) else { continue };
            for held in queue.iter_mut().filter(|held| held.commit == commit) {
                held.ready = true;
            }
            while queue.front().is_some_and(|held| held.ready) {
                free.extend(queue.pop_front().map(|held| held.row));
            }
            if queue.is_empty() {
                self.places.remove(place);
            }
        }
        free
    }

    /// Drops the outputs of a commit that failed. Gives what waited behind them.
    pub(super) fn dropped(
        &mut self,
        commit: CommitId,
        rows: &[Arc<OutboxRow>],
    ) -> Vec<Arc<OutboxRow>> {
        for row in rows {
            if let Some(queue) = self.places.get_mut(&row.draft.output.to) {
                queue.retain(|held| held.row.key != row.key);
            }
        }
        self.committed(commit, rows)
    }
}
