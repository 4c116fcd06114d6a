//! From the outbox to the networks: outputs leave, get their receipts, are tried again, or die.

use std::sync::Arc;
use std::time::Duration;

use nuncio_policy::Network;
use smol_str::format_smolstr;

use super::commit::Pending;
use super::outbox::{ATTEMPTS, Departure};
use super::{Dispatcher, Effect, Notice, words};
use crate::delivery::{OutputKey, Settled};
use crate::event::EventKey;
use crate::gate;
use crate::moment::Moment;
use crate::receipt::{Receipt, Retry, Stage};
use crate::spoken::Spoken;
use crate::store::{
    Draft, JournalRow, JournalState, OutboxMove, OutboxRow, OutboxState, Scope, ValueWrite,
    WriteSet,
};

/// Why an output is dead whose network is no more.
pub(super) const GONE: &str = "its network is no longer configured";
/// Why an output is dead that was for a peer whom nobody would know again.
const STRANGER: &str = "the bot was restarted, and whom it was for may be somebody else now";
/// Why an output is dead that is too old.
const LATE: &str = "it could not be sent in time";

impl Dispatcher {
    /// Hands an output to its network, through the gate.
    pub(super) fn release(&mut self, row: &Arc<OutboxRow>, now: Moment, effects: &mut Vec<Effect>) {
        if row.state != OutboxState::Handed {
            if let OutboxState::Dead { why } = &row.state {
                self.counters.dead += 1;
                effects.push(Effect::Report(Notice::Undelivered {
                    key: row.key.clone(),
                    why: why.clone(),
                }));
            }
            return;
        }
        match gate::release(&self.policy, &self.sessions, &row.draft, now.wall) {
            Ok(authority) => effects.push(Effect::Deliver { row: Arc::clone(row), authority }),
            Err(refusal) => {
                self.outbox.land(&row.key);
                let why = format!(
                    "refused when it was to leave: {}",
                    words::because(&refusal.explanation())
                );
                self.bury(vec![Arc::clone(row)], &why, effects);
            }
        }
    }

    /// Takes a receipt.
    pub(super) fn settled(&mut self, settled: Settled, now: Moment, effects: &mut Vec<Effect>) {
        let Some(mut flight) = self.outbox.land(&settled.key) else { return };
        if matches!(settled.receipt.stage, Stage::Failed { retry: Retry::Untried(_), .. }) {
            flight.was_not_tried();
        }
        let row = Arc::clone(&flight.row);
        let network = row.draft.output.to.network().clone();
        let retry = match &settled.receipt.stage {
            Stage::Sent | Stage::Confirmed { .. } => {
                self.counters.delivered += 1;
                let values = spoken(&row.draft, &settled.receipt).into_iter().collect();
                let moves = vec![OutboxMove { key: settled.key, to: None }];
                let set = WriteSet { moves, values, ..WriteSet::default() };
                self.commit(set, Pending::Nothing, effects);
                return self.drain(&network, now, effects);
            }
            Stage::Failed { why, retry: Retry::Never } => Err(why.clone()),
            Stage::Failed { retry: Retry::Untried(pause), .. } => Ok(*pause),
            Stage::Failed { why, .. } if row.attempts >= ATTEMPTS => {
                Err(format!("tried {ATTEMPTS} times: {why}"))
            }
            Stage::Failed { retry: Retry::Later(delay), .. } => {
                Ok(delay.unwrap_or(pause(row.attempts)))
            }
            Stage::Failed { retry: Retry::Now, .. } => Ok(Duration::ZERO),
            Stage::InDoubt { .. } if self.outbox.deduplicates(&network) => Ok(pause(row.attempts)),
            Stage::InDoubt { why } => Err(format!("in doubt: {why}")),
        };
        match retry {
            Err(why) => self.bury(vec![row], &why, effects),
            Ok(delay) => match self.outbox.requeue(flight, now.uptime.saturating_add(delay)) {
                Ok(change) => self.moved(vec![change], effects),
                Err(row) => self.bury(vec![row], GONE, effects),
            },
        }
        self.drain(&network, now, effects);
    }

    /// Sends what waits for a network, as far as its window reaches: first written as handed over,
    /// then handed over.
    pub(super) fn drain(&mut self, network: &Network, now: Moment, effects: &mut Vec<Effect>) {
        let Departure { rows, expired } =
            self.outbox.depart(network, self.limits.window, self.horizon(now), now.uptime);
        self.bury(expired, LATE, effects);
        if rows.is_empty() {
            return;
        }
        let moved = |row: &Arc<OutboxRow>| OutboxMove {
            key: row.key.clone(),
            to: Some(OutboxState::Handed),
        };
        let set = WriteSet { moves: rows.iter().map(moved).collect(), ..WriteSet::default() };
        let held = rows.clone();
        let commit = self.commit(set, Pending::Depart { rows }, effects);
        for row in held {
            self.outbox.hold(row, commit);
        }
    }

    /// Lists outputs as dead.
    pub(super) fn bury(&mut self, rows: Vec<Arc<OutboxRow>>, why: &str, effects: &mut Vec<Effect>) {
        let dead = |row: &Arc<OutboxRow>| OutboxMove {
            key: row.key.clone(),
            to: Some(OutboxState::Dead { why: why.to_owned() }),
        };
        let moves: Vec<_> = rows.iter().map(dead).collect();
        for row in rows {
            self.counters.dead += 1;
            effects.push(Effect::Report(Notice::Undelivered {
                key: row.key.clone(),
                why: why.to_owned(),
            }));
        }
        self.moved(moves, effects);
    }

    fn moved(&mut self, moves: Vec<OutboxMove>, effects: &mut Vec<Effect>) {
        if !moves.is_empty() {
            self.commit(WriteSet { moves, ..WriteSet::default() }, Pending::Nothing, effects);
        }
    }

    pub(super) fn tick(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let audit = self.tallies.end(now.uptime);
        if !audit.is_empty() {
            self.commit(WriteSet { audit, ..WriteSet::default() }, Pending::Nothing, effects);
        }
        if self.cursors.due().is_some_and(|due| due <= now.uptime) {
            self.write_cursors(effects);
        }
        self.expire(now, effects);
        let expired = self.outbox.expire(self.horizon(now));
        self.bury(expired, LATE, effects);
        for network in self.outbox.online_networks() {
            self.drain(&network, now, effects);
        }
    }

    /// What was made before this is too old to be sent.
    fn horizon(&self, now: Moment) -> jiff::Timestamp {
        now.wall.checked_sub(self.limits.outbox_life).unwrap_or(jiff::Timestamp::MIN)
    }

    /// Takes up what the store held when the house opened.
    pub(super) fn restore(
        &mut self,
        outbox: Vec<OutboxRow>,
        interrupted: Vec<JournalRow>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        for row in outbox {
            let network = row.draft.output.to.network().clone();
            let row = Arc::new(row);
            match row.state {
                OutboxState::Dead { .. } => {}
                _ if !self.outbox.knows(&network) => {
                    self.bury(vec![row], GONE, effects);
                }
                _ if row.draft.output.to.is_private() && !self.outbox.knows_peers(&network) => {
                    self.bury(vec![row], STRANGER, effects);
                }
                // It may have arrived: the network is asked, and nothing is said twice.
                OutboxState::Handed if !self.outbox.deduplicates(&network) => {
                    self.outbox.doubt(row);
                }
                OutboxState::Queued | OutboxState::Handed => {
                    let row = OutboxRow { state: OutboxState::Queued, ..Arc::unwrap_or_clone(row) };
                    self.outbox.take(&Arc::new(row));
                }
            }
        }
        for row in interrupted {
            let JournalRow { state: JournalState::Started { notice }, .. } = &row else { continue };
            let key = OutputKey::of(
                &row.network,
                &EventKey::new(format_smolstr!("{}/interrupted", row.key)),
                0,
            );
            let to = &notice.output.to;
            let state = if to.is_private() && !self.outbox.knows_peers(&row.network) {
                OutboxState::Dead { why: STRANGER.into() }
            } else {
                self.outbox.admit(to, 0, self.limits.outbox)
            };
            let output = Arc::new(OutboxRow {
                key,
                draft: (**notice).clone(),
                at: now.wall,
                state,
                attempts: 0,
            });
            self.outbox.take(&output);
            let journal = Some(JournalRow { state: JournalState::Done, ..row.clone() });
            let set = WriteSet { journal, outputs: vec![output], ..WriteSet::default() };
            self.commit(set, Pending::Nothing, effects);
        }
    }

    /// Sends a dead output again, as its operator asks; one that waits or is under way is not sent
    /// twice.
    pub(super) fn resend(&mut self, row: OutboxRow, now: Moment, effects: &mut Vec<Effect>) {
        let network = row.draft.output.to.network().clone();
        if self.outbox.holds(&row) {
            return;
        }
        if !self.outbox.knows(&network) {
            return self.bury(vec![Arc::new(row)], GONE, effects);
        }
        let row = OutboxRow { state: OutboxState::Queued, attempts: 0, at: now.wall, ..row };
        let change = OutboxMove { key: row.key.clone(), to: Some(OutboxState::Queued) };
        self.outbox.take(&Arc::new(row));
        self.moved(vec![change], effects);
        self.drain(&network, now, effects);
    }

    /// Forgets an output, as its operator asks.
    pub(super) fn discard(&mut self, key: OutputKey, effects: &mut Vec<Effect>) {
        self.outbox.pull(&key);
        self.moved(vec![OutboxMove { key, to: None }], effects);
    }
}

/// What a plugin keeps of an output of its that arrived.
fn spoken(draft: &Draft, receipt: &Receipt) -> Option<ValueWrite> {
    let key = draft.keep_as.clone()?;
    let spoken = Spoken::of(receipt, &draft.output.to);
    let value = spoken.and_then(|spoken| serde_json::to_vec(&spoken).ok());
    Some(ValueWrite { scope: Scope::plugin(draft.command.plugin()), key, value })
}

/// How long to wait before the next attempt: doubling from one second, at most five minutes.
fn pause(attempts: u32) -> Duration {
    Duration::from_secs(1_u64.checked_shl(attempts).unwrap_or(u64::MAX).min(300))
}
