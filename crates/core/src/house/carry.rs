//! Carrying out what the dispatcher asks for.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use nuncio_policy::Network;
use tokio::sync::mpsc;

use super::House;
use super::calls::Work;
use crate::delivery::{Authority, Delivery, Doubtful, Settled};
use crate::dispatch::{Effect, Input};
use crate::plugin::Failure;
use crate::receipt::{Receipt, Retry};
use crate::store::OutboxRow;

impl House {
    /// Takes a step, and carries out what comes of it.
    pub(super) fn step(&mut self, input: Input) {
        let mut effects = std::mem::take(&mut self.effects);
        // What comes of it at once is mostly nothing, else the end of the one call.
        let mut more = VecDeque::new();
        let mut next = Some(input);
        while let Some(input) = next {
            self.dispatcher.step(input, self.clock.now(), &mut effects);
            self.publish();
            more.extend(effects.drain(..).filter_map(|effect| self.carry(effect)));
            next = more.pop_front();
        }
        self.effects = effects;
    }

    /// Begins the next commit, and answers those who wait for quiet.
    pub(super) fn carry_on(&mut self) {
        if !self.idlers.is_empty() || self.cancel.is_cancelled() {
            self.commits.hurry();
        }
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

    /// Lets everybody else know which policy is in force, before anything leaves under it.
    fn publish(&self) {
        let policy = self.dispatcher.policy();
        if self.generation.load(Ordering::Relaxed) != policy.generation() {
            self.rules.set_policy(policy);
            self.passwords.set_policy(policy.clone());
            self.generation.store(policy.generation(), Ordering::Release);
        }
    }

    /// Carries out an effect. Gives what came of it at once.
    fn carry(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Run { call, plugin, permit, seed, deadline } => {
                let is_trusted = self.dispatcher.trusts(&plugin);
                let passwords = is_trusted.then(|| self.passwords.clone());
                let Some(plugin) = self.plugins.get(&plugin) else {
                    let why = format!("the plugin `{plugin}` is not loaded");
                    return Some(Input::Finished { call, result: Err(Failure::Internal(why)) });
                };
                // It may ask how the house is doing.
                self.overseer.counted(self.dispatcher.counters());
                let house = self.asking.way_in();
                let work = Work { call, plugin, permit, seed: *seed, deadline, passwords, house };
                let result = self.calls.begin(work, &self.cancel)?;
                return Some(Input::Finished { call, result });
            }
            Effect::Commit { commit, set, awaited } => self.commits.push(commit, set, awaited),
            Effect::Deliver { row, authority } => {
                return self.deliver(row, authority).map(Input::Settled);
            }
            Effect::Query { number, ruled } => self.ask(number, ruled),
            Effect::Order(order) => self.overseer.ordered(order),
            Effect::Report(notice) => self.overseer.noticed(&notice),
        }
        None
    }

    /// What a network is to look for. What there is no room for waits for its next start.
    pub(super) fn doubtful(&self, network: &Network) -> Vec<Doubtful> {
        let rows = self.dispatcher.doubtful(network).into_iter();
        let with_slot =
            |row| Some(Doubtful::new(row, self.receipts.0.clone().try_reserve_owned().ok()?));
        rows.map_while(with_slot).collect()
    }

    /// Hands an output to its network. What cannot be handed over is settled at once.
    fn deliver(&mut self, row: Arc<OutboxRow>, authority: Authority) -> Option<Settled> {
        let key = row.key.clone();
        let back = |why: &str, retry| {
            Some(Settled { key: key.clone(), receipt: Receipt::failed(why, retry) })
        };
        let Some(outlet) = self.outlets.get(row.draft.output.to.network()) else {
            return back("the network is not connected", Retry::Untried(Receipt::A_MOMENT));
        };
        let Ok(slot) = self.receipts.0.clone().try_reserve_owned() else {
            return back("too many deliveries are under way", Retry::Untried(Receipt::A_MOMENT));
        };
        let delivery = match Delivery::new(row, authority, slot) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::error!(%error, "An output was not covered by its permit.");
                return back("it was not covered by its permit", Retry::Never);
            }
        };
        match outlet.deliveries.try_send(delivery) {
            Ok(()) => None,
            Err(
                mpsc::error::TrySendError::Full(delivery)
                | mpsc::error::TrySendError::Closed(delivery),
            ) => {
                delivery.settle(Receipt::failed(
                    "the connection takes nothing now",
                    Retry::Untried(Receipt::A_MOMENT),
                ));
                None
            }
        }
    }
}
