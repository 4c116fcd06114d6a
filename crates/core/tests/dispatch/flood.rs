//! Whoever is refused again and again, and what breaks without anybody having asked.

use std::time::Duration;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::dispatch::{Input, Limits};
use nuncio_core::features::Features;
use nuncio_core::plugin::Failure;

use crate::desk::{Desk, network, private, room};

#[test]
fn who_is_refused_again_and_again_is_counted_and_no_longer_told() {
    let mut desk = Desk::new();
    for _ in 0..1000 {
        desk.says("eve", private("eve"), "shell");
    }
    assert_eq!(desk.commits.len(), 10);
    desk.commit_all();
    assert_eq!(desk.deliveries.len(), 10);
    assert_eq!(desk.dispatcher.counters().refusals, 1000);
}

#[test]
fn refusals_that_are_not_told_are_written_together() {
    let mut desk = Desk::new();
    for _ in 0..1000 {
        desk.says("eve", private("eve"), "shell");
        desk.commit_all();
    }
    desk.says("eve", private("eve"), "other");
    let refused = |desk: &mut Desk, name| desk.says(name, room("#a"), "!shell").len();
    // Others, and the same person elsewhere, are told.
    assert_eq!([refused(&mut desk, "bob"), refused(&mut desk, "eve")], [1, 1]);
    desk.commit_all();
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_mins(1)));
    desk.wait(Duration::from_mins(1));
    let (_, set) = &desk.commits[0];
    let rows: Vec<_> = set.audit.iter().map(|row| (&row.who, &row.what, &row.because)).collect();
    assert_log!(rows, @r#"
    [
        (
            "u:irc:eve",
            "test.shell",
            "typed: nothing allows a command of level `sudo` (the last of 990 within a minute)",
        ),
        (
            "u:irc:eve",
            "test.other",
            "typed: nothing allows a command of level `sudo`",
        ),
    ]
    "#);
    desk.commit_all();
    assert_eq!(desk.dispatcher.wake_at(), None);
    assert_eq!(desk.says("eve", private("eve"), "shell").len(), 1);
}

#[test]
fn a_full_lane_is_told_of_a_few_times() {
    let mut desk = Desk::with(Limits { lane: 1, ..Limits::default() });
    for _ in 0..1000 {
        desk.says("bob", private("bob"), "ping");
    }
    assert_eq!(desk.deliveries.len(), 10);
}

#[test]
fn what_nobody_asked_for_breaks_in_silence() {
    let mut desk = Desk::new();
    desk.says("ann", room("#a"), "tea++");
    desk.commit();
    assert_log!(desk.ends(Err(Failure::Internal("boom".into()))), @r#"
    [
        "report failed: boom",
        "commit test.karma done",
    ]
    "#);
    assert!(desk.deliveries.is_empty());
}

#[test]
fn a_machine_has_its_answer_to_each() {
    let mut desk = Desk::with(Limits { lane: 1, ..Limits::default() });
    let (features, machine) = (Features::default(), true);
    desk.tell(Input::Network { network: network(), features, machine });
    for _ in 0..40 {
        desk.says("eve", private("eve"), "shell");
        desk.commit_all();
    }
    assert_eq!(desk.deliveries.len(), 40);
    for _ in 0..42 {
        desk.says("eve", private("eve"), "ping");
    }
    // One runs, one waits.
    assert_eq!(desk.deliveries.len(), 64);
    assert_eq!(desk.dispatcher.counters().waiting, 16);
}

#[test]
fn calls_that_are_about_to_begin_count() {
    let mut desk = Desk::with(Limits { calls: 1, ..Limits::default() });
    desk.says("ann", room("#a"), "!write");
    assert_log!(desk.says("bob", room("#a"), "!write"), @r#"
    [
        "commit test.write done, output handed",
        "deliver to r:irc:#a: I am too busy to take that now. Try again in a moment.",
    ]
    "#);
    assert_eq!(desk.commit(), ["run test.write for u:irc:ann"]);
    desk.answers("done");
    assert_eq!(desk.says("bob", room("#a"), "!write"), ["commit test.write started"]);
}
