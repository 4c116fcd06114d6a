//! The bot's side of the network.

use jiff::Timestamp;
use nuncio_core::action::Action;
use nuncio_core::delivery::Delivery;
use nuncio_core::event::{Event, EventKind, LinkState, RoomState, Timing};
use nuncio_core::receipt::Receipt;
use nuncio_core::transport::Link;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{Memory, Received, What};

/// Something that happens, and whom to tell when the house has it.
#[derive(Debug)]
pub(super) struct Happening {
    pub(super) kind: EventKind,
    pub(super) timing: Timing,
    pub(super) taken: oneshot::Sender<()>,
}

/// The house has cancelled us, or is gone.
struct Ended;

/// Connects, and stays connected until cancelled.
pub(super) async fn run(memory: Memory, link: Link) {
    let pace = memory.server().pace.map(|period| {
        let mut pace = interval(period);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        pace
    });
    let mut wire = memory.0.other_end.lock().await;
    let mut session = Session { memory: &memory, link, pace };
    while session.connect(&mut wire).await.is_ok() {}
    memory.0.connected.send_replace(false);
    memory.server().lose_all();
}

struct Session<'a> {
    memory: &'a Memory,
    link: Link,
    pace: Option<Interval>,
}

impl Session<'_> {
    /// One connection, from the first attempt to the cut.
    async fn connect(&mut self, wire: &mut mpsc::Receiver<Happening>) -> Result<(), Ended> {
        let cancel = self.link.cancel.clone();
        let mut up = self.memory.0.up.subscribe();
        self.tell(EventKind::Link(LinkState::Connecting)).await?;
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(Ended),
                () = is(&mut up, true) => break,
                // What is said while we are away, we do not hear.
                lost = wire.recv() => drop(lost.ok_or(Ended)?),
            }
        }
        self.tell(EventKind::Link(LinkState::Online)).await?;
        self.memory.0.connected.send_replace(true);
        loop {
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(Ended),
                () = is(&mut up, false) => break,
                happening = wire.recv() => {
                    let Happening { kind, timing, taken } = happening.ok_or(Ended)?;
                    self.tell_at(kind, timing).await?;
                    if taken.send(()).is_err() {
                        tracing::trace!("Nobody waits for it.");
                    }
                }
                Some(question) = self.link.questions.next() => self.memory.server().answer(question),
                delivery = self.link.deliveries.next() => self.deliver(delivery.ok_or(Ended)?).await?,
            }
        }
        self.memory.0.connected.send_replace(false);
        self.memory.server().lose_all();
        let why = "the network cut the connection".to_owned();
        self.tell(EventKind::Link(LinkState::Offline { why })).await
    }

    async fn deliver(&mut self, delivery: Delivery) -> Result<(), Ended> {
        let output = delivery.output().clone();
        if let Some(what) = self.memory.server().missing(&output) {
            delivery.settle(Receipt::unsupported(what));
            return Ok(());
        }
        if let Action::Say { content, form } = output.action {
            let messages = self.memory.server().messages(&content);
            let about = output.about.filter(|_| self.memory.features().replies.is_present());
            let mut first = None;
            for text in messages.output {
                self.wait_for_turn().await?;
                let mut server = self.memory.server();
                let (id, what) = (server.new_name(), What::Message { text, form });
                first = first.or_else(|| id.clone());
                server.show(Received { place: output.to.clone(), what, id, about: about.clone() });
            }
            let receipt = self.memory.server().receipt(first);
            delivery.settle(receipt.with_losses(messages.losses));
            return Ok(());
        }
        self.wait_for_turn().await?;
        let moved = standing(&output.action);
        delivery.settle({
            let mut server = self.memory.server();
            let what = What::Action(output.action);
            server.show(Received { place: output.to, what, id: None, about: None });
            let name = server.new_name();
            server.receipt(name)
        });
        match moved {
            Some(event) => self.tell(event).await,
            None => Ok(()),
        }
    }

    /// Waits until the network takes another line.
    async fn wait_for_turn(&mut self) -> Result<(), Ended> {
        let Some(pace) = &mut self.pace else { return Ok(()) };
        tokio::select! {
            biased;
            () = self.link.cancel.cancelled() => Err(Ended),
            _ = pace.tick() => Ok(()),
        }
    }

    async fn tell(&self, kind: EventKind) -> Result<(), Ended> {
        self.tell_at(kind, Timing::Live).await
    }

    async fn tell_at(&self, kind: EventKind, timing: Timing) -> Result<(), Ended> {
        let key = self.memory.server().event_key();
        let network = self.memory.network().clone();
        let event = Event { network, key, at: Timestamp::UNIX_EPOCH, timing, mark: None, kind };
        tokio::select! {
            biased;
            () = self.link.cancel.cancelled() => Err(Ended),
            sent = self.link.events.send(event) => sent.map_err(|_| Ended),
        }
    }
}

/// Waits for the network to be up, or down; for ever when it is gone.
async fn is(network: &mut watch::Receiver<bool>, up: bool) {
    if network.wait_for(|now| *now == up).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The bot's standing in a room after an action.
fn standing(action: &Action) -> Option<EventKind> {
    match action {
        Action::Join { room, .. } => {
            Some(EventKind::Room { room: room.clone(), state: RoomState::Joined })
        }
        Action::Leave { room, .. } => {
            let why = "we left".to_owned();
            Some(EventKind::Room { room: room.clone(), state: RoomState::Left { why } })
        }
        _ => None,
    }
}
