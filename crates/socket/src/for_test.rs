//! A house for tests: deliveries as a real one makes them.

mod bot;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use nuncio_core::action::{Action, Output};
use nuncio_core::content::Content;
use nuncio_core::delivery::{Authority, Deliveries, Delivery, OutputKey, Settled};
use nuncio_core::event::{Event, EventKind, Message, MessageId};
use nuncio_core::place::{Address, Place};
use nuncio_core::query::Questions;
use nuncio_core::store::{Draft, OutboxRow, OutboxState};
use nuncio_core::transport::Link;
use nuncio_policy::{
    CaseMapping, CommandId, Declared, Level, Network, Networks, Policy, Registry, Request, RoomId,
    Speaker, decide,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub(crate) use bot::{Bot, Commands};

/// The network of all tests.
pub(crate) fn network() -> Network {
    "socket".parse().expect("a network")
}

pub(crate) fn room(name: &str) -> Place {
    Place::Room(RoomId::new(&network(), name, CaseMapping::Bytes).expect("a room"))
}

pub(crate) fn private(peer: Address) -> Place {
    Place::private(network(), peer)
}

/// The last answer to a message.
pub(crate) fn answer(to: Place, about: Option<MessageId>, content: impl Into<Content>) -> Output {
    Output { about, last: true, ..Output::say(to, content.into()) }
}

/// A house that says what it is told to.
#[derive(Debug)]
pub(crate) struct House {
    policy: Policy,
    ann: Speaker,
    settled: mpsc::Sender<Settled>,
    receipts: mpsc::Receiver<Settled>,
    count: u32,
}

impl House {
    pub(crate) fn new() -> Self {
        Self::of("u:socket:ann")
    }

    /// A house in which this person may do everything.
    pub(crate) fn of(owner: &str) -> Self {
        let networks = Networks::new();
        let owners = Some(vec![owner.to_owned()]);
        let declared = Declared { owners, ..Declared::default() };
        let (policy, _) =
            Policy::compile(&declared, &networks, &Registry::unknown(), 1).expect("a policy");
        let ann = Speaker::verified(networks.parse_user(owner).expect("an identity"));
        let (settled, receipts) = mpsc::channel(64);
        Self { policy, ann, settled, receipts, count: 0 }
    }

    /// A delivery under the key `k1`, `k2`, ….
    pub(crate) fn delivery(&mut self, output: Output) -> Delivery {
        self.count += 1;
        let command = match output.action {
            Action::Say { .. } => CommandId::new("test", "say").expect("a command"),
            _ => output.action.command(),
        };
        let draft = Draft {
            speaker: self.ann.clone(),
            room: output.to.room().cloned(),
            target: None,
            command,
            level: Level::Owner,
            refusal: false,
            keep_as: None,
            used: Vec::new(),
            output,
        };
        let at = "2026-11-22T12:00:00Z".parse().expect("a time");
        let request = Request {
            speaker: draft.speaker.clone(),
            room: draft.room.clone(),
            target: draft.output.action.room().or(draft.room.as_ref()).cloned(),
            command: draft.command.clone(),
            level: draft.level.clone(),
            at,
        };
        let permit = decide(&self.policy, request).expect("a permit");
        let key = OutputKey::stored(format!("k{}", self.count));
        let row = OutboxRow { key, draft, at, state: OutboxState::Queued, attempts: 0 };
        let slot = self.settled.clone().try_reserve_owned().expect("a slot");
        Delivery::new(Arc::new(row), Authority::Permit(permit), slot).expect("it is covered")
    }

    /// The receipts so far, a text each.
    pub(crate) fn receipts(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.receipts.try_recv().ok()).map(|settled| show(&settled)).collect()
    }

    /// The next receipt.
    pub(crate) async fn receipt(&mut self) -> String {
        show(&self.receipts.recv().await.expect("a receipt"))
    }
}

fn show(Settled { key, receipt }: &Settled) -> String {
    use nuncio_core::receipt::{Fidelity, Stage};
    let stage = match &receipt.stage {
        Stage::Sent => "sent".to_owned(),
        Stage::Confirmed { .. } => "confirmed".to_owned(),
        Stage::Failed { why, retry } => format!("failed, retry {retry:?}: {why}"),
        Stage::InDoubt { why } => format!("in doubt: {why}"),
    };
    let fidelity = match &receipt.fidelity {
        Fidelity::Whole => String::new(),
        other => format!(" ({other:?})"),
    };
    format!("{} {stage}{fidelity}", key.as_str())
}

/// The house's end of a link.
#[derive(Debug)]
pub(crate) struct Far {
    pub(crate) events: mpsc::Receiver<Event>,
    pub(crate) deliveries: mpsc::Sender<Delivery>,
    pub(crate) cancel: CancellationToken,
}

impl Far {
    /// Both ends of a link.
    pub(crate) fn link() -> (Link, Self) {
        let (events, heard) = mpsc::channel(16);
        let (deliveries, queue) = mpsc::channel(16);
        let cancel = CancellationToken::new();
        let deliveries_in = Deliveries::new(queue, Arc::new(AtomicU64::new(1)));
        let link = Link {
            events,
            deliveries: deliveries_in,
            questions: Questions::none(),
            cursors: Vec::new(),
            cancel: cancel.clone(),
        };
        (link, Self { events: heard, deliveries, cancel })
    }

    /// The next event that is a message.
    pub(crate) async fn message(&mut self) -> Message {
        loop {
            let event = self.events.recv().await.expect("an event");
            if let EventKind::Message(message) = event.kind {
                return message;
            }
        }
    }
}
