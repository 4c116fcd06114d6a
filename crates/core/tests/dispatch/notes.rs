//! What is kept with a change, and what becomes of whoever cannot prove what he is to prove.

use std::time::Duration;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::content::Content;
use nuncio_core::dispatch::Limits;
use nuncio_core::plugin::{Effects, Note, Reply};
use nuncio_policy::{Change, Person};

use crate::desk::{Desk, private, user};

fn begins(desk: &mut Desk, name: &str) -> Vec<String> {
    let mut log = desk.says(name, private(name), "write");
    log.extend(desk.commit());
    log
}

fn kept() -> Vec<(String, Option<Vec<u8>>)> {
    vec![("tries".into(), Some(vec![1])), ("code".into(), None)]
}

fn asks(desk: &mut Desk, name: &str) -> Vec<String> {
    begins(desk, name);
    let change = Change::AddSudoer { who: Person::User(user("bob")) };
    let change = Some(Box::new(change));
    desk.ends(Ok(Effects { change, values: kept(), ..Effects::default() }))
}

fn fails(desk: &mut Desk, name: &str) -> Vec<String> {
    begins(desk, name);
    let replies = vec![Reply::from(Content::text("That is not it."))];
    let note = Some(Note::Failed("a wrong password for a:ann".into()));
    desk.ends(Ok(Effects { replies, values: kept(), note, ..Effects::default() }))
}

#[test]
fn values_are_kept_with_the_change_that_they_belong_to_or_not_at_all() {
    let mut desk = Desk::new();
    assert_log!(asks(&mut desk, "root"), @r#"
    [
        "commit test.write done, output handed, value test.tries, value test.code, put sudoer u:irc:bob, audit u:irc:root done test.write",
    ]
    "#);
    desk.commit_all();
    assert_log!(asks(&mut desk, "eve"), @r#"
    [
        "commit test.write done, output handed, audit u:irc:eve deny test.write",
    ]
    "#);
}

#[test]
fn a_failure_is_written_with_what_is_counted_of_it() {
    let mut desk = Desk::new();
    assert_log!(fails(&mut desk, "eve"), @r#"
    [
        "commit test.write done, output handed, value test.tries, value test.code, audit u:irc:eve deny test.write",
    ]
    "#);
    assert_eq!(desk.commits[0].1.audit[0].because, "a wrong password for a:ann");
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to eve in private on irc: That is not it.",
    ]
    "#);
}

#[test]
fn who_guesses_is_soon_met_with_silence_and_his_last_guess_counts() {
    let mut desk = Desk::wary(Limits::default());
    for _ in 0..5 {
        fails(&mut desk, "eve");
        desk.commit_all();
        desk.wait(Duration::from_secs(6));
        desk.commit_all();
    }
    assert_log!(fails(&mut desk, "eve"), @r#"
    [
        "commit test.write done, output handed, value test.tries, value test.code, audit u:irc:eve deny test.write",
        "commit put flood u:irc:eve, audit nuncio done core.policy",
    ]
    "#);
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to eve in private on irc: That is more than 5 within 1m: I ignore you for 10m.",
    ]
    "#);
    assert_log!(desk.says("eve", private("eve"), "write"), @r#"
    [
        "commit test.write done, audit u:irc:eve ignore test.write",
    ]
    "#);
    desk.commit_all();
    // An owner is never silenced.
    for _ in 0..8 {
        fails(&mut desk, "root");
        desk.commit_all();
    }
    assert_eq!(desk.deliveries.len(), 5 + 1 + 8);
}
