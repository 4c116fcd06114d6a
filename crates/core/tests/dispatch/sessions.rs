//! Sessions: who has identified himself by password, from where, and until when.

mod decided;

use std::sync::Arc;
use std::time::Duration;

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::catalogue::Catalogue;
use nuncio_core::content::Content;
use nuncio_core::dispatch::{Input, Limits};
use nuncio_core::event::{self, EventKind, LinkState, Message, Timing};
use nuncio_core::place::Place;
use nuncio_core::plugin::{Effects, Reply, SessionChange};
use nuncio_policy::{AccountName, Change, ManagedKey, PasswordHash, Person, Presence, Speaker};

use crate::desk::{Desk, catalogue, message, network, private, speaker, user};

/// Ann is a sudoer, bob has an account, and root owns the bot.
const FILES: &str = r#"{
    "owners": ["u:irc:root"],
    "sudoers": ["a:ann"],
    "account": {"ann": {}, "bob": {"identities": ["u:irc:bob"]}}
}"#;

fn desk() -> Desk {
    desk_with(Limits::default())
}

fn desk_with(limits: Limits) -> Desk {
    let mut desk = Desk::with(limits);
    desk.declare(FILES);
    sets_password(&mut desk, "one");
    desk
}

fn ann() -> AccountName {
    "ann".parse().unwrap()
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text).unwrap()
}

/// Somebody whom nothing vouches for, where the network would see him leave.
fn at(stay: &str) -> Speaker {
    unseen().at(Presence::new(network(), stay))
}

fn unseen() -> Speaker {
    Speaker::claimed([user("ann!a@h"), user("ann")])
}

fn begin() -> Effects {
    let change = SessionChange::Begin { account: ann(), password: hash("one") };
    Effects { replies: vec![Reply::from(Content::text("You are ann."))], ..session(change) }
}

fn session(change: SessionChange) -> Effects {
    Effects { session: Some(Box::new(change)), ..Effects::default() }
}

fn gone(stay: &str) -> EventKind {
    EventKind::Gone(vec![Presence::new(network(), stay)])
}

fn says(desk: &mut Desk, speaker: &Speaker, place: Place, text: &str) -> Vec<String> {
    let said = Message { speaker: speaker.clone(), ..message("ann", place, text) };
    desk.event(Timing::Live, EventKind::Message(said))
}

/// Somebody's command ends so; nothing of it is written yet.
fn ends(desk: &mut Desk, speaker: &Speaker, effects: Effects) -> Vec<String> {
    says(desk, speaker, private("ann"), "write");
    desk.commit_all();
    desk.ends(Ok(effects))
}

/// Somebody's command ends so, and it is written.
fn does(desk: &mut Desk, speaker: &Speaker, effects: Effects) -> Vec<String> {
    ends(desk, speaker, effects);
    desk.commit_all()
}

fn changes(desk: &mut Desk, change: Change) -> Vec<String> {
    let effects = Effects { change: Some(Box::new(change)), ..Effects::default() };
    does(desk, &speaker("root"), effects)
}

fn sets_password(desk: &mut Desk, text: &str) {
    let password = Some(hash(text));
    let log = changes(desk, Change::SetPassword { account: ann(), password });
    assert!(log.concat().contains("a:ann has a new password"), "{log:?}");
}

/// Whether somebody may run what only sudoers may.
fn may(desk: &mut Desk, speaker: &Speaker) -> bool {
    let log = says(desk, speaker, private("may"), "shell");
    desk.commit_all();
    while !desk.calls.is_empty() {
        desk.answers("done");
        desk.commit_all();
    }
    log == ["commit test.shell started"]
}

fn in_session() -> Desk {
    let mut desk = desk();
    does(&mut desk, &at("1"), begin());
    assert!(may(&mut desk, &at("1")));
    desk
}

#[test]
fn a_session_is_in_force_before_anybody_reads_that_it_is() {
    let mut desk = desk();
    assert!(!may(&mut desk, &at("1")));
    assert_log!(ends(&mut desk, &at("1"), begin()), @r#"
    [
        "commit test.write done, output handed, audit u:irc:ann!a@h (claimed) done test.write",
    ]
    "#);
    let audit = &desk.commits[0].1.audit[0];
    assert_eq!(
        [&*audit.who, &*audit.evidence, &*audit.what, &*audit.outcome, &*audit.because],
        ["u:irc:ann!a@h (claimed)", "claimed", "test.write", "done", "in session as a:ann"]
    );
    assert_log!(says(&mut desk, &at("1"), private("elsewhere"), "shell"), @r#"
    [
        "commit test.shell done, output handed, audit u:irc:ann!a@h (claimed) deny test.shell",
    ]
    "#);
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to ann in private on irc: You are ann.",
        "deliver to elsewhere in private on irc: You may not run shell here (nothing allows a command of level `sudo`). Ask why shell for the reasons.",
    ]
    "#);
    assert!(may(&mut desk, &at("1")));
}

#[test]
fn a_session_is_of_one_stay() {
    let mut desk = in_session();
    assert!(!may(&mut desk, &at("2")));
    assert!(!may(&mut desk, &unseen()));
    desk.event(Timing::Live, gone("2"));
    assert!(may(&mut desk, &at("1")));
}

#[test]
fn a_session_ends_with_the_stay() {
    let mut desk = in_session();
    desk.event(Timing::Live, gone("1"));
    assert!(!may(&mut desk, &at("1")));
}

#[test]
fn no_network_ends_the_sessions_of_another() {
    let mut desk = in_session();
    let other = "oftc".parse().unwrap();
    let event = event::Event {
        network: other,
        key: event::EventKey::new("k"),
        at: desk.now.wall,
        timing: Timing::Live,
        mark: None,
        kind: gone("1"),
    };
    desk.tell(Input::Event(event));
    assert!(may(&mut desk, &at("1")));
}

#[test]
fn sessions_end_with_our_connection() {
    let why = || "cut".to_owned();
    let states = [
        LinkState::Connecting,
        LinkState::Offline { why: why() },
        LinkState::Failed { why: why() },
    ];
    for state in states {
        let mut desk = in_session();
        desk.link(state);
        assert!(!may(&mut desk, &at("1")));
    }
    let mut desk = in_session();
    desk.tell(Input::NoNetwork(network()));
    assert!(!may(&mut desk, &at("1")));
}

#[test]
fn a_session_lasts_no_longer_than_the_limit() {
    let hour = Duration::from_hours(1);
    let mut desk = desk_with(Limits { session: Some(hour), ..Limits::default() });
    does(&mut desk, &at("1"), begin());
    desk.wait(hour);
    assert!(may(&mut desk, &at("1")));
    desk.wait(Duration::from_secs(1));
    assert!(!may(&mut desk, &at("1")));

    does(&mut desk, &at("1"), begin());
    assert!(may(&mut desk, &at("1")), "whoever identifies himself again begins anew");
    desk.wait(Duration::from_mins(2));
    desk.tell(Input::Limits(Limits { session: Some(Duration::from_mins(1)), ..Limits::default() }));
    assert!(!may(&mut desk, &at("1")));
    desk.tell(Input::Limits(Limits { session: None, ..Limits::default() }));
    desk.wait(hour * 24 * 365);
    assert!(may(&mut desk, &at("1")));
}

#[test]
fn whoever_asks_ends_his_session_and_the_log_has_it() {
    let mut desk = in_session();
    ends(&mut desk, &at("1"), session(SessionChange::End));
    let audit = &desk.commits[0].1.audit[0];
    assert_eq!(
        [&*audit.evidence, &*audit.because],
        ["claimed, in session as a:ann", "no longer in session as a:ann"]
    );
    desk.commit_all();
    assert!(!may(&mut desk, &at("1")));
    assert_log!(ends(&mut desk, &at("1"), session(SessionChange::End)), @r#"
    [
        "commit test.write done",
    ]
    "#);
}

#[test]
fn a_session_ends_with_the_password_that_it_began_with() {
    let mut desk = in_session();
    sets_password(&mut desk, "two");
    assert!(!may(&mut desk, &at("1")));

    let mut desk = in_session();
    changes(&mut desk, Change::SetPassword { account: ann(), password: None });
    assert!(!may(&mut desk, &at("1")));

    let mut desk = in_session();
    desk.declare(r#"{"owners": ["u:irc:root"], "account": {"bob": {}}}"#);
    desk.declare(FILES);
    assert!(!may(&mut desk, &at("1")), "the account was gone in between");
}

#[test]
fn a_session_ends_with_its_account() {
    let mut desk = desk();
    let cat: AccountName = "cat".parse().unwrap();
    let password = Some(hash("one"));
    let register = Change::Register { account: cat.clone(), identity: None, password };
    let begin = SessionChange::Begin { account: cat.clone(), password: hash("one") };
    let effects = Effects { change: Some(Box::new(register)), ..session(begin) };
    // Whoever registers is in session at once.
    assert_log!(ends(&mut desk, &at("1"), effects), @r#"
    [
        "commit test.write done, output handed, put account a:cat, put password a:cat, audit u:irc:ann!a@h (claimed) done test.write, audit u:irc:ann!a@h (claimed) done test.write",
    ]
    "#);
    let number = desk.commits[0].1.audit[1].number;
    desk.commit_all();
    let (_, row) = desk.dispatcher.policy().managed().get(&ManagedKey::account(&cat)).unwrap();
    assert_eq!(row, number);
    let grant = Change::AddSudoer { who: Person::Account(cat.clone()) };
    changes(&mut desk, grant);
    assert!(may(&mut desk, &at("1")));
    changes(&mut desk, Change::Unregister { account: cat.clone() });
    assert!(!may(&mut desk, &at("1")));
    // Nor is he whoever is called so next.
    let password = Some(hash("two"));
    let register = Change::Register { account: cat.clone(), identity: None, password };
    let effects = Effects { change: Some(Box::new(register)), ..Effects::default() };
    does(&mut desk, &at("2"), effects);
    changes(&mut desk, Change::AddSudoer { who: Person::Account(cat) });
    assert_eq!(desk.dispatcher.policy().sudoers().count(), 2);
    assert!(!may(&mut desk, &at("1")));
}

#[test]
fn nothing_begins_where_nobody_would_tell_that_it_is_over() {
    let mut desk = desk();
    assert_log!(does(&mut desk, &unseen(), begin()), @r#"
    [
        "deliver to ann in private on irc: I could not see you leave, and whoever has your name after you would be taken for you. Join a room that I am in first.",
    ]
    "#);
    assert!(!may(&mut desk, &unseen()));
}

#[test]
fn whoever_is_gone_before_his_session_begins_leaves_none_behind() {
    let mut desk = desk();
    ends(&mut desk, &at("1"), begin());
    desk.event(Timing::Live, gone("1"));
    desk.commit_all();
    // The next one with that name is another stay.
    assert!(!may(&mut desk, &at("2")));
}

#[test]
fn a_password_that_was_changed_meanwhile_begins_nothing() {
    let mut desk = desk();
    says(&mut desk, &at("1"), private("ann"), "write");
    desk.commit_all();
    let (call, _) = desk.calls.remove(0);
    sets_password(&mut desk, "two");
    desk.tell(Input::Finished { call, result: Ok(begin()) });
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to ann in private on irc: a:ann has got another password meanwhile. Identify yourself with that one.",
    ]
    "#);
    assert!(!may(&mut desk, &at("1")));
}

#[test]
fn a_password_that_is_being_changed_begins_nothing() {
    let mut desk = desk();
    says(&mut desk, &speaker("root"), private("root"), "write");
    says(&mut desk, &at("1"), private("ann"), "write");
    desk.commit_all();
    let password = Some(hash("two"));
    let change = Some(Box::new(Change::SetPassword { account: ann(), password }));
    desk.ends(Ok(Effects { change, ..Effects::default() }));
    desk.ends(Ok(begin()));
    assert_eq!(desk.commits.len(), 2);
    desk.commit_all();
    assert!(!may(&mut desk, &at("1")));
}

#[test]
fn a_plugin_of_somebody_elses_begins_no_session() {
    let mut desk = desk();
    let strangers = Catalogue { trusted: [].into_iter().collect(), ..catalogue() };
    desk.tell(Input::Catalogue(Arc::new(strangers)));
    assert_log!(does(&mut desk, &at("1"), begin()), @r#"
    [
        "deliver to ann in private on irc: You are ann.",
    ]
    "#);
    assert!(!may(&mut desk, &at("1")));
}
