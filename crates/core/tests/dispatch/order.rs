//! What comes first: lanes, and the order of answers.

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::dispatch::{Input, Limits};
use nuncio_core::plugin::{Effects, Failure, Order, Reply};
use nuncio_core::store::StoreError;

use crate::desk::{Desk, private, room};

fn writes() -> Effects {
    Effects {
        replies: vec![Reply::from(nuncio_core::content::Content::text("written"))],
        values: vec![("k".into(), Some(b"v".to_vec()))],
        ..Effects::default()
    }
}

#[test]
fn one_person_in_one_place_is_handled_one_after_another() {
    let mut desk = Desk::new();
    assert_eq!(desk.says("bob", room("#a"), "!ping").len(), 1);
    assert!(desk.says("bob", room("#a"), "!ping").is_empty());
    assert_eq!(desk.says("bob", room("#b"), "!ping").len(), 1);
    assert_eq!(desk.says("ann", room("#a"), "!ping").len(), 1);
    let log = desk.answers("pong");
    assert!(log.contains(&"run test.ping for u:irc:bob".to_owned()), "{log:?}");
}

#[test]
fn refusals_and_misunderstandings_keep_their_turn() {
    let mut desk = Desk::new();
    for text in ["ping", "shell", "pong"] {
        desk.says("bob", private("bob"), text);
    }
    assert_eq!(desk.commits.len(), 0);
    let mut log = desk.answers("pong");
    log.extend(desk.commit_all());
    assert_log!(log, @r#"
    [
        "commit test.ping done, output handed",
        "deliver to bob in private on irc: pong",
        "commit test.shell done, output handed, audit u:irc:bob deny test.shell",
        "deliver to bob in private on irc: You may not run shell here (nothing allows a command of level `sudo`). Ask why shell for the reasons.",
        "commit core.unknown done, output handed",
        "deliver to bob in private on irc: There is no command `pong`; did you mean `ping`?",
    ]
    "#);
}

#[test]
fn a_command_that_writes_answers_once_it_is_written() {
    let mut desk = Desk::new();
    assert_eq!(desk.says("bob", room("#a"), "!write"), ["commit test.write started"]);
    assert_eq!(desk.commit(), ["run test.write for u:irc:bob"]);
    assert_eq!(desk.ends(Ok(writes())), ["commit test.write done, output handed, value test.k"]);
    assert_eq!(desk.commit(), ["deliver to r:irc:#a: written"]);
}

#[test]
fn what_must_not_be_repeated_answers_once_it_is_written_that_it_is_done() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!write");
    desk.commit();
    assert_eq!(desk.answers("done"), ["commit test.write done, output handed"]);
    assert_eq!(desk.commit(), ["deliver to r:irc:#a: done"]);
}

#[test]
fn answers_leave_in_commit_order_per_place() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!write");
    desk.commit();
    desk.says("ann", room("#a"), "!ping");
    desk.says("ann", room("#b"), "!ping");
    desk.ends(Ok(writes()));
    // Another place does not wait; the same place does.
    let log = [desk.answers("second"), desk.answers("elsewhere")].concat();
    assert_log!(log, @r#"
    [
        "commit test.ping done, output handed",
        "commit test.ping done, output handed",
        "deliver to r:irc:#b: elsewhere",
    ]
    "#);
    assert_log!(desk.commit(), @r#"
    [
        "deliver to r:irc:#a: written",
        "deliver to r:irc:#a: second",
    ]
    "#);
}

#[test]
fn a_call_that_fails_does_nothing_and_says_so() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!ping");
    assert_log!(desk.ends(Err(Failure::Internal("boom".into()))), @r#"
    [
        "report failed: boom",
        "commit test.ping done, output handed",
        "deliver to r:irc:#a: Something broke on my side, and nothing was done. My operator finds it in the log as irc-e2.",
    ]
    "#);
    desk.says("bob", room("#a"), "!ping");
    assert_log!(desk.ends(Err(Failure::User("No such room.".into()))), @r#"
    [
        "commit test.ping done, output handed",
        "deliver to r:irc:#a: No such room.",
    ]
    "#);
}

#[test]
fn what_cannot_be_written_is_not_done() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!write");
    desk.commit();
    let orders = vec![Order::Reload];
    desk.ends(Ok(Effects { orders, ..writes() }));
    let (commit, _) = desk.commits.remove(0);
    let why = "database or disk is full".to_owned();
    let result = Err(StoreError::Failed { doing: "commit", why });
    assert_log!(desk.tell(Input::Committed { commit, result }), @r#"
    [
        "report not written: the store cannot commit: database or disk is full",
        "commit test.write done, output handed",
        "deliver to r:irc:#a: I could not write that down, so nothing was done. My operator knows.",
    ]
    "#);
}

#[test]
fn a_lane_is_bounded() {
    let mut desk = Desk::with(Limits { lane: 1, ..Limits::default() });
    desk.says("bob", private("bob"), "ping");
    assert!(desk.says("bob", private("bob"), "ping").is_empty());
    assert_log!(desk.says("bob", private("bob"), "ping"), @r#"
    [
        "commit test.ping done, output handed",
        "deliver to bob in private on irc: You have 1 commands waiting already; this one was not taken.",
    ]
    "#);
}

#[test]
fn only_standard_plugins_order_the_house() {
    let mut desk = Desk::new();
    let orders = || vec![Order::Stop];
    desk.says("bob", room("#a"), "!ping");
    desk.ends(Ok(Effects { orders: orders(), ..Effects::default() }));
    assert_eq!(desk.commit(), ["order Stop"]);
    desk.says("bob", room("#a"), "!ping");
    desk.ends(Ok(Effects { orders: orders(), ..writes() }));
    assert_eq!(desk.commit(), ["deliver to r:irc:#a: written", "order Stop"]);
    let mut catalogue = crate::desk::catalogue();
    catalogue.trusted.clear();
    desk.tell(Input::Catalogue(std::sync::Arc::new(catalogue)));
    desk.says("bob", room("#a"), "!ping");
    desk.ends(Ok(Effects { orders: orders(), ..Effects::default() }));
    assert!(desk.commit_all().is_empty());
}
