//! Every delivery gets exactly one receipt, however its transport ends.

use std::collections::VecDeque;

use nuncio_policy::{Declared, Networks, Policy, Registry};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::content::Content;
use crate::event::{Event, EventKind, LinkState, Timing};
use crate::gate::{self, Attempt};
use crate::place::{Address, Place};
use crate::query::Questions;
use crate::receipt::Stage;
use crate::store::{Draft, OutboxState};
use crate::transport::Link;
use crate::trigger::Trigger;

/// An answer to `peer`, and what permits it.
fn answer() -> (OutboxRow, Permit) {
    let network: Network = "irc".parse().unwrap();
    let policy = Policy::compile(&Declared::default(), &Networks::new(), &Registry::unknown(), 1);
    let peer = Networks::new().parse_user("u:irc:peer").unwrap();
    let speaker = Speaker::claimed([peer]);
    let attempt = Attempt {
        trigger: Trigger::Typed(speaker.clone()),
        command: CommandId::literal("test.ping"),
        level: nuncio_policy::Level::Everyone,
        room: None,
        target: None,
    };
    let permit = gate::ask(
        &policy.unwrap().0,
        &nuncio_policy::Sessions::default(),
        &attempt,
        jiff::Timestamp::UNIX_EPOCH,
    )
    .unwrap();
    let to = Place::private(network.clone(), Address::new("peer"));
    let row = OutboxRow {
        key: OutputKey::of(&network, &EventKey::new("e1"), 0),
        draft: Draft {
            output: Output::say(to, Content::text("pong")),
            speaker,
            room: None,
            target: None,
            command: attempt.command,
            level: attempt.level,
            refusal: false,
            keep_as: None,
            used: Vec::new(),
        },
        at: jiff::Timestamp::UNIX_EPOCH,
        state: OutboxState::Handed,
        attempts: 1,
    };
    (row, permit)
}

/// A permitted answer to `peer`, and where its receipt goes.
fn delivery(receipts: &mpsc::Sender<Settled>) -> Delivery {
    let slot = receipts.clone().try_reserve_owned().unwrap();
    let (row, permit) = answer();
    Delivery::new(Arc::new(row), Authority::Permit(permit), slot).unwrap()
}

#[tokio::test]
async fn what_a_transport_never_took_goes_back_and_what_it_held_is_in_doubt() {
    let (receipts, mut settled) = mpsc::channel(2);
    let (queue, taken) = mpsc::channel(2);
    let mut deliveries = Deliveries::new(taken, Arc::new(AtomicU64::new(1)));
    queue.try_send(delivery(&receipts)).unwrap();
    queue.try_send(delivery(&receipts)).unwrap();
    drop(deliveries.next().await);
    let held = settled.recv().await.unwrap().receipt.stage;
    assert!(matches!(held, Stage::InDoubt { .. }), "{held:?}");
    drop(deliveries);
    let left = settled.recv().await.unwrap().receipt.stage;
    assert!(matches!(left, Stage::Failed { retry: Retry::Untried(_), .. }), "{left:?}");
}

#[tokio::test]
async fn without_a_connection_nothing_waits() {
    let (receipts, mut settled) = mpsc::channel(1);
    let (queue, taken) = mpsc::channel(1);
    let (events, mut heard) = mpsc::channel(1);
    let mut link = Link {
        events,
        deliveries: Deliveries::new(taken, Arc::new(AtomicU64::new(1))),
        questions: Questions::none(),
        cursors: Vec::new(),
        cancel: CancellationToken::new(),
    };
    let event = |key: &str| Event {
        network: "irc".parse().unwrap(),
        key: EventKey::new(key),
        at: jiff::Timestamp::UNIX_EPOCH,
        timing: Timing::Live,
        mark: None,
        kind: EventKind::Link(LinkState::Connecting),
    };
    let mut waiting: VecDeque<Event> = ["1", "2", "3"].map(event).into();
    link.pass(&mut waiting);
    assert_eq!(waiting.len(), 2, "the house has room for one");
    queue.try_send(delivery(&receipts)).unwrap();
    let work = async {
        let refused = settled.recv().await.unwrap().receipt.stage;
        assert!(matches!(refused, Stage::Failed { retry: Retry::Untried(_), .. }), "{refused:?}");
        for key in ["1", "2", "3"] {
            assert_eq!(heard.recv().await.unwrap().key.as_str(), key);
        }
    };
    assert_eq!(link.meanwhile(&mut waiting, work).await, Some(()));
    link.cancel.cancel();
    assert_eq!(link.meanwhile(&mut waiting, std::future::ready(())).await, None);
}

#[tokio::test]
async fn what_is_doubtful_is_never_sent_again_whatever_its_network_says() {
    let (receipts, mut settled) = mpsc::channel(1);
    let doubtful = || {
        let slot = receipts.clone().try_reserve_owned().unwrap();
        Doubtful::new(Arc::new(answer().0), slot)
    };
    drop(doubtful());
    assert!(settled.try_recv().is_err());
    doubtful().settle(Receipt::failed("try again", Retry::Now));
    let stage = settled.recv().await.unwrap().receipt.stage;
    assert!(matches!(stage, Stage::InDoubt { .. }), "{stage:?}");
    doubtful().settle(Receipt::confirmed(None));
    let stage = settled.recv().await.unwrap().receipt.stage;
    assert!(matches!(stage, Stage::Confirmed { .. }), "{stage:?}");
}
