//! How far archives are settled: a cursor never moves past what a kill would lose.

use std::time::Duration;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::cursor::{Cursor, Mark, Position, Source};
use nuncio_core::dispatch::Input;
use nuncio_core::event::{ArchiveState, Event, EventKey, EventKind, Timing};
use nuncio_core::store::{JournalState, StoreError};
use nuncio_policy::AuditNumber;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::desk::{Desk, message, network, room};

fn mark(source: &str, at: usize) -> Mark {
    let at = Position::new(at.to_string()).unwrap();
    Mark { source: Source::new(source).unwrap(), at }
}

fn event(desk: &Desk, source: &str, at: usize, kind: EventKind) -> Event {
    let key = EventKey::new(format!("{source}/{at}"));
    let (timing, mark) = (Timing::Live, Some(mark(source, at)));
    Event { network: network(), key, at: desk.now.wall, timing, mark, kind }
}

/// Somebody says something that stands in an archive.
fn says(desk: &mut Desk, who: &str, source: &str, at: usize, text: &str) -> Vec<String> {
    let said = EventKind::Message(message(who, room("#a"), text));
    let event = event(desk, source, at, said);
    desk.tell(Input::Event(event))
}

fn linger(desk: &mut Desk) -> Vec<String> {
    desk.wait(Duration::from_secs(5))
}

#[test]
fn a_cursor_is_written_with_what_comes_next() {
    let mut desk = Desk::new();
    assert!(says(&mut desk, "bob", "a", 1, "hello").is_empty());
    assert_eq!(says(&mut desk, "bob", "a", 2, "!ping"), ["run test.ping for u:irc:bob"]);
    assert_log!(desk.answers("pong"), @r#"
    [
        "commit test.ping done, output handed, cursor a at 1",
        "deliver to r:irc:#a: pong",
    ]
    "#);
}

#[test]
fn a_cursor_is_written_alone_where_nothing_else_is() {
    let mut desk = Desk::new();
    for at in 1..=9 {
        assert!(says(&mut desk, "bob", "a", at, "hello").is_empty());
    }
    assert_eq!(linger(&mut desk), ["commit cursor a at 9"]);
    assert!(linger(&mut desk).is_empty());
}

#[test]
fn what_runs_or_is_not_written_holds_its_cursor_back() {
    let mut desk = Desk::new();
    says(&mut desk, "bob", "a", 1, "!ping");
    says(&mut desk, "ann", "a", 2, "hello");
    assert!(linger(&mut desk).is_empty());
    // Another archive goes on.
    says(&mut desk, "ann", "b", 1, "hello");
    assert_eq!(linger(&mut desk), ["commit cursor b at 1"]);
    desk.commit();
    assert_eq!(desk.answers("pong")[0], "commit test.ping done, output handed");
    assert!(linger(&mut desk).is_empty());
    desk.commit();
    assert_eq!(linger(&mut desk), ["commit cursor a at 2"]);
}

#[test]
fn what_waits_behind_its_speaker_holds_its_cursor_back() {
    let mut desk = Desk::new();
    says(&mut desk, "bob", "a", 1, "!ping");
    says(&mut desk, "bob", "a", 2, "!ping");
    desk.answers("pong");
    desk.commit();
    assert_eq!(linger(&mut desk), ["commit cursor a at 1"]);
    desk.answers("pong");
    desk.commit_all();
    assert_eq!(linger(&mut desk), ["commit cursor a at 2"]);
}

#[test]
fn a_watcher_holds_the_cursor_of_its_message_back() {
    let mut desk = Desk::new();
    assert_eq!(says(&mut desk, "ann", "a", 1, "rust++"), ["commit test.karma started"]);
    assert_eq!(desk.commit(), ["run test.karma for u:irc:ann"]);
    assert!(linger(&mut desk).is_empty());
    desk.answers("noted");
    desk.commit_all();
    assert_eq!(linger(&mut desk), ["commit cursor a at 1"]);
}

#[test]
fn what_could_not_be_heard_is_found_again() {
    let mut desk = Desk::new();
    says(&mut desk, "ann", "a", 1, "hello");
    let said = EventKind::Message(message("bob", room("#a"), "!ping"));
    let left_out = event(&desk, "a", 2, said);
    desk.tell(Input::Unheard(left_out));
    says(&mut desk, "ann", "a", 3, "hello");
    assert_eq!(linger(&mut desk), ["commit cursor a at 1"]);
}

#[test]
fn an_archive_that_was_heard_through_moves_its_cursor() {
    let mut desk = Desk::new();
    let heard = EventKind::Archive { room: None, state: ArchiveState::Heard { late: 0 } };
    let heard = event(&desk, "a", 7, heard);
    desk.tell(Input::Event(heard));
    assert_eq!(desk.tell(Input::Close), ["commit cursor a at 7"]);
    assert!(desk.tell(Input::Close).is_empty());
}

#[test]
fn a_cursor_that_the_store_refused_is_written_again() {
    let mut desk = Desk::new();
    says(&mut desk, "ann", "a", 1, "hello");
    assert_eq!(linger(&mut desk), ["commit cursor a at 1"]);
    let (commit, _) = desk.commits.remove(0);
    desk.tell(Input::Committed { commit, result: Err(StoreError::Closed) });
    assert_eq!(linger(&mut desk), ["commit cursor a at 1"]);
    desk.commit();
    assert!(linger(&mut desk).is_empty());
}

#[test]
fn history_moves_no_cursor() {
    let mut desk = Desk::new();
    let said = EventKind::Message(message("bob", room("#a"), "!ping"));
    let said = Event { timing: Timing::History, ..event(&desk, "a", 1, said) };
    desk.tell(Input::Event(said));
    assert!(linger(&mut desk).is_empty());
}

#[test]
fn a_transport_is_told_what_was_stored_and_how_far_it_came_since() {
    let mut desk = Desk::new();
    let time = jiff::Timestamp::UNIX_EPOCH;
    let stored = |source, at| {
        let mark = mark(source, at);
        Cursor { network: network(), mark, time }
    };
    let cursors = vec![stored("a", 1), stored("b", 1)];
    let (outbox, interrupted, audited) = (Vec::new(), Vec::new(), AuditNumber(0));
    desk.tell(Input::Restored { outbox, interrupted, audited, cursors });
    says(&mut desk, "ann", "b", 2, "hello");
    let mut cursors = desk.dispatcher.cursors(&network());
    cursors.sort_by(|one, other| one.mark.source.cmp(&other.mark.source));
    let moved = Cursor { time: desk.now.wall, ..stored("b", 2) };
    assert_eq!(cursors, [stored("a", 1), moved]);
    assert!(desk.dispatcher.cursors(&"xmpp".parse().unwrap()).is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Says { who: &'static str, text: &'static str },
    Ends,
    Commits { fails: bool },
    Waits,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (select(&["ann", "bob", "eve"]), select(&TEXTS)).prop_map(|(who, text)| Step::Says { who, text }),
        2 => Just(Step::Ends),
        3 => Just(Step::Commits { fails: false }),
        1 => Just(Step::Commits { fails: true }),
        1 => Just(Step::Waits),
    ]
}

/// What a kill would find, were it now.
#[derive(Default)]
struct Disk {
    done: Vec<String>,
    cursor: usize,
}

/// Commits the oldest write set, and checks that all up to its cursor is there already.
fn commit(desk: &mut Desk, disk: &mut Disk, asked: &[(usize, &str)], fails: bool) {
    if desk.commits.is_empty() {
        return;
    }
    let (commit, set) = desk.commits.remove(0);
    if !fails {
        let done = set.journal.iter().filter(|row| row.state == JournalState::Done);
        disk.done.extend(done.map(|row| row.key.to_string()));
        if let Some((at, _)) = set.cursors.last().and_then(|write| write.to.clone()) {
            disk.cursor = at.as_str().parse().unwrap();
        }
        for (at, text) in asked.iter().filter(|(at, _)| *at <= disk.cursor) {
            let command = text.starts_with('!');
            assert!(!command || disk.done.contains(&format!("a/{at}")), "{at} is lost");
        }
    }
    let result = if fails { Err(StoreError::Closed) } else { Ok(()) };
    desk.tell(Input::Committed { commit, result });
}

const TEXTS: [&str; 5] = ["hello", "!ping", "!write", "!shell", "!slow"];

proptest! {
    #[test]
    fn a_kill_finds_again_what_was_not_done(steps in vec(step(), 1..60)) {
        let (mut desk, mut disk) = (Desk::new(), Disk::default());
        let mut asked = Vec::new();
        let may_fail = |step: &Step| matches!(step, Step::Commits { fails: true });
        let any_fails = steps.iter().any(may_fail);
        for step in steps {
            match step {
                Step::Says { who, text } => {
                    let at = asked.len() + 1;
                    asked.push((at, text));
                    says(&mut desk, who, "a", at, text);
                }
                Step::Ends if desk.calls.is_empty() => {}
                Step::Ends => drop(desk.answers("done")),
                // What the store refused is told to whoever asked, and is not looked for again.
                Step::Commits { fails } if any_fails => {
                    commit(&mut desk, &mut disk, &[], fails);
                }
                Step::Commits { .. } => commit(&mut desk, &mut disk, &asked, false),
                Step::Waits => drop(linger(&mut desk)),
            }
        }
        // And in the end everything is settled.
        while !desk.calls.is_empty() || !desk.commits.is_empty() {
            if !desk.calls.is_empty() {
                desk.answers("done");
            }
            commit(&mut desk, &mut disk, &[], false);
        }
        linger(&mut desk);
        commit(&mut desk, &mut disk, &[], false);
        prop_assert_eq!(disk.cursor, asked.len());
    }
}
