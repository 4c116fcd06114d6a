//! A permitted output on its way to a network, and the one receipt that it gets.

mod doubtful;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nuncio_policy::{CommandId, Network, Permit, Refusal, RoomId, Speaker};
use smol_str::{SmolStr, format_smolstr};
use tokio::sync::mpsc;

pub use doubtful::Doubtful;

use crate::action::{Action, Output};
use crate::event::EventKey;
use crate::receipt::{Receipt, Retry};
use crate::store::OutboxRow;

/// The name of an output: its event's key and its number, so that a repeat has the same one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutputKey(SmolStr);

impl OutputKey {
    /// The `number`th output of an event of a network.
    pub fn of(network: &Network, event: &EventKey, number: u32) -> Self {
        Self(format_smolstr!("{network}/{event}#{number}"))
    }

    /// Reads back what [`OutputKey::as_str`] wrote.
    pub fn stored(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OutputKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What lets an output out of the house. Only [`nuncio_policy::decide`] makes either.
#[derive(Debug)]
pub enum Authority {
    /// The speaker may.
    Permit(Permit),
    /// The speaker may not, and is told so, there where he asked.
    Refusal(Refusal),
}

impl Authority {
    /// The policy generation that decided.
    pub fn generation(&self) -> u64 {
        match self {
            Self::Permit(permit) => permit.generation(),
            Self::Refusal(refusal) => refusal.generation(),
        }
    }

    fn covers(&self, output: &Output) -> bool {
        match self {
            Self::Refusal(refusal) => {
                matches!(output.action, Action::Say { .. }) && refusal.room() == output.to.room()
            }
            Self::Permit(permit) => permits(permit, output),
        }
    }
}

/// An answer goes where it was asked; anything else needs a permit in its own name.
fn permits(permit: &Permit, output: &Output) -> bool {
    let acts_on: Option<&RoomId> = output.action.room().or_else(|| output.to.room());
    let named: CommandId = output.action.command();
    if *permit.command() == named {
        return permit.target() == acts_on;
    }
    permit.command().plugin() != named.plugin()
        && matches!(
            output.action,
            Action::Say { .. } | Action::File { .. } | Action::React { .. } | Action::Typing { .. }
        )
        && permit.room() == output.to.room()
}

/// A delivery was asked for that its authority does not cover: a defect of the caller, and denied.
#[derive(Debug, thiserror::Error)]
#[error("`{command}` to {to} is not covered by the permit that came with it")]
pub struct UncoveredError {
    command: CommandId,
    to: String,
}

/// A delivery's key and what became of it.
#[derive(Debug)]
pub struct Settled {
    /// Which output.
    pub key: OutputKey,
    /// What became of it.
    pub receipt: Receipt,
}

/// A permitted output on its way to a network.
///
/// Gets exactly one receipt: [`Delivery::settle`] consumes it, and one that is dropped instead
/// settles itself as in doubt. The slot for the receipt is reserved beforehand, so that settling
/// never waits.
#[derive(Debug)]
pub struct Delivery {
    row: Arc<OutboxRow>,
    authority: Authority,
    slot: Option<mpsc::OwnedPermit<Settled>>,
}

impl Delivery {
    /// Joins an output with what permits it.
    ///
    /// # Errors
    /// [`UncoveredError`] where the authority is for another place or action; nothing is sent.
    pub fn new(
        row: Arc<OutboxRow>,
        authority: Authority,
        slot: mpsc::OwnedPermit<Settled>,
    ) -> Result<Self, UncoveredError> {
        let output = &row.draft.output;
        if authority.covers(output) {
            return Ok(Self { row, authority, slot: Some(slot) });
        }
        Err(UncoveredError { command: output.action.command(), to: output.to.to_string() })
    }

    /// Its name, which a network that can recognises.
    pub fn key(&self) -> &OutputKey {
        &self.row.key
    }

    /// What is to go out.
    pub fn output(&self) -> &Output {
        &self.row.draft.output
    }

    /// For whom it goes out.
    pub fn speaker(&self) -> &Speaker {
        &self.row.draft.speaker
    }

    /// The policy generation under which it was permitted.
    pub fn generation(&self) -> u64 {
        self.authority.generation()
    }

    /// Whether it tells the speaker that he may not.
    pub fn is_refusal(&self) -> bool {
        matches!(self.authority, Authority::Refusal(_))
    }

    /// Says what became of it. Never waits.
    pub fn settle(mut self, receipt: Receipt) {
        self.report(receipt);
    }

    fn report(&mut self, receipt: Receipt) {
        if let Some(slot) = self.slot.take() {
            slot.send(Settled { key: self.row.key.clone(), receipt });
        }
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.report(Receipt::in_doubt("the connection ended before its answer"));
    }
}

/// The deliveries that a transport takes: bounded, in order, and never one whose permit is stale.
#[derive(Debug)]
pub struct Deliveries {
    queue: mpsc::Receiver<Delivery>,
    generation: Arc<AtomicU64>,
}

impl Deliveries {
    /// Takes from a queue. `generation` is the policy's in force.
    pub fn new(queue: mpsc::Receiver<Delivery>, generation: Arc<AtomicU64>) -> Self {
        Self { queue, generation }
    }

    /// The next delivery; `None` when the house has closed.
    ///
    /// One that was permitted under a policy that is no longer in force goes back, to be decided
    /// again. So take one only when it can go out now: what a transport holds is out of reach.
    ///
    /// # Cancel safety
    /// A delivery is either returned or still queued.
    pub async fn next(&mut self) -> Option<Delivery> {
        loop {
            let delivery = self.queue.recv().await?;
            if let Some(current) = self.current(delivery) {
                return Some(current);
            }
        }
    }

    /// The next delivery, if one waits already.
    pub fn try_next(&mut self) -> Option<Delivery> {
        loop {
            let delivery = self.queue.try_recv().ok()?;
            if let Some(current) = self.current(delivery) {
                return Some(current);
            }
        }
    }

    fn current(&self, delivery: Delivery) -> Option<Delivery> {
        if delivery.generation() == self.generation.load(Ordering::Acquire) {
            return Some(delivery);
        }
        delivery.settle(Receipt::failed(
            "the policy changed while it waited",
            Retry::Untried(Duration::ZERO),
        ));
        None
    }
}

/// What no transport has taken was never sent: it goes back, and is not in doubt.
impl Drop for Deliveries {
    fn drop(&mut self) {
        self.queue.close();
        while let Ok(delivery) = self.queue.try_recv() {
            let why = "the connection ended before it was taken";
            delivery.settle(Receipt::failed(why, Retry::Untried(Receipt::A_MOMENT)));
        }
    }
}

#[cfg(test)]
mod tests;
