//! Whoever says too much to us is told once, and ignored for a while.

use std::time::Duration;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::dispatch::{Input, Limits};
use nuncio_core::event::{EventKind, Timing};
use nuncio_core::features::Features;
use nuncio_core::place::Place;
use nuncio_core::plugin::Effects;
use nuncio_core::store::StoreError;
use nuncio_policy::{Change, Person, Speaker};

use crate::desk::{Desk, message, network, private, room, user};

fn desk() -> Desk {
    Desk::wary(Limits::default())
}

/// Says something until it is answered, so many times.
fn says(
    desk: &mut Desk,
    speaker: &Speaker,
    place: &Place,
    text: &str,
    times: usize,
) -> Vec<String> {
    let mut log = Vec::new();
    for _ in 0..times {
        log = once(desk, speaker, place, text);
    }
    log
}

fn once(desk: &mut Desk, speaker: &Speaker, place: &Place, text: &str) -> Vec<String> {
    let said = nuncio_core::event::Message {
        speaker: speaker.clone(),
        ..message("somebody", place.clone(), text)
    };
    let mut log = desk.event(Timing::Live, EventKind::Message(said));
    while !desk.calls.is_empty() {
        desk.answers("pong");
    }
    log.extend(desk.commit_all());
    log
}

fn verified(name: &str) -> Speaker {
    Speaker::verified(user(name))
}

/// Somebody without an account of the network's.
fn from(mask: &str) -> Speaker {
    let (nick, _) = mask.split_once('!').unwrap();
    Speaker::claimed([user(mask), user(nick)])
}

fn managed(desk: &Desk) -> Vec<String> {
    desk.dispatcher.policy().managed().iter().map(|(key, ..)| key.to_string()).collect()
}

const RUN: [&str; 1] = ["run test.ping for u:irc:eve"];

#[test]
fn the_thirteenth_command_of_a_minute_is_one_too_many() {
    let (mut desk, eve) = (desk(), verified("eve"));
    assert_eq!(says(&mut desk, &eve, &room("#a"), "!ping", 12)[..1], RUN);
    assert_log!(once(&mut desk, &eve, &room("#a"), "!ping"), @r#"
    [
        "commit test.ping done, output handed",
        "deliver to r:irc:#a: That is more than 12 within 1m: I ignore you here for 5m.",
        "commit put flood u:irc:eve r:irc:#a, audit nuncio done core.policy",
    ]
    "#);
    // Told once, and only there.
    assert_log!(once(&mut desk, &eve, &room("#a"), "!ping"), @r#"
    [
        "commit test.ping done, audit u:irc:eve ignore test.ping",
    ]
    "#);
    assert_eq!(once(&mut desk, &eve, &room("#b"), "!ping")[..1], RUN);
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_mins(1)));
    // It ends by itself.
    desk.wait(Duration::from_secs(299));
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_mins(5)));
    assert_log!(desk.wait(Duration::from_secs(1)), @r#"
    [
        "commit delete flood u:irc:eve r:irc:#a, audit nuncio done core.policy",
    ]
    "#);
    desk.commit_all();
    assert_eq!(managed(&desk), [""; 0]);
    assert_eq!(once(&mut desk, &eve, &room("#a"), "!ping")[..1], RUN);
}

#[test]
fn twelve_a_minute_are_not_too_many_for_ever() {
    let (mut desk, eve) = (desk(), verified("eve"));
    for _ in 0..100 {
        assert_eq!(once(&mut desk, &eve, &room("#a"), "!ping")[..1], RUN);
        desk.wait(Duration::from_secs(5));
    }
}

#[test]
fn what_is_said_here_and_there_is_counted_together_and_ignored_everywhere() {
    let (mut desk, eve) = (desk(), verified("eve"));
    says(&mut desk, &eve, &room("#a"), "!ping", 6);
    says(&mut desk, &eve, &private("eve"), "ping", 6);
    once(&mut desk, &eve, &room("#a"), "!ping");
    assert_eq!(managed(&desk), ["flood u:irc:eve"]);
    assert_eq!(once(&mut desk, &eve, &room("#b"), "!ping").len(), 1);
}

#[test]
fn five_commands_that_there_are_not_are_enough() {
    let (mut desk, eve) = (desk(), verified("eve"));
    says(&mut desk, &eve, &private("eve"), "pnig", 5);
    assert_log!(once(&mut desk, &eve, &private("eve"), "pnig"), @r#"
    [
        "commit core.unknown done, output handed",
        "deliver to eve in private on irc: That is more than 5 within 1m: I ignore you for 10m.",
        "commit put flood u:irc:eve, audit nuncio done core.policy",
    ]
    "#);
    // What is for another bot is none.
    let bob = verified("bob");
    says(&mut desk, &bob, &room("#a"), "!pnig", 50);
    assert_eq!(managed(&desk), ["flood u:irc:eve"]);
}

#[test]
fn a_refusal_counts_and_who_may_nothing_is_told_as_well() {
    let (mut desk, eve) = (desk(), verified("eve"));
    says(&mut desk, &eve, &room("#a"), "!shell", 12);
    assert_log!(once(&mut desk, &eve, &room("#a"), "!shell"), @r#"
    [
        "commit test.shell done, output handed",
        "deliver to r:irc:#a: That is more than 12 within 1m: I ignore you here for 5m.",
        "commit put flood u:irc:eve r:irc:#a, audit nuncio done core.policy",
    ]
    "#);
}

#[test]
fn another_nick_from_the_same_host_is_the_same_person() {
    let mut desk = desk();
    for number in 0..12 {
        let eve = from(&format!("eve{number}!~e{number}@host.example"));
        says(&mut desk, &eve, &private("eve"), "ping", 1);
    }
    once(&mut desk, &from("eve!~e@host.example"), &private("eve"), "ping");
    assert_eq!(managed(&desk), ["flood u:irc:*!*@host.example"]);
    assert_log!(once(&mut desk, &from("mallory!~m@host.example"), &private("mallory"), "ping"), @r#"
    [
        "commit test.ping done, audit u:irc:mallory!~m@host.example (claimed) ignore test.ping",
    ]
    "#);
    let bob = once(&mut desk, &from("bob!~b@other.example"), &private("bob"), "ping");
    assert!(bob[0].starts_with("run test.ping"), "{bob:?}");
}

#[test]
fn whoever_borrows_a_nick_does_not_have_its_owner_ignored() {
    let mut desk = desk();
    says(&mut desk, &from("bob!~e@host.example"), &private("bob"), "ping", 13);
    assert_eq!(managed(&desk), ["flood u:irc:*!*@host.example"]);
    let bob = once(&mut desk, &verified("bob"), &private("bob"), "ping");
    assert!(bob[0].starts_with("run test.ping"), "{bob:?}");
}

#[test]
fn an_account_is_counted_as_one_under_all_its_names() {
    let mut desk = desk();
    desk.declare(r#"{"account": {"eve": {"identities": ["u:irc:eve", "u:oftc:eve"]}}}"#);
    let networks = desk.dispatcher.policy().networks().clone();
    let elsewhere = Speaker::verified(networks.parse_user("u:oftc:eve").unwrap());
    says(&mut desk, &verified("eve"), &private("eve"), "ping", 6);
    says(&mut desk, &elsewhere, &private("eve"), "ping", 7);
    assert_eq!(managed(&desk), ["flood a:eve"]);
}

#[test]
fn owners_and_the_trusted_say_what_they_like() {
    let mut desk = desk();
    desk.declare(
        r#"{"owners": ["u:irc:root"],
            "account": {"ann": {"identities": ["u:irc:ann"], "capabilities": ["trusted"]}}}"#,
    );
    for name in ["root", "ann"] {
        says(&mut desk, &verified(name), &private(name), "ping", 50);
        says(&mut desk, &verified(name), &private(name), "pnig", 50);
    }
    assert_eq!(managed(&desk), [""; 0]);
    // Whoever calls himself so is neither.
    says(&mut desk, &from("root!r@host.example"), &private("root"), "ping", 13);
    assert_eq!(managed(&desk), ["flood u:irc:*!*@host.example"]);
}

#[test]
fn whom_a_machines_network_vouches_for_is_not_counted() {
    let mut desk = desk();
    let (features, machine) = (Features::default(), true);
    desk.tell(Input::Network { network: network(), features, machine });
    says(&mut desk, &verified("eve"), &private("eve"), "ping", 50);
    assert_eq!(managed(&desk), [""; 0]);
    says(&mut desk, &from("eve!e@host.example"), &private("eve"), "ping", 13);
    assert_eq!(managed(&desk), ["flood u:irc:*!*@host.example"]);
}

#[test]
fn what_was_said_while_we_were_away_is_not_counted() {
    let mut desk = desk();
    for _ in 0..50 {
        let said = message("eve", private("eve"), "ping");
        desk.event(Timing::Late, EventKind::Message(said));
    }
    desk.commit_all();
    assert_eq!(managed(&desk), [""; 0]);
}

#[test]
fn what_comes_while_it_is_written_is_passed_over() {
    let mut desk = desk();
    says(&mut desk, &verified("eve"), &private("eve"), "ping", 12);
    desk.deliveries.clear();
    for _ in 0..1000 {
        desk.says("eve", private("eve"), "ping");
    }
    assert_eq!((desk.deliveries.len(), desk.calls.len(), desk.commits.len()), (1, 0, 2));
}

#[test]
fn who_is_ignored_is_not_counted_and_can_be_forgiven() {
    let (mut desk, eve) = (desk(), verified("eve"));
    says(&mut desk, &eve, &private("eve"), "ping", 100);
    assert_eq!(managed(&desk), ["flood u:irc:eve"]);
    desk.says("root", private("root"), "write");
    desk.commit();
    let change = Change::Unignore { who: Person::User(user("eve")), room: None };
    desk.ends(Ok(Effects { change: Some(Box::new(change)), ..Effects::default() }));
    desk.commit_all();
    assert_eq!(managed(&desk), [""; 0]);
    assert_eq!(says(&mut desk, &eve, &private("eve"), "ping", 12)[..1], RUN);
}

#[test]
fn whose_ignore_cannot_be_written_is_heard_again() {
    let (mut desk, eve) = (desk(), verified("eve"));
    says(&mut desk, &eve, &private("eve"), "ping", 12);
    desk.says("eve", private("eve"), "ping");
    while !desk.commits.is_empty() {
        let (commit, _) = desk.commits.remove(0);
        desk.tell(Input::Committed { commit, result: Err(StoreError::Closed) });
    }
    assert_eq!(once(&mut desk, &eve, &private("eve"), "ping")[..1], RUN);
}
