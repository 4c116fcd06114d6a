//! What becomes of outputs.

use std::time::Duration;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::content::Content;
use nuncio_core::dispatch::{Input, Limits};
use nuncio_core::event::LinkState;
use nuncio_core::file::File;
use nuncio_core::plugin::{Effects, Reply};
use nuncio_core::receipt::{Receipt, Retry};
use nuncio_core::store::{OutboxRow, OutboxState};
use nuncio_policy::AuditNumber;

use crate::desk::{Desk, network, private, room};

fn offline() -> LinkState {
    LinkState::Offline { why: "cut".into() }
}

#[test]
fn a_delivered_output_leaves_the_outbox() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    desk.answers("pong");
    assert_eq!(desk.settle(Receipt::sent()), ["commit arrived"]);
    desk.commit_all();
    assert!(desk.dispatcher.is_idle());
}

#[test]
fn what_is_said_while_a_network_is_away_waits_in_order() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    desk.says("ann", room("#a"), "!ping");
    desk.link(offline());
    assert_eq!(desk.answers("first"), ["commit test.ping done, output queued"]);
    assert_eq!(desk.answers("second"), ["commit test.ping done, output queued"]);
    desk.commit_all();
    assert_eq!(desk.link(LinkState::Online), ["commit moved to handed, moved to handed"]);
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to r:irc:#a: first",
        "deliver to r:irc:#a: second",
    ]
    "#);
}

#[test]
fn a_failed_output_is_tried_again_when_its_network_says_so() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    desk.answers("pong");
    desk.commit_all();
    let later = Receipt::failed("too fast", Retry::Later(Some(Duration::from_secs(30))));
    assert_eq!(desk.settle(later), ["commit moved to queued"]);
    desk.commit_all();
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_secs(30)));
    assert!(desk.wait(Duration::from_secs(29)).is_empty());
    assert_eq!(desk.wait(Duration::from_secs(1)), ["commit moved to handed"]);
    assert_eq!(desk.commit(), ["deliver to r:irc:#a: pong"]);
}

#[test]
fn what_cannot_be_delivered_is_listed_with_its_reason() {
    let mut desk = Desk::new();
    for receipt in [Receipt::failed("no such nick", Retry::Never), Receipt::in_doubt("cut")] {
        desk.says("bob", room("#a"), "!ping");
        desk.answers("pong");
        let log = desk.settle(receipt);
        assert!(log.iter().any(|line| line.starts_with("commit moved to dead")), "{log:?}");
        assert!(log.iter().any(|line| line.starts_with("report undelivered")), "{log:?}");
    }
    assert_eq!(desk.dispatcher.counters().dead, 2);
}

#[test]
fn it_gives_up_after_a_bounded_number_of_attempts() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    desk.answers("pong");
    let mut log = Vec::new();
    for _ in 0..20 {
        desk.commit_all();
        if desk.deliveries.is_empty() {
            break;
        }
        log = desk.settle(Receipt::failed("full", Retry::Now));
    }
    assert_log!(log, @r#"
    [
        "report undelivered: tried 8 times: full",
        "commit moved to dead (tried 8 times: full)",
    ]
    "#);
}

#[test]
fn what_waits_too_long_is_dead() {
    let mut desk = Desk::with(Limits { outbox_life: Duration::from_mins(1), ..Limits::default() });
    desk.says("bob", room("#a"), "!ping");
    desk.link(offline());
    desk.answers("pong");
    desk.commit_all();
    assert!(desk.wait(Duration::from_secs(59)).is_empty());
    assert_log!(desk.wait(Duration::from_secs(2)), @r#"
    [
        "report undelivered: it could not be sent in time",
        "commit moved to dead (it could not be sent in time)",
    ]
    "#);
}

#[test]
fn a_window_holds_back_what_a_network_cannot_take_yet() {
    let mut desk = Desk::with(Limits { window: 1, ..Limits::default() });
    desk.says("bob", room("#a"), "!ping");
    desk.says("ann", room("#a"), "!ping");
    desk.answers("first");
    assert_eq!(desk.answers("second"), ["commit test.ping done, output queued"]);
    desk.commit_all();
    assert_eq!(desk.settle(Receipt::sent()), ["commit arrived", "commit moved to handed"]);
    assert_eq!(desk.commit_all(), ["deliver to r:irc:#a: second"]);
}

#[test]
fn a_full_outbox_lists_what_it_cannot_hold() {
    let mut desk = Desk::with(Limits { outbox: 1, ..Limits::default() });
    desk.link(offline());
    for name in ["bob", "ann"] {
        desk.says(name, room("#a"), "!ping");
    }
    desk.answers("first");
    assert_log!(desk.answers("second"), @r#"
    [
        "commit test.ping done, output dead (as much as can wait for `irc` already does)",
        "report undelivered: as much as can wait for `irc` already does",
    ]
    "#);
}

#[test]
fn a_file_takes_the_room_of_many_words() {
    let mut desk = Desk::with(Limits { outbox: 16, ..Limits::default() });
    desk.link(offline());
    // A quarter of the outbox is a place's: four outputs, or one file of 48 KiB.
    for (size, state) in [(48 * 1024, "queued"), (1, "dead")] {
        desk.says("bob", room("#a"), "!ping");
        let file = File::new("a.log", "text/plain", vec![0; size]).unwrap();
        let reply = Reply { file: Some(file), ..Reply::from(Content::text("")) };
        let replies = vec![reply];
        let logged = desk.ends(Ok(Effects { replies, ..Effects::default() }));
        assert!(logged.iter().any(|line| line.contains(&format!("output {state}"))), "{logged:?}");
    }
    // What leaves makes room.
    desk.link(LinkState::Online);
    desk.commit_all();
    desk.settle(Receipt::sent());
    desk.commit_all();
    desk.link(offline());
    desk.says("bob", room("#a"), "!ping");
    assert_eq!(desk.answers("pong"), ["commit test.ping done, output queued"]);
}

/// What the store holds of an answer that waited when the process was killed.
fn row() -> OutboxRow {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    desk.answers("pong");
    let row = desk.deliveries.remove(0);
    OutboxRow { state: OutboxState::Queued, ..(*row).clone() }
}

#[test]
fn after_a_crash_what_was_queued_is_sent() {
    let mut desk = Desk::new();
    let outbox = vec![row()];
    desk.tell(Input::Restored {
        outbox,
        interrupted: Vec::new(),
        audited: AuditNumber(0),
        cursors: Vec::new(),
    });
    assert_eq!(desk.link(LinkState::Online), ["commit moved to handed"]);
    assert_eq!(desk.commit(), ["deliver to r:irc:#a: pong"]);
}

#[test]
fn after_a_crash_a_command_that_was_cut_off_is_told_and_not_run_again() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!write");
    let started = desk.commits[0].1.journal.clone().unwrap();
    let mut desk = Desk::new();
    desk.link(offline());
    let interrupted = vec![started];
    assert_eq!(
        desk.tell(Input::Restored {
            outbox: Vec::new(),
            interrupted,
            audited: AuditNumber(0),
            cursors: Vec::new()
        }),
        ["commit test.write done, output queued"]
    );
    desk.commit_all();
    desk.link(LinkState::Online);
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to r:irc:#a: I was stopped while I was at write. Nothing of it was kept, and it was not run again: repeat it if you still want it.",
    ]
    "#);
    assert!(desk.calls.is_empty());
}

#[test]
fn a_network_that_is_gone_takes_its_outputs_along() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    desk.link(offline());
    desk.answers("pong");
    assert_log!(desk.tell(Input::NoNetwork(network())), @r#"
    [
        "report undelivered: its network is no longer configured",
        "commit moved to dead (its network is no longer configured)",
    ]
    "#);
}

#[test]
fn what_waited_for_a_peer_through_a_restart_is_listed_and_reaches_nobody() {
    let mut desk = Desk::new();
    desk.says("bob", private("bob"), "ping");
    desk.answers("pong");
    let row = OutboxRow { state: OutboxState::Queued, ..(*desk.deliveries.remove(0)).clone() };
    desk.says("bob", private("bob"), "write");
    let started =
        desk.commits.iter().find_map(|(_, set)| set.journal.clone().filter(|row| !row.is_done()));
    let mut desk = Desk::new();
    let (outbox, interrupted) = (vec![row], vec![started.unwrap()]);
    assert_log!(desk.tell(Input::Restored { outbox, interrupted, audited: AuditNumber(0), cursors: Vec::new() }), @r#"
    [
        "report undelivered: the bot was restarted, and whom it was for may be somebody else now",
        "commit moved to dead (the bot was restarted, and whom it was for may be somebody else now)",
        "commit test.write done, output dead (the bot was restarted, and whom it was for may be somebody else now)",
    ]
    "#);
    assert_log!(desk.commit_all(), @"[]");
}

#[test]
fn what_was_not_tried_is_tried_as_often_as_ever() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    desk.answers("pong");
    desk.commit_all();
    let mut changes = 0;
    while changes < 20 {
        let untried = Retry::Untried(Duration::ZERO);
        desk.settle(Receipt::failed("the policy changed while it waited", untried));
        desk.commit_all();
        changes += 1;
    }
    assert_eq!(desk.deliveries[0].attempts, 1);
    assert_eq!(desk.settle(Receipt::sent()), ["commit arrived"]);
}
