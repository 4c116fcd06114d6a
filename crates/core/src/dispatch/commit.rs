//! What waits until something is written, and what becomes of it then.

use std::sync::Arc;

use nuncio_policy::{AuditNumber, Network, Plan};

use super::asked::Asked;
use super::lanes::LaneKey;
use super::sessions::Step;
use super::start::Ready;
use super::{CommitId, Dispatcher, Effect, Notice, words};
use crate::event::EventKey;
use crate::moment::Moment;
use crate::plugin::Order;
use crate::store::{OutboxRow, StoreError};

/// What waits for a commit.
#[derive(Debug)]
pub(super) enum Pending {
    /// A call that may begin once it is written that it does.
    Start(Box<Ready>),
    /// What a handled event leaves behind.
    Conclude(Box<Conclusion>),
    /// A change of the policy, and what of the event that asked for it is left behind.
    Change {
        plan: Box<Plan>,
        /// Of the row of the audit log that it is written in.
        number: AuditNumber,
        /// What is said of it where no event asked for it.
        rows: Vec<Arc<OutboxRow>>,
        /// What the event that asked for it leaves behind.
        left: Option<Box<Conclusion>>,
    },
    /// Outputs that leave their queue.
    Depart { rows: Vec<Arc<OutboxRow>> },
    /// Nothing.
    Nothing,
}

impl Pending {
    /// Whether anything goes on only when it is written.
    pub(super) fn is_awaited(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Start(_) | Self::Depart { .. } | Self::Change { .. } => true,
            Self::Conclude(left) => {
                !left.rows.is_empty() || !left.orders.is_empty() || left.lane.is_some()
            }
        }
    }
}

/// What a handled event leaves behind.
#[derive(Debug)]
pub(super) struct Conclusion {
    pub(super) event: (Network, EventKey),
    pub(super) rows: Vec<Arc<OutboxRow>>,
    pub(super) orders: Vec<Order>,
    pub(super) lane: Option<LaneKey>,
    pub(super) session: Option<Step>,
    /// To whom it is said that nothing of it could be written.
    pub(super) asked: Option<Asked>,
}

impl Dispatcher {
    /// Takes the answer to a commit.
    pub(super) fn committed(
        &mut self,
        commit: CommitId,
        result: &Result<(), StoreError>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(pending) = self.commits.remove(&commit) else { return };
        self.cursors.committed(commit, result.is_ok(), now.uptime);
        if let Err(error) = result {
            effects.push(Effect::Report(Notice::NotCommitted { why: error.to_string() }));
        }
        if matches!(pending, Pending::Start(_)) {
            self.starting = self.starting.saturating_sub(1);
        }
        match pending {
            Pending::Nothing => {}
            Pending::Start(ready) if result.is_ok() => {
                self.call_if_still_permitted(*ready, now, effects);
            }
            Pending::Start(ready) => {
                let Ready { asked, lane, .. } = *ready;
                let writes = asked.excuse(words::not_stored());
                self.conclude(&asked, writes, Some(lane), now, effects);
            }
            Pending::Depart { rows } => {
                // The rows stand as queued in the store then, which is the safer lie: they would
                // be sent again after a crash.
                for row in self.outbox.committed(commit, &rows) {
                    self.release(&row, now, effects);
                }
            }
            Pending::Change { plan, number, rows, left } => {
                // In force before anybody reads that it is.
                self.enact(&plan, number, result.is_ok(), now);
                self.let_go(commit, &rows, result.is_ok(), now, effects);
                if let Some(left) = left {
                    self.leave_behind(*left, commit, result, now, effects);
                }
                self.next_wish(now, effects);
            }
            Pending::Conclude(conclusion) => {
                self.leave_behind(*conclusion, commit, result, now, effects);
            }
        }
    }

    /// Lets go the outputs that waited for a commit, or drops them where it failed.
    fn let_go(
        &mut self,
        commit: CommitId,
        rows: &[Arc<OutboxRow>],
        written: bool,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let free = if written {
            self.outbox.committed(commit, rows)
        } else {
            self.outbox.dropped(commit, rows)
        };
        for row in free {
            self.release(&row, now, effects);
        }
    }

    /// Lets go what waited for a handled event to be written.
    fn leave_behind(
        &mut self,
        conclusion: Conclusion,
        commit: CommitId,
        result: &Result<(), StoreError>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Conclusion { event, rows, orders, lane, session, asked } = conclusion;
        self.put_away(&event, now);
        if let Some(step) = session.filter(|_| result.is_ok()) {
            // In force before anybody reads that it is.
            self.take_step(step, now);
        }
        self.let_go(commit, &rows, result.is_ok(), now, effects);
        if result.is_ok() {
            // After the answer: an order may end what would carry it.
            effects.extend(orders.into_iter().map(Effect::Order));
        }
        if let (Err(_), Some(asked)) = (result, asked) {
            let writes = asked.excuse(words::not_stored());
            self.conclude(&asked, writes, None, now, effects);
        }
        if let Some(lane) = lane {
            self.leave(lane, now, effects);
        }
    }
}
