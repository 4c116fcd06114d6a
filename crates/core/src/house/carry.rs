//! Carrying out what the dispatcher asks for.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use smol_str::SmolStr;
use tokio::sync::mpsc;
use tokio::task::JoinError;
use tracing::Instrument;

use super::House;
use crate::delivery::{Authority, Delivery, Settled};
use crate::dispatch::{CallId, CommitId, Effect, Input, Seed};
use crate::plugin::{Call, Effects, Failure};
use crate::receipt::{Receipt, Retry};
use crate::store::{OutboxRow, Store, StoreError, WriteSet};

/// What a call's task leaves: its number, and how it ended.
pub(super) type Ended = (CallId, Result<Effects, Failure>);

/// How many write sets are committed at a time.
const SETS: usize = 512;
/// How many write sets may wait before no more events are heard.
const BACKLOG: usize = 4096;

/// Write sets in their order: one batch is under way, the rest wait for it and become the next.
#[derive(Default)]
pub(super) struct Commits {
    waiting: Vec<(CommitId, WriteSet)>,
    numbers: Vec<CommitId>,
    under_way: Option<BoxFuture<'static, Vec<Result<(), StoreError>>>>,
}

impl std::fmt::Debug for Commits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Commits").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}

impl Commits {
    pub(super) fn push(&mut self, commit: CommitId, set: WriteSet) {
        self.waiting.push((commit, set));
    }

    pub(super) fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether so little waits that more may be caused.
    pub(super) fn have_room(&self) -> bool {
        self.waiting.len() < BACKLOG
    }

    /// Begins the next batch, if none is under way.
    pub(super) fn begin(&mut self, store: &Arc<dyn Store>) {
        if self.under_way.is_some() || self.waiting.is_empty() {
            return;
        }
        let batch = self.waiting.drain(..self.waiting.len().min(SETS));
        let (numbers, sets): (Vec<_>, Vec<_>) = batch.unzip();
        self.numbers = numbers;
        let store = Arc::clone(store);
        self.under_way = Some(Box::pin(async move { store.commit(sets).await }));
    }

    /// The answers to the batch that is under way.
    ///
    /// # Cancel safety
    /// The batch stays under way.
    pub(super) async fn done(&mut self) -> Vec<(CommitId, Result<(), StoreError>)> {
        let results = match self.under_way.as_mut() {
            Some(batch) => batch.await,
            None => std::future::pending().await,
        };
        self.under_way = None;
        // A store that answers too little has not committed the rest.
        let results = results.into_iter().chain(std::iter::repeat(Err(StoreError::Closed)));
        self.numbers.drain(..).zip(results).collect()
    }

    /// Commits what is left when the house closes.
    pub(super) async fn finish(mut self, store: &dyn Store) {
        if let Some(batch) = self.under_way.take() {
            report(&batch.await);
        }
        let sets: Vec<_> = self.waiting.drain(..).map(|(_, set)| set).collect();
        if !sets.is_empty() {
            report(&store.commit(sets).await);
        }
    }
}

fn report(results: &[Result<(), StoreError>]) {
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        tracing::error!(%error, "Something was not written when the house closed.");
    }
}

impl House {
    /// Takes a step, and carries out what comes of it.
    pub(super) fn step(&mut self, input: Input) {
        let mut effects = Vec::new();
        self.dispatcher.step(input, self.clock.now(), &mut effects);
        let mut effects = std::collections::VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            if let Some(settled) = self.carry(effect) {
                let mut more = Vec::new();
                self.dispatcher.step(Input::Settled(settled), self.clock.now(), &mut more);
                effects.extend(more);
            }
        }
    }

    /// Begins the next commit, and answers those who wait for quiet.
    pub(super) fn carry_on(&mut self) {
        self.commits.begin(&self.store);
        self.overseer.counted(self.dispatcher.counters());
        if !self.idlers.is_empty() && self.is_idle() {
            for idler in self.idlers.drain(..) {
                if idler.send(()).is_err() {
                    tracing::trace!("Nobody waits for quiet any more.");
                }
            }
        }
    }

    fn carry(&mut self, effect: Effect) -> Option<Settled> {
        match effect {
            Effect::Run { call, plugin, permit, seed, deadline } => {
                self.call(call, &plugin, permit, *seed, deadline);
                None
            }
            Effect::Commit { commit, set } => {
                self.commits.push(commit, set);
                None
            }
            Effect::Deliver { row, authority } => self.deliver(row, authority),
            Effect::Order(order) => {
                self.overseer.ordered(order);
                None
            }
            Effect::Report(notice) => {
                self.overseer.noticed(&notice);
                None
            }
        }
    }

    fn call(
        &mut self,
        call: CallId,
        plugin: &SmolStr,
        permit: nuncio_policy::Permit,
        seed: Seed,
        deadline: std::time::Duration,
    ) {
        let span = tracing::debug_span!("call", command = %permit.command());
        let task = match self.plugins.get(plugin) {
            None => {
                let why = format!("the plugin `{plugin}` is not loaded");
                self.calls.spawn(async move { (call, Err(Failure::Internal(why))) })
            }
            Some((plugin, services)) => {
                let plugin = Arc::clone(plugin);
                let cancel = self.cancel.child_token();
                let parts = seed.with(cancel.clone(), services.clone());
                let work = async move {
                    let run = plugin.call(Call::new(permit, parts));
                    if let Ok(result) = tokio::time::timeout(deadline, run).await {
                        return (call, result);
                    }
                    cancel.cancel();
                    (call, Err(Failure::Internal(format!("it took longer than {deadline:?}"))))
                };
                self.calls.spawn(work.instrument(span))
            }
        };
        self.numbers.insert(task.id(), call);
    }

    /// Takes the end of a call's task: its answer, or its panic.
    pub(super) fn ended(&mut self, ended: Result<(tokio::task::Id, Ended), JoinError>) {
        let (id, result) = match ended {
            Ok((id, (_, result))) => (id, result),
            Err(error) => {
                (error.id(), Err(Failure::Internal(format!("it ended by itself: {error}"))))
            }
        };
        if let Some(call) = self.numbers.remove(&id) {
            self.step(Input::Finished { call, result });
        }
    }

    /// Hands an output to its network. What cannot be handed over is settled at once.
    fn deliver(&mut self, row: Arc<OutboxRow>, authority: Authority) -> Option<Settled> {
        let key = row.key.clone();
        let back = |why: &str, retry| {
            Some(Settled { key: key.clone(), receipt: Receipt::failed(why, retry) })
        };
        let Some(queue) = self.deliveries.get(row.draft.output.to.network()) else {
            return back("the network is not connected", Retry::Later(None));
        };
        let Ok(slot) = self.receipts.0.clone().try_reserve_owned() else {
            return back("too many deliveries are under way", Retry::Later(None));
        };
        let delivery = match Delivery::new(row, authority, slot) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::error!(%error, "An output was not covered by its permit.");
                return back("it was not covered by its permit", Retry::Never);
            }
        };
        match queue.try_send(delivery) {
            Ok(()) => None,
            Err(
                mpsc::error::TrySendError::Full(delivery)
                | mpsc::error::TrySendError::Closed(delivery),
            ) => {
                delivery.settle(Receipt::failed(
                    "the connection takes nothing now",
                    Retry::Later(None),
                ));
                None
            }
        }
    }
}
