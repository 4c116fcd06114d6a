//! What was on its way when the process was killed, and what its network knows of it.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{OutputKey, Settled};
use crate::action::Output;
use crate::receipt::{Receipt, Stage};
use crate::store::OutboxRow;

/// An output that a process which was killed had handed to this network, and of which it never heard
/// more: it may have arrived.
///
/// It can be looked for, and never sent: it bears no permit. One that is dropped is as doubtful as
/// before, and the next life of its transport is asked again.
#[derive(Debug)]
pub struct Doubtful {
    row: Arc<OutboxRow>,
    slot: mpsc::OwnedPermit<Settled>,
}

impl Doubtful {
    /// Joins an output with a place for its receipt.
    pub fn new(row: Arc<OutboxRow>, slot: mpsc::OwnedPermit<Settled>) -> Self {
        Self { row, slot }
    }

    /// Its name, under which it left.
    pub fn key(&self) -> &OutputKey {
        &self.row.key
    }

    /// What was to go out.
    pub fn output(&self) -> &Output {
        &self.row.draft.output
    }

    /// When it was made; it left later, by our clock.
    pub fn made(&self) -> Timestamp {
        self.row.at
    }

    /// Says what its network knows. Whatever did not arrive, as far as one knows, is in doubt. Never
    /// waits.
    pub fn settle(self, receipt: Receipt) {
        let receipt = match receipt.stage {
            Stage::Failed { why, .. } => Receipt::in_doubt(why),
            Stage::Sent | Stage::Confirmed { .. } | Stage::InDoubt { .. } => receipt,
        };
        self.slot.send(Settled { key: self.row.key.clone(), receipt });
    }

    /// Says that nobody knows.
    pub fn give_up(self) {
        self.settle(Receipt::in_doubt("the bot ended while it was being sent"));
    }
}
