//! Outputs in trouble: what fails, waits too long, or is asked for twice.

use std::time::Duration;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::dispatch::{Input, Limits};
use nuncio_core::event::LinkState;
use nuncio_core::plugin::{Effects, Reply};
use nuncio_core::receipt::{Receipt, Retry};
use nuncio_core::store::{OutboxRow, OutboxState, StoreError};

use crate::desk::{Desk, network, private, room};

fn offline() -> LinkState {
    LinkState::Offline { why: "cut".into() }
}

/// `bob` asks and is answered with each of the texts, in private.
fn answer(desk: &mut Desk, name: &str, texts: &[&str]) {
    for text in texts {
        desk.says(name, private(name), "ping");
        desk.answers(text);
    }
}

#[test]
fn what_failed_together_goes_out_in_its_order() {
    let mut desk = Desk::new();
    answer(&mut desk, "bob", &["one", "two", "three"]);
    for _ in 0..3 {
        desk.settle(Receipt::failed("cut", Retry::Later(None)));
    }
    desk.commit_all();
    desk.wait(Duration::from_secs(5));
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to bob in private on irc: one",
        "deliver to bob in private on irc: two",
        "deliver to bob in private on irc: three",
    ]
    "#);
}

#[test]
fn an_output_whose_commit_failed_does_not_go_out_later() {
    for back_online_first in [false, true] {
        let mut desk = Desk::new();
        desk.says("bob", room("#a"), "!write");
        desk.commit();
        desk.link(offline());
        let replies = vec![Reply::from(nuncio_core::content::Content::text("written"))];
        let values = vec![("k".into(), Some(b"v".to_vec()))];
        desk.ends(Ok(Effects { replies, values, ..Effects::default() }));
        if back_online_first {
            desk.link(LinkState::Online);
        }
        let (commit, _) = desk.commits.remove(0);
        desk.tell(Input::Committed { commit, result: Err(StoreError::Closed) });
        desk.link(LinkState::Online);
        desk.commit_all();
        let out: Vec<_> = desk.deliveries.iter().map(|row| &row.draft.output.action).collect();
        assert_eq!(out.len(), 1, "{out:?}");
        assert!(!format!("{out:?}").contains("written"), "{out:?}");
    }
}

#[test]
fn a_full_window_is_waited_for_without_ticks() {
    let mut desk = Desk::with(Limits { window: 1, ..Limits::default() });
    answer(&mut desk, "bob", &["one", "two"]);
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_mins(1)));
    desk.wait(Duration::from_mins(1));
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_mins(2)));
    desk.settle(Receipt::sent());
    desk.commit_all();
    assert_eq!(desk.dispatcher.wake_at(), None);
}

#[test]
fn what_is_too_old_when_its_network_is_back_is_not_sent() {
    let mut desk = Desk::new();
    desk.link(offline());
    answer(&mut desk, "bob", &["pong"]);
    desk.commit_all();
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_mins(1)));
    desk.now = desk.now.after(Duration::from_hours(2));
    assert_log!(desk.link(LinkState::Online), @r#"
    [
        "report undelivered: it could not be sent in time",
        "commit moved to dead (it could not be sent in time)",
    ]
    "#);
}

#[test]
fn what_was_under_way_to_a_network_that_is_gone_is_listed() {
    let mut desk = Desk::new();
    answer(&mut desk, "bob", &["pong"]);
    desk.tell(Input::NoNetwork(network()));
    assert_log!(desk.settle(Receipt::failed("the bot takes its leave", Retry::Now)), @r#"
    [
        "report undelivered: its network is no longer configured",
        "commit moved to dead (its network is no longer configured)",
    ]
    "#);
}

fn dead() -> OutboxRow {
    let mut desk = Desk::new();
    answer(&mut desk, "bob", &["pong"]);
    let row = desk.deliveries.remove(0);
    OutboxRow { state: OutboxState::Dead { why: "cut".into() }, ..(*row).clone() }
}

#[test]
fn what_is_asked_for_twice_is_sent_again_once() {
    let mut desk = Desk::new();
    desk.link(offline());
    assert_eq!(desk.tell(Input::Resend(Box::new(dead()))), ["commit moved to queued"]);
    assert!(desk.tell(Input::Resend(Box::new(dead()))).is_empty());
    desk.link(LinkState::Online);
    desk.commit_all();
    assert!(desk.tell(Input::Resend(Box::new(dead()))).is_empty());
    assert_eq!(desk.deliveries.len(), 1);
}

#[test]
fn what_cannot_be_sent_again_stays_dead() {
    let mut desk = Desk::new();
    desk.tell(Input::NoNetwork(network()));
    assert_log!(desk.tell(Input::Resend(Box::new(dead()))), @r#"
    [
        "report undelivered: its network is no longer configured",
        "commit moved to dead (its network is no longer configured)",
    ]
    "#);
}

#[test]
fn a_flood_in_one_place_keeps_nobody_waiting_in_another() {
    let mut desk = Desk::with(Limits { window: 2, outbox: 32, ..Limits::default() });
    desk.link(offline());
    answer(&mut desk, "eve", &["spam"; 20]);
    assert_eq!(desk.dispatcher.counters().dead, 12);
    answer(&mut desk, "bob", &["pong"]);
    desk.commit_all();
    desk.link(LinkState::Online);
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to eve in private on irc: spam",
        "deliver to bob in private on irc: pong",
    ]
    "#);
}

#[test]
fn the_window_stays_what_the_networks_were_made_for() {
    let mut desk = Desk::with(Limits { window: 1, ..Limits::default() });
    desk.tell(Input::Limits(Limits { window: 9, outbox: 1, ..Limits::default() }));
    answer(&mut desk, "bob", &["one", "two"]);
    assert_eq!(desk.deliveries.len(), 1);
    answer(&mut desk, "bob", &["three"]);
    assert_eq!(desk.dispatcher.counters().dead, 1);
}
