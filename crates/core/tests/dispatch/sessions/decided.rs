//! What is decided by a session, and at which moment.

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::dispatch::Limits;
use nuncio_core::event::{Change as Move, EventKind, Membership, Timing};
use nuncio_core::plugin::{Effects, SessionChange};
use nuncio_policy::{Change, Presence};

use super::{
    FILES, ann, at, begin, desk, does, gone, in_session, may, says, session, sets_password,
};
use crate::desk::{Desk, network, private, room, speaker};

#[test]
fn what_waits_is_decided_without_a_session_that_has_ended() {
    let mut desk = in_session();
    says(&mut desk, &at("1"), private("ann"), "write");
    assert!(says(&mut desk, &at("1"), private("ann"), "shell").is_empty(), "it waits");
    desk.commit_all();
    desk.event(Timing::Live, gone("1"));
    desk.answers("written");
    assert_log!(desk.commit_all(), @r#"
    [
        "deliver to ann in private on irc: written",
        "commit test.shell done, output handed, audit u:irc:ann!a@h (claimed) deny test.shell",
        "deliver to ann in private on irc: You may not run shell here (nothing allows a command of level `sudo`). Ask why shell for the reasons.",
    ]
    "#);
}

#[test]
fn what_is_about_to_begin_does_not_without_its_session() {
    let mut desk = in_session();
    says(&mut desk, &at("1"), private("ann"), "shell");
    desk.event(Timing::Live, gone("1"));
    assert_log!(desk.commit_all(), @r#"
    [
        "commit test.shell done, output handed, audit u:irc:ann!a@h (claimed) deny test.shell",
        "deliver to ann in private on irc: You may not run shell here (nothing allows a command of level `sudo`). Ask why shell for the reasons.",
    ]
    "#);
    assert!(desk.calls.is_empty());
}

#[test]
fn an_answer_stays_when_the_session_has_ended() {
    let mut desk = in_session();
    says(&mut desk, &at("1"), private("ann"), "shell");
    desk.commit_all();
    desk.answers("secret");
    desk.event(Timing::Live, gone("1"));
    assert_log!(desk.commit(), @r#"
    [
        "report undelivered: refused when it was to leave: nothing allows a command of level `sudo`",
        "commit moved to dead (refused when it was to leave: nothing allows a command of level `sudo`)",
    ]
    "#);
}

#[test]
fn a_change_is_made_in_the_session_of_that_moment() {
    let renames = |desk: &mut Desk| {
        let secure = Change::SetSecure { account: ann(), secure: true };
        let effects = Effects { change: Some(Box::new(secure)), ..Effects::default() };
        desk.ends(Ok(effects));
        desk.commit_all()
    };
    let mut desk = in_session();
    says(&mut desk, &at("1"), private("ann"), "write");
    desk.commit_all();
    assert_log!(renames(&mut desk), @r#"
    [
        "deliver to ann in private on irc: A password identifies as a:ann only where a linked identity matches too. To undo it: user set secure a:ann false.",
    ]
    "#);
    let mut desk = in_session();
    says(&mut desk, &at("1"), private("ann"), "write");
    desk.commit_all();
    desk.event(Timing::Live, gone("1"));
    assert_log!(renames(&mut desk), @r#"
    [
        "deliver to ann in private on irc: Nothing vouches for who you are; identify first.",
    ]
    "#);
}

#[test]
fn watchers_and_handlers_know_the_session() {
    let join = || {
        EventKind::Membership(Membership {
            who: at("1"),
            name: "ann".into(),
            room: room("#a").room().cloned(),
            change: Move::Join,
        })
    };
    let mut desk = in_session();
    assert_eq!(desk.event(Timing::Live, join()), ["commit test.greet started"]);
    desk.commit_all();
    desk.answers("hello");
    desk.commit_all();
    assert_eq!(says(&mut desk, &at("1"), room("#a"), "rust++"), ["commit test.karma started"]);
    // Each waits for the one before it, and is decided after that.
    desk.event(Timing::Live, join());
    desk.event(Timing::Live, gone("1"));
    assert_log!(desk.commit_all(), @r#"
    [
        "commit test.karma done, audit u:irc:ann!a@h (claimed) deny test.karma",
        "commit test.greet done, audit u:irc:ann!a@h (claimed) deny test.greet",
    ]
    "#);
    assert!(desk.calls.is_empty());
}

#[test]
fn a_session_beside_an_identity_of_another_account_gives_the_rights_of_neither() {
    let mut desk = desk();
    let bob = speaker("bob").at(Presence::new(network(), "1"));
    desk.declare(&FILES.replace(r#"["a:ann"]"#, r#"["a:ann", "a:bob"]"#));
    assert!(may(&mut desk, &bob));
    does(&mut desk, &bob, begin());
    assert!(!may(&mut desk, &bob));
    does(&mut desk, &bob, session(SessionChange::End));
    assert!(may(&mut desk, &bob));
}

#[test]
fn too_much_is_counted_against_the_account_in_session() {
    let mut desk = Desk::wary(Limits::default());
    desk.declare(r#"{"owners": ["u:irc:root"], "account": {"ann": {}}}"#);
    sets_password(&mut desk, "one");
    for stay in ["1", "2"] {
        does(&mut desk, &at(stay), begin());
        for _ in 0..7 {
            says(&mut desk, &at(stay), room("#a"), "!ping");
            while !desk.calls.is_empty() {
                desk.answers("pong");
            }
            desk.commit_all();
        }
    }
    let managed = desk.dispatcher.policy().managed();
    let floods: Vec<_> = managed.of_kind("flood").map(|(key, ..)| key.as_str()).collect();
    assert_eq!(floods, ["flood a:ann r:irc:#a"]);
}
