//! What chat changes of the policy: one after another, in force before anybody hears of it.

use std::time::Duration;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::dispatch::Input;
use nuncio_core::plugin::Effects;
use nuncio_core::store::StoreError;
use nuncio_policy::{AuditNumber, Change, Lease, Person};

use crate::desk::{Desk, private, room, speaker, user};

fn person(name: &str) -> Person {
    Person::User(user(name))
}

fn sudoer(name: &str) -> Change {
    Change::AddSudoer { who: person(name) }
}

/// Somebody's command ends with a change.
fn asks(desk: &mut Desk, name: &str, change: Change) -> Vec<String> {
    let mut log = desk.says(name, private(name), "write");
    log.extend(desk.commit());
    log.extend(ends(desk, change));
    log
}

fn ends(desk: &mut Desk, change: Change) -> Vec<String> {
    desk.ends(Ok(Effects { change: Some(Box::new(change)), ..Effects::default() }))
}

#[test]
fn a_change_is_in_force_before_anybody_hears_of_it() {
    let mut desk = Desk::new();
    let before = desk.dispatcher.policy().generation();
    assert_log!(asks(&mut desk, "root", sudoer("bob")), @r#"
    [
        "commit test.write started",
        "run test.write for u:irc:root",
        "commit test.write done, output handed, put sudoer u:irc:bob, audit u:irc:root done test.write",
    ]
    "#);
    assert_eq!(desk.dispatcher.policy().generation(), before);
    assert_log!(desk.commit(), @r#"
    [
        "deliver to root in private on irc: u:irc:bob is a sudoer. To undo it: sudo rm u:irc:bob.",
    ]
    "#);
    assert!(desk.dispatcher.policy().generation() > before);
    assert_log!(desk.says("bob", private("bob"), "shell"), @r#"
    [
        "commit test.shell started",
    ]
    "#);
}

#[test]
fn nobody_gives_what_is_not_his_to_give_and_the_log_has_it() {
    let mut desk = Desk::new();
    assert_log!(asks(&mut desk, "eve", sudoer("eve")), @r#"
    [
        "commit test.write started",
        "run test.write for u:irc:eve",
        "commit test.write done, output handed, audit u:irc:eve deny test.write",
    ]
    "#);
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to eve in private on irc: Only an owner may do that.",
    ]
    "#);
    assert_log!(desk.says("eve", private("eve"), "shell"), @r#"
    [
        "commit test.shell done, output handed, audit u:irc:eve deny test.shell",
    ]
    "#);
}

#[test]
fn a_change_that_is_not_written_did_not_happen() {
    let mut desk = Desk::new();
    asks(&mut desk, "root", sudoer("bob"));
    let (commit, _) = desk.commits.remove(0);
    let result = Err(StoreError::Closed);
    assert_log!(desk.tell(Input::Committed { commit, result }), @r#"
    [
        "report not written: the store is closed",
        "commit test.write done, output handed",
        "deliver to root in private on irc: I could not write that down, so nothing was done. My operator knows.",
    ]
    "#);
    assert!(desk.dispatcher.policy().managed().is_empty());
    desk.commit_all();
    // The next one is not kept waiting for it.
    asks(&mut desk, "root", sudoer("ann2"));
    desk.commit_all();
    assert_eq!(desk.dispatcher.policy().managed().len(), 1);
}

#[test]
fn the_next_change_is_planned_on_what_the_one_before_it_made() {
    let mut desk = Desk::new();
    for place in [private("root"), room("#a")] {
        desk.says("root", place, "!write");
        desk.commit();
    }
    assert_log!(ends(&mut desk, sudoer("bob")), @r#"
    [
        "commit test.write done, output handed, put sudoer u:irc:bob, audit u:irc:root done test.write",
    ]
    "#);
    // Waits: its answer depends on the first.
    assert_log!(ends(&mut desk, sudoer("bob")), @"[]");
    assert_log!(desk.commit(), @r#"
    [
        "deliver to root in private on irc: u:irc:bob is a sudoer. To undo it: sudo rm u:irc:bob.",
        "commit test.write done, output handed, audit u:irc:root deny test.write",
    ]
    "#);
}

#[test]
fn what_files_say_anew_takes_nothing_of_what_is_managed() {
    let mut desk = Desk::new();
    asks(&mut desk, "root", sudoer("bob"));
    desk.commit_all();
    let before = desk.dispatcher.policy().generation();
    desk.rules("b u:irc:eve *");
    assert!(desk.dispatcher.policy().generation() > before);
    assert_eq!(desk.dispatcher.policy().managed().len(), 1);
}

#[test]
fn rows_of_the_log_are_numbered_behind_those_that_there_are() {
    let mut desk = Desk::new();
    let (outbox, interrupted) = (Vec::new(), Vec::new());
    desk.tell(Input::Restored {
        outbox,
        interrupted,
        audited: AuditNumber(41),
        cursors: Vec::new(),
    });
    asks(&mut desk, "root", sudoer("bob"));
    desk.commit_all();
    let managed = desk.dispatcher.policy().managed().clone();
    assert_eq!(managed.iter().map(|(_, _, audit)| audit.0).collect::<Vec<_>>(), [42]);
}

#[test]
fn a_grant_ends_by_itself_and_its_room_is_told_once() {
    let mut desk = Desk::new();
    let until = desk.now.wall + Duration::from_mins(5);
    let lease = Some(Lease { until, room: room("#a").room().cloned() });
    let what = "test.shell".parse().unwrap();
    asks(&mut desk, "root", Change::Grant { to: person("bob"), what, elevate: false, lease });
    desk.commit_all();
    let ran = desk.says("bob", private("bob"), "shell");
    assert!(ran[0].starts_with("commit test.shell started"), "{ran:?}");
    // The calendar is looked at each minute, should it be set forward.
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_mins(1)));
    desk.wait(Duration::from_secs(4 * 60 + 59));
    desk.commit_all();
    assert_eq!(desk.dispatcher.wake_at(), Some(Duration::from_mins(5)));
    assert_log!(desk.wait(Duration::from_secs(1)), @r#"
    [
        "commit output handed, delete temporary u:irc:bob test.shell, audit nuncio done core.policy",
    ]
    "#);
    assert_eq!(desk.dispatcher.policy().managed().len(), 1);
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to r:irc:#a: The time of u:irc:bob for test.shell is over.",
    ]
    "#);
    assert!(desk.dispatcher.policy().managed().is_empty());
    assert_eq!(desk.dispatcher.wake_at(), None);
}

#[test]
fn whoever_takes_a_right_from_himself_is_told() {
    let mut desk = Desk::new();
    let command = "write".parse().unwrap();
    asks(&mut desk, "root", Change::Disable { command, room: None });
    assert_log!(desk.commit(), @r#"
    [
        "deliver to root in private on irc: `write` is switched off everywhere. To undo it: enable write --everywhere.",
    ]
    "#);
}

#[test]
fn a_change_that_waited_is_decided_again() {
    let mut desk = Desk::new();
    for place in [private("root"), room("#a")] {
        desk.says("root", place, "!write");
        desk.commit();
    }
    ends(&mut desk, Change::Disable { command: "write".parse().unwrap(), room: None });
    ends(&mut desk, sudoer("bob"));
    desk.commit_all();
    let bob = Change::RemoveSudoer { who: person("bob") };
    assert!(desk.dispatcher.policy().plan(&speaker("root"), bob, desk.now.wall).is_err());
    assert_eq!(desk.dispatcher.policy().managed().len(), 1);
}
