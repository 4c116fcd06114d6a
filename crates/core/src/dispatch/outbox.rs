//! The outbox: every output from its commit to its receipt, in order per place.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use nuncio_policy::Network;
use rustc_hash::FxHashMap;

use super::CommitId;
use crate::delivery::OutputKey;
use crate::features::Features;
use crate::place::Place;
use crate::store::{OutboxMove, OutboxRow, OutboxState};

/// How often an output is tried before it is dead.
pub(super) const ATTEMPTS: u32 = 8;

/// Every output that is neither delivered nor dead.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    networks: FxHashMap<Network, Queue>,
    // INVARIANT: what is flying was admitted to its network's window and has no receipt yet.
    flying: FxHashMap<OutputKey, Arc<OutboxRow>>,
    held: FxHashMap<Place, VecDeque<Held>>,
}

/// What waits for one network.
#[derive(Debug, Default)]
struct Queue {
    online: bool,
    deduplicates: bool,
    flying: usize,
    waiting: VecDeque<Arc<OutboxRow>>,
    resume_at: Duration,
}

/// An output that waits for its commit, or behind one that does.
#[derive(Debug)]
struct Held {
    row: Arc<OutboxRow>,
    commit: CommitId,
    ready: bool,
}

impl Outbox {
    pub(super) fn configure(&mut self, network: Network, features: Features) {
        self.networks.entry(network).or_default().deduplicates = features.deduplicates.is_present();
    }

    pub(super) fn set_online(&mut self, network: &Network, online: bool) {
        if let Some(queue) = self.networks.get_mut(network) {
            queue.online = online;
            queue.resume_at = Duration::ZERO;
        }
    }

    /// Forgets a network. Gives what waited for it.
    pub(super) fn remove(&mut self, network: &Network) -> Vec<Arc<OutboxRow>> {
        self.networks.remove(network).map(|queue| queue.waiting.into()).unwrap_or_default()
    }

    pub(super) fn knows(&self, network: &Network) -> bool {
        self.networks.contains_key(network)
    }

    pub(super) fn deduplicates(&self, network: &Network) -> bool {
        self.networks.get(network).is_some_and(|queue| queue.deduplicates)
    }

    pub(super) fn in_flight(&self) -> usize {
        self.flying.len()
    }

    pub(super) fn waiting(&self) -> usize {
        self.networks.values().map(|queue| queue.waiting.len()).sum()
    }

    /// How a new output begins: handed to its network where that is online, has room and nothing
    /// waits before it; else queued; dead where too much is queued already.
    pub(super) fn admit(&self, network: &Network, window: usize, bound: usize) -> OutboxState {
        match self.networks.get(network) {
            None => OutboxState::Dead { why: "its network is not configured".into() },
            Some(queue) if queue.waiting.len() >= bound => {
                OutboxState::Dead { why: format!("{bound} outputs already wait for `{network}`") }
            }
            Some(queue) if queue.online && queue.waiting.is_empty() && queue.flying < window => {
                OutboxState::Handed
            }
            Some(_) => OutboxState::Queued,
        }
    }

    /// Takes in an output as its state says.
    pub(super) fn take(&mut self, row: &Arc<OutboxRow>) {
        let Some(queue) = self.networks.get_mut(row.draft.output.to.network()) else { return };
        match row.state {
            OutboxState::Handed => {
                queue.flying += 1;
                self.flying.insert(row.key.clone(), Arc::clone(row));
            }
            OutboxState::Queued => queue.waiting.push_back(Arc::clone(row)),
            OutboxState::Dead { .. } => {}
        }
    }

    /// Lands an output: it has its receipt, or was never handed over.
    pub(super) fn land(&mut self, key: &OutputKey) -> Option<Arc<OutboxRow>> {
        let row = self.flying.remove(key)?;
        if let Some(queue) = self.networks.get_mut(row.draft.output.to.network()) {
            queue.flying = queue.flying.saturating_sub(1);
        }
        Some(row)
    }

    /// Puts an output back before all others, not to be tried before `resume_at`.
    pub(super) fn requeue(&mut self, row: &OutboxRow, resume_at: Duration) -> OutboxMove {
        let row = Arc::new(OutboxRow { state: OutboxState::Queued, ..row.clone() });
        let key = row.key.clone();
        if let Some(queue) = self.networks.get_mut(row.draft.output.to.network()) {
            queue.resume_at = queue.resume_at.max(resume_at);
            queue.waiting.push_front(row);
        }
        OutboxMove { key, to: Some(OutboxState::Queued) }
    }

    /// Takes out of the queue what may go now, and counts it as flying.
    pub(super) fn depart(
        &mut self,
        network: &Network,
        window: usize,
        now: Duration,
    ) -> Vec<Arc<OutboxRow>> {
        let Some(queue) = self.networks.get_mut(network) else { return Vec::new() };
        if !queue.online || now < queue.resume_at {
            return Vec::new();
        }
        let room = window.saturating_sub(queue.flying).min(queue.waiting.len());
        let rows: Vec<_> = queue.waiting.drain(..room).map(handed).collect();
        queue.flying += rows.len();
        for row in &rows {
            self.flying.insert(row.key.clone(), Arc::clone(row));
        }
        rows
    }

    /// Takes out of the queues what was made before `horizon`.
    pub(super) fn expire(&mut self, horizon: jiff::Timestamp) -> Vec<Arc<OutboxRow>> {
        let mut expired = Vec::new();
        for queue in self.networks.values_mut() {
            let (old, young) = queue.waiting.drain(..).partition(|row| row.at < horizon);
            queue.waiting = young;
            expired.extend::<VecDeque<_>>(old);
        }
        expired
    }

    /// Takes one output out of its queue.
    pub(super) fn pull(&mut self, key: &OutputKey) -> Option<Arc<OutboxRow>> {
        self.networks.values_mut().find_map(|queue| {
            let at = queue.waiting.iter().position(|row| row.key == *key)?;
            queue.waiting.remove(at)
        })
    }

    pub(super) fn online_networks(&self) -> Vec<Network> {
        self.networks
            .iter()
            .filter(|(_, queue)| queue.online)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// When something in it is due, as uptime: a retry, or a minute's sweep of what waits.
    pub(super) fn wake_at(&self, _life: Duration) -> Option<Duration> {
        let due = |queue: &Queue| (!queue.waiting.is_empty()).then_some(queue.resume_at);
        self.networks.values().filter(|queue| queue.online).filter_map(due).min()
    }

    /// Holds an output until its commit, behind those of its place that came before.
    pub(super) fn hold(&mut self, row: Arc<OutboxRow>, commit: CommitId) {
        let place = row.draft.output.to.clone();
        self.held.entry(place).or_default().push_back(Held { row, commit, ready: false });
    }

    /// Lets an output pass that need not wait for its commit: at once, unless one of its place
    /// waits before it.
    pub(super) fn pass(&mut self, row: Arc<OutboxRow>, commit: CommitId) -> Option<Arc<OutboxRow>> {
        match self.held.get_mut(&row.draft.output.to) {
            None => Some(row),
            Some(queue) => {
                queue.push_back(Held { row, commit, ready: true });
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
            let Some(queue) = self.held.get_mut(place) else { continue };
            for held in queue.iter_mut().filter(|held| held.commit == commit) {
                held.ready = true;
            }
            while queue.front().is_some_and(|held| held.ready) {
                free.extend(queue.pop_front().map(|held| held.row));
            }
            if queue.is_empty() {
                self.held.remove(place);
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
            self.land(&row.key);
            if let Some(queue) = self.held.get_mut(&row.draft.output.to) {
                queue.retain(|held| held.commit != commit);
            }
        }
        self.committed(commit, rows)
    }
}

fn handed(row: Arc<OutboxRow>) -> Arc<OutboxRow> {
    let attempts = row.attempts.saturating_add(1);
    Arc::new(OutboxRow { state: OutboxState::Handed, attempts, ..Arc::unwrap_or_clone(row) })
}
