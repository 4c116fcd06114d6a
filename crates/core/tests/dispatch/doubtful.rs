//! What was on its way when the process was killed.

use std::sync::Arc;

use nuncio_core::delivery::Settled;
use nuncio_core::dispatch::{Input, Limits};
use nuncio_core::event::{LinkState, MessageId};
use nuncio_core::features::{Features, Support};
use nuncio_core::receipt::Receipt;
use nuncio_core::store::{OutboxRow, OutboxState};
use nuncio_policy::AuditNumber;

use crate::desk::{Desk, network, room};

/// What the store holds of an answer that was handed to its network.
fn handed() -> OutboxRow {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    desk.answers("pong");
    (*desk.deliveries.remove(0)).clone()
}

/// A desk that takes up what the store held, with what it does at once.
fn after_a_kill(mut desk: Desk, outbox: Vec<OutboxRow>) -> (Desk, Vec<String>) {
    let (interrupted, audited, cursors) = (Vec::new(), AuditNumber(0), Vec::new());
    let log = desk.tell(Input::Restored { outbox, interrupted, audited, cursors });
    (desk, log)
}

fn settle(desk: &mut Desk, receipt: Receipt) -> Vec<String> {
    let key = desk.dispatcher.doubtful(&network()).pop().unwrap().key.clone();
    desk.tell(Input::Settled(Settled { key, receipt }))
}

#[test]
fn what_its_network_has_arrived() {
    let (mut desk, log) = after_a_kill(Desk::new(), vec![handed()]);
    assert!(log.is_empty(), "{log:?}");
    let found = Receipt::confirmed(Some(MessageId::new("7")));
    assert_eq!(settle(&mut desk, found), ["commit arrived"]);
    assert_eq!(desk.dispatcher.counters().delivered, 1);
    assert!(desk.dispatcher.doubtful(&network()).is_empty());
}

#[test]
fn what_its_network_does_not_have_is_listed_and_not_said_again() {
    let (mut desk, _) = after_a_kill(Desk::new(), vec![handed()]);
    let log = settle(&mut desk, Receipt::in_doubt("the archive does not have it"));
    assert_eq!(
        log,
        [
            "report undelivered: in doubt: the archive does not have it",
            "commit moved to dead (in doubt: the archive does not have it)",
        ]
    );
    desk.commit_all();
    assert!(desk.link(LinkState::Online).is_empty());
    assert!(desk.deliveries.is_empty());
}

#[test]
fn it_waits_to_be_looked_for_and_keeps_nothing_else_waiting() {
    let desk = Desk::with(Limits { window: 1, ..Limits::default() });
    let (mut desk, _) = after_a_kill(desk, vec![handed()]);
    assert!(desk.link(LinkState::Online).is_empty());
    desk.says("ann", room("#a"), "!ping");
    desk.answers("pong, ann");
    assert_eq!(desk.deliveries.len(), 1);
    assert_eq!(desk.settle(Receipt::sent()), ["commit arrived"]);
    desk.commit_all();
    assert!(desk.dispatcher.is_idle());
    // Each life of the transport is asked, until one knows.
    for _ in 0..2 {
        assert_eq!(desk.dispatcher.doubtful(&network()).len(), 1);
    }
}

#[test]
fn an_operator_cannot_send_it_again_and_can_forget_it() {
    let (mut desk, _) = after_a_kill(Desk::new(), vec![handed()]);
    assert!(desk.tell(Input::Resend(Box::new(handed()))).is_empty());
    assert_eq!(desk.tell(Input::Discard(handed().key)), ["commit arrived"]);
    assert!(desk.dispatcher.doubtful(&network()).is_empty());
    let (key, receipt) = (handed().key, Receipt::confirmed(None));
    assert!(desk.tell(Input::Settled(Settled { key, receipt })).is_empty());
}

#[test]
fn a_network_that_recognises_a_repeat_gets_one() {
    let mut desk = Desk::new();
    let features = Features { deduplicates: Support::Native, ..Features::default() };
    desk.tell(Input::Network { network: network(), features, machine: false });
    desk.link(LinkState::Offline { why: "not yet".into() });
    let (mut desk, _) = after_a_kill(desk, vec![handed()]);
    assert!(desk.dispatcher.doubtful(&network()).is_empty());
    assert_eq!(desk.link(LinkState::Online), ["commit moved to handed"]);
    assert_eq!(desk.commit(), ["deliver to r:irc:#a: pong"]);
    assert_eq!(desk.deliveries[0].key, handed().key);
}

#[test]
fn a_network_that_is_gone_is_not_asked() {
    let (mut desk, _) = after_a_kill(Desk::new(), vec![handed()]);
    assert_eq!(
        desk.tell(Input::NoNetwork(network())),
        [
            "report undelivered: its network is no longer configured",
            "commit moved to dead (its network is no longer configured)",
        ]
    );
    assert!(desk.dispatcher.doubtful(&network()).is_empty());
}

#[test]
fn what_is_in_doubt_is_given_in_order() {
    let keys: Vec<_> = (0..20).map(|number| format!("k{number}")).collect();
    let row = |key: &String| OutboxRow {
        key: nuncio_core::delivery::OutputKey::stored(key.as_str()),
        state: OutboxState::Handed,
        ..handed()
    };
    let (desk, _) = after_a_kill(Desk::new(), keys.iter().map(row).collect());
    let rows: Vec<Arc<OutboxRow>> = desk.dispatcher.doubtful(&network());
    assert!(rows.iter().map(|row| row.key.as_str()).eq(keys.iter().map(String::as_str)));
}
