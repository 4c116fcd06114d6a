//! Who is told how the house is doing: the log, the status, and the one who carries out orders.

use std::sync::Arc;

use nuncio_core::dispatch::Notice;
use nuncio_core::event::{Event, EventKind, LinkState, QuestionState, RoomState};
use nuncio_core::house::Overseer;
use nuncio_core::plugin::Order;
use nuncio_core::services::Counters;
use tokio::sync::mpsc;

use crate::shared::Shared;

/// How many orders may wait. An order that finds the queue full is refused in the log: somebody
/// restarts and reloads faster than that can be done.
pub(crate) const ORDERS: usize = 64;

/// The house's overseer in this process.
#[derive(Debug)]
pub(crate) struct Porter {
    pub(crate) shared: Arc<Shared>,
    pub(crate) orders: mpsc::Sender<Order>,
}

impl Overseer for Porter {
    fn saw(&self, event: &Event) {
        self.shared.saw(event);
        let network = &event.network;
        match &event.kind {
            EventKind::Link(LinkState::Connecting) => tracing::info!(%network, "Connecting."),
            EventKind::Link(LinkState::Online) => tracing::info!(%network, "Connected."),
            EventKind::Link(LinkState::Offline { .. }) if self.shared.is_ending() => {
                tracing::info!(%network, "Disconnected.");
            }
            EventKind::Link(LinkState::Offline { why }) => {
                tracing::warn!(%network, %why, "The connection was cut; trying again.");
            }
            EventKind::Link(LinkState::Failed { why }) => {
                tracing::error!(%network, %why, "The network cannot be used.");
            }
            EventKind::Room { room, state: RoomState::Joined } => {
                tracing::info!(%room, "Joined the room.");
            }
            EventKind::Room { room, state: RoomState::Left { why } } => {
                tracing::warn!(%room, %why, "Out of the room.");
            }
            EventKind::Room { room, state: RoomState::Refused { why } } => {
                tracing::error!(%room, %why, "The room cannot be joined.");
            }
            EventKind::Alarm { why } => tracing::error!(%network, %why, "A person has to look."),
            EventKind::Question(question) => {
                let (id, about) = (&question.id, &question.about);
                match &question.state {
                    QuestionState::Open { shown, .. } => tracing::warn!(
                        question = %id, %about, device = ?question.device, %shown,
                        "A person has to compare, and say `verify same` or `verify differ`."
                    ),
                    QuestionState::Ended(outcome) => {
                        tracing::info!(question = %id, %about, %outcome, "The question is closed.");
                    }
                    _ => {}
                }
            }
            EventKind::Unknown { what } => tracing::debug!(%network, %what, "Something unknown."),
            _ => {}
        }
    }

    fn noticed(&self, notice: &Notice) {
        match notice {
            Notice::CallFailed { number, command, why } => {
                tracing::error!(%number, %command, %why, "A command failed.");
            }
            Notice::NotCommitted { why } => tracing::error!(%why, "Something was not written."),
            Notice::Undelivered { key, why } => {
                tracing::warn!(%key, %why, "An output was not delivered; `nuncio outbox` has it.");
            }
        }
    }

    fn counted(&self, counters: Counters) {
        self.shared.count(counters);
    }

    fn ordered(&self, order: Order) {
        if let Err(error) = self.orders.try_send(order) {
            tracing::error!(%error, "An order was not carried out.");
        }
    }
}
