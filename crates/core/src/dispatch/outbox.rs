//! The outbox: every output from its commit to its receipt, in order per place.

use std::sync::Arc;
use std::time::Duration;

use nuncio_policy::Network;
use rustc_hash::FxHashMap;

use super::CommitId;
use super::held::Held;
use super::waiting::Waiting;
use crate::delivery::OutputKey;
use crate::features::Features;
use crate::place::Place;
use crate::query::{Query, QueryError};
use crate::store::{OutboxMove, OutboxRow, OutboxState};

/// How often an output is tried before it is dead.
pub(super) const ATTEMPTS: u32 = 8;
/// How often what waits is searched for what has waited too long.
const SWEEP: Duration = Duration::from_mins(1);
/// One place may have this part of the outputs that wait for its network.
const SHARE: usize = 4;

/// Every output that is neither delivered nor dead.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    networks: FxHashMap<Network, Queue>,
    // INVARIANT: what is flying was admitted to its network's window and has no receipt yet.
    flying: FxHashMap<OutputKey, Flight>,
    /// What was flying when the process was killed: it fills no window.
    doubtful: FxHashMap<OutputKey, Flight>,
    held: Held,
    /// The number of the latest output: they go out in this order, however often they are tried.
    latest: u64,
    /// When to look for what has waited too long; while anything waits.
    sweep_at: Option<Duration>,
}

/// An output that was handed to its network.
#[derive(Debug)]
pub(super) struct Flight {
    number: u64,
    pub(super) row: Arc<OutboxRow>,
}

/// What waits for one network.
#[derive(Debug, Default)]
struct Queue {
    online: bool,
    features: Features,
    flying: usize,
    waiting: Waiting,
    resume_at: Duration,
}

impl Flight {
    /// Takes back that it was tried.
    pub(super) fn was_not_tried(&mut self) {
        let row = Arc::make_mut(&mut self.row);
        row.attempts = row.attempts.saturating_sub(1);
    }
}

impl Outbox {
    pub(super) fn configure(&mut self, network: Network, features: Features) {
        let queue = self.networks.entry(network).or_default();
        queue.features = features;
    }

    pub(super) fn set_online(&mut self, network: &Network, online: bool) {
        if let Some(queue) = self.networks.get_mut(network) {
            queue.online = online;
            queue.resume_at = Duration::ZERO;
        }
    }

    /// Forgets a network. Gives what waited for it, and what it might have known of.
    pub(super) fn remove(&mut self, network: &Network) -> Vec<Arc<OutboxRow>> {
        let queue = self.networks.remove(network);
        let waiting = queue.map(|mut queue| queue.waiting.extract(|_| true)).unwrap_or_default();
        let doubtful = self.doubtful(network);
        self.doubtful.retain(|_, flight| flight.row.draft.output.to.network() != network);
        waiting.into_iter().chain(doubtful).collect()
    }

    /// Takes in an output that was flying when the process was killed.
    pub(super) fn doubt(&mut self, row: Arc<OutboxRow>) {
        self.latest = self.latest.saturating_add(1);
        self.doubtful.insert(row.key.clone(), Flight { number: self.latest, row });
    }

    /// What a network may know of, the oldest first.
    pub(super) fn doubtful(&self, network: &Network) -> Vec<Arc<OutboxRow>> {
        let to = |flight: &&Flight| flight.row.draft.output.to.network() == network;
        let mut flights: Vec<_> = self.doubtful.values().filter(to).collect();
        flights.sort_unstable_by_key(|flight| flight.number);
        flights.into_iter().map(|flight| Arc::clone(&flight.row)).collect()
    }

    pub(super) fn knows(&self, network: &Network) -> bool {
        self.networks.contains_key(network)
    }

    pub(super) fn deduplicates(&self, network: &Network) -> bool {
        self.networks.get(network).is_some_and(|queue| queue.features.deduplicates.is_present())
    }

    /// Whether a network has reactions.
    pub(super) fn reacts(&self, network: &Network) -> bool {
        self.networks.get(network).is_some_and(|queue| queue.features.reactions.is_present())
    }

    /// Whether a network takes files.
    pub(super) fn takes_files(&self, network: &Network) -> bool {
        self.networks.get(network).is_some_and(|queue| queue.features.files.is_present())
    }

    /// Whether a network can be asked something now.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn answers(&self, query: &Query) -> Result<(), QueryError> {
        let network = query.network();
        let offline = || QueryError::Offline(network.clone());
        let queue = self.networks.get(network).ok_or_else(offline)?;
        let (support, what) = query.support(&queue.features);
        if !support.is_present() {
            let (network, what) = (network.clone(), what.to_owned());
            return Err(QueryError::Unsupported { network, what });
        }
        queue.online.then_some(()).ok_or_else(offline)
    }

    /// Whether the address of a private conversation means the same peer after a restart.
    pub(super) fn knows_peers(&self, network: &Network) -> bool {
        self.networks.get(network).is_some_and(|queue| queue.features.lasting_peers.is_present())
    }

    pub(super) fn in_flight(&self) -> usize {
        self.flying.len()
    }

    pub(super) fn waiting(&self) -> usize {
        self.networks.values().map(|queue| queue.waiting.len()).sum()
    }

    /// How a new output begins: handed to its network where that is online, has room and nothing
    /// waits before it; else queued; dead where too much is queued already.
    pub(super) fn admit(&self, place: &Place, window: usize, bound: usize) -> OutboxState {
        let network = place.network();
        let share = (bound / SHARE).max(1);
        match self.networks.get(network) {
            None => OutboxState::Dead { why: "its network is not configured".into() },
            Some(queue) if queue.waiting.weight() >= bound => OutboxState::Dead {
                why: format!("as much as can wait for `{network}` already does"),
            },
            Some(queue) if queue.waiting.weight_for(place) >= share => {
                OutboxState::Dead { why: format!("as much as can wait for {place} already does") }
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
        self.latest = self.latest.saturating_add(1);
        let (number, row) = (self.latest, Arc::clone(row));
        match row.state {
            OutboxState::Handed => {
                let flight = Flight { number, row };
                if self.flying.insert(flight.row.key.clone(), flight).is_none() {
                    queue.flying += 1;
                }
            }
            OutboxState::Queued => queue.waiting.insert(number, row),
            OutboxState::Dead { .. } => {}
        }
    }

    /// Lands an output: it has its receipt, or was never handed over.
    pub(super) fn land(&mut self, key: &OutputKey) -> Option<Flight> {
        if let Some(doubtful) = self.doubtful.remove(key) {
            return Some(doubtful);
        }
        let flight = self.flying.remove(key)?;
        if let Some(queue) = self.networks.get_mut(flight.row.draft.output.to.network()) {
            queue.flying = queue.flying.saturating_sub(1);
        }
        Some(flight)
    }

    /// Puts an output back where it was, before what came after it; its network tries nothing
    /// before `resume_at`.
    ///
    /// # Errors
    /// The output, where its network is gone.
    pub(super) fn requeue(
        &mut self,
        flight: Flight,
        resume_at: Duration,
    ) -> Result<OutboxMove, Arc<OutboxRow>> {
        let Flight { number, row } = flight;
        let Some(queue) = self.networks.get_mut(row.draft.output.to.network()) else {
            return Err(row);
        };
        queue.resume_at = queue.resume_at.max(resume_at);
        let row = OutboxRow { state: OutboxState::Queued, ..Arc::unwrap_or_clone(row) };
        let key = row.key.clone();
        queue.waiting.insert(number, Arc::new(row));
        Ok(OutboxMove { key, to: Some(OutboxState::Queued) })
    }

    /// Whether an output waits or is under way.
    pub(super) fn holds(&self, row: &OutboxRow) -> bool {
        let place = &row.draft.output.to;
        let waits = |queue: &Queue| queue.waiting.holds(place, &row.key);
        [&self.flying, &self.doubtful].iter().any(|flights| flights.contains_key(&row.key))
            || self.networks.get(place.network()).is_some_and(waits)
    }

    /// Takes out of the queue what may go now, and counts it as flying; and beside it what was
    /// made before `horizon`, and may not go any more.
    pub(super) fn depart(
        &mut self,
        network: &Network,
        window: usize,
        horizon: jiff::Timestamp,
        now: Duration,
    ) -> Departure {
        let mut departure = Departure::default();
        let Some(queue) = self.networks.get_mut(network) else { return departure };
        while queue.online
            && now >= queue.resume_at
            && queue.flying < window
            && let Some((number, row)) = queue.waiting.next()
        {
            if row.at < horizon {
                departure.expired.push(row);
                continue;
            }
            let row = handed(row);
            departure.rows.push(Arc::clone(&row));
            queue.flying += 1;
            self.flying.insert(row.key.clone(), Flight { number, row });
        }
        departure
    }

    /// Takes out of the queues what was made before `horizon`.
    pub(super) fn expire(&mut self, horizon: jiff::Timestamp) -> Vec<Arc<OutboxRow>> {
        self.sweep_at = None;
        let queues = self.networks.values_mut();
        queues.flat_map(|queue| queue.waiting.extract(|row| row.at < horizon)).collect()
    }

    /// Takes one output out of its queue.
    pub(super) fn pull(&mut self, key: &OutputKey) {
        self.doubtful.remove(key);
        for queue in self.networks.values_mut() {
            queue.waiting.extract(|row| row.key == *key);
        }
    }

    pub(super) fn online_networks(&self) -> Vec<Network> {
        self.networks
            .iter()
            .filter(|(_, queue)| queue.online)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Plans the next search for what has waited too long.
    pub(super) fn plan_sweep(&mut self, life: Duration, now: Duration) {
        let pause = SWEEP.min(life).max(Duration::from_secs(1));
        self.sweep_at = match self.sweep_at {
            _ if self.networks.values().all(|queue| queue.waiting.is_empty()) => None,
            None => Some(now.saturating_add(pause)),
            planned => planned,
        };
    }

    /// When something in it is due, as uptime: a retry that has room, or a sweep of what waits.
    pub(super) fn wake_at(&self, window: usize) -> Option<Duration> {
        let can_go =
            |queue: &&Queue| queue.online && !queue.waiting.is_empty() && queue.flying < window;
        let due = self.networks.values().filter(can_go).map(|queue| queue.resume_at);
        due.chain(self.sweep_at).min()
    }

    /// Holds an output until its commit, behind those of its place that came before.
    pub(super) fn hold(&mut self, row: Arc<OutboxRow>, commit: CommitId) {
        self.held.hold(row, commit);
    }

    /// Lets an output pass that need not wait for its commit: at once, unless one of its place
    /// waits before it.
    pub(super) fn pass(&mut self, row: Arc<OutboxRow>, commit: CommitId) -> Option<Arc<OutboxRow>> {
        self.held.pass(row, commit)
    }

    /// Marks the outputs of a commit as ready. Gives what may go, in order per place.
    pub(super) fn committed(
        &mut self,
        commit: CommitId,
        rows: &[Arc<OutboxRow>],
    ) -> Vec<Arc<OutboxRow>> {
        self.held.committed(commit, rows)
    }

    /// Drops the outputs of a commit that failed, however far they came meanwhile. Gives what
    /// waited behind them.
    pub(super) fn dropped(
        &mut self,
        commit: CommitId,
        rows: &[Arc<OutboxRow>],
    ) -> Vec<Arc<OutboxRow>> {
        for row in rows {
            self.land(&row.key);
            self.pull(&row.key);
        }
        self.held.dropped(commit, rows)
    }
}

/// What leaves a queue.
#[derive(Debug, Default)]
pub(super) struct Departure {
    /// To its network.
    pub(super) rows: Vec<Arc<OutboxRow>>,
    /// Too late.
    pub(super) expired: Vec<Arc<OutboxRow>>,
}

fn handed(row: Arc<OutboxRow>) -> Arc<OutboxRow> {
    let attempts = row.attempts.saturating_add(1);
    Arc::new(OutboxRow { state: OutboxState::Handed, attempts, ..Arc::unwrap_or_clone(row) })
}
