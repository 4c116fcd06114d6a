//! Which words become commands.

use insta::assert_debug_snapshot as assert_log;
use nuncio_core::event::{EventKind, Form, Timing, Unreadable};

use crate::desk::{Desk, message, private, room};

#[test]
fn a_command_runs_and_its_answer_leaves_while_it_is_committed() {
    let mut desk = Desk::new();
    assert_log!(desk.says("bob", room("#a"), "!ping"), @r#"
    [
        "run test.ping for u:irc:bob",
    ]
    "#);
    assert_log!(desk.answers("pong"), @r#"
    [
        "commit test.ping done, output handed",
        "deliver to r:irc:#a: pong",
    ]
    "#);
}

#[test]
fn what_the_bot_or_another_bot_said_is_no_command() {
    let mut desk = Desk::new();
    let said = message("bob", room("#a"), "!ping");
    let own = nuncio_core::event::Message { own: true, ..said.clone() };
    let notice = nuncio_core::event::Message { form: Form::Notice, ..said.clone() };
    assert!(desk.event(Timing::Live, EventKind::Message(own)).is_empty());
    assert!(desk.event(Timing::Live, EventKind::Message(notice)).is_empty());
    assert!(desk.event(Timing::Live, EventKind::Edit(said.clone())).is_empty());
    assert!(desk.event(Timing::History, EventKind::Message(said.clone())).is_empty());
    assert_eq!(desk.event(Timing::Live, EventKind::Message(said)).len(), 1);
}

#[test]
fn a_late_command_runs_or_is_reported_as_it_declares() {
    let mut desk = Desk::new();
    let ping = message("bob", room("#a"), "!ping");
    assert_eq!(desk.event(Timing::Late, EventKind::Message(ping)), ["run test.ping for u:irc:bob"]);
    desk.answers("pong");
    let write = message("bob", room("#a"), "!write");
    assert_log!(desk.event(Timing::Late, EventKind::Message(write)), @r#"
    [
        "commit test.write done, output handed",
        "deliver to r:irc:#a: I was away when you asked for write. Repeat it if you still want it.",
    ]
    "#);
}

#[test]
fn unknown_commands_are_answered_in_private_and_passed_over_in_rooms() {
    let mut desk = Desk::new();
    assert!(desk.says("bob", room("#a"), "!pong").is_empty());
    assert_log!(desk.says("bob", private("bob"), "pong"), @r#"
    [
        "commit core.unknown done, output handed",
        "deliver to bob in private on irc: There is no command `pong`; did you mean `ping`?",
    ]
    "#);
    // `shell` would be as near as `ping` is, and bob may not run it.
    assert_log!(desk.says("bob", private("bob"), "shel"), @r#"
    [
        "commit core.unknown done, output handed",
        "deliver to bob in private on irc: There is no command `shel`. help lists those that you may run.",
    ]
    "#);
}

#[test]
fn what_cannot_be_read_is_answered_in_private_to_whoever_is_not_ignored() {
    let mut desk = Desk::new();
    let unreadable = |name: &str, place| {
        let (speaker, name) = (crate::desk::speaker(name), name.into());
        EventKind::Unreadable(Unreadable { speaker, name, place, by: "OMEMO".into() })
    };
    assert!(desk.event(Timing::Live, unreadable("bob", room("#a"))).is_empty());
    assert!(desk.event(Timing::Late, unreadable("bob", private("bob"))).is_empty());
    assert_log!(desk.event(Timing::Live, unreadable("bob", private("bob"))), @r#"
    [
        "commit core.unknown done, output handed",
        "deliver to bob in private on irc: I cannot read that: it is encrypted with OMEMO, which I do not speak. Turn it off for this conversation, and say it again.",
    ]
    "#);
    desk.declare(r#"{"ignore": [{"who": "u:irc:bob"}]}"#);
    let log = desk.event(Timing::Live, unreadable("bob", private("bob")));
    assert!(!log.iter().any(|line| line.starts_with("deliver")), "{log:?}");
}

#[test]
fn what_is_for_private_is_not_done_in_a_room_and_not_repeated() {
    let mut desk = Desk::new();
    let told = desk.says("ann", room("#a"), "!confide ann hunter2++");
    assert_log!(told, @r#"
    [
        "commit test.confide done, output handed",
        "deliver to r:irc:#a: Say confide to me in private: I did nothing. Others could read what you wrote here; if there was a password in it, choose another.",
    ]
    "#);
    // Nor is it by mistake.
    for line in ["!confide ann hunter2 hunter2", "!confide hunter2"] {
        let told = desk.says("ann", room("#a"), line);
        assert!(told.iter().any(|line| line.contains("in private")), "{told:?}");
        assert!(!format!("{told:?}").contains("hunter2"), "{told:?}");
    }
    assert!(!format!("{:?}", desk.commits).contains("hunter2"));
    assert_log!(desk.says("ann", private("ann"), "confide ann hunter2 hunter2"), @r#"
    [
        "commit test.confide done, output handed",
        "deliver to ann in private on irc: `…` is more than the command takes (quotes make one of several words). Usage: confide <name> <password>",
    ]
    "#);
    assert_log!(desk.says("ann", private("ann"), "confide ann hunter2++"), @r#"
    [
        "commit test.confide started",
    ]
    "#);
    assert_log!(desk.commit_all(), @r#"
    [
        "run test.confide for u:irc:ann",
    ]
    "#);
    assert!(!format!("{:?}", desk.commits).contains("hunter2"));
}

#[test]
fn the_same_event_is_handled_once() {
    let mut desk = Desk::new();
    let ping = message("bob", room("#a"), "!ping");
    let event = |message| nuncio_core::event::Event {
        network: crate::desk::network(),
        key: nuncio_core::event::EventKey::new("same"),
        at: jiff::Timestamp::UNIX_EPOCH,
        timing: Timing::Live,
        mark: None,
        kind: EventKind::Message(message),
    };
    let first = desk.tell(nuncio_core::dispatch::Input::Event(event(ping.clone())));
    assert_eq!(first.len(), 1);
    assert!(desk.tell(nuncio_core::dispatch::Input::Event(event(ping))).is_empty());
}

#[test]
fn of_a_late_event_runs_what_has_not_run() {
    let late = |text| nuncio_core::event::Event {
        network: crate::desk::network(),
        key: nuncio_core::event::EventKey::new("same"),
        at: jiff::Timestamp::UNIX_EPOCH,
        timing: Timing::Late,
        mark: None,
        kind: EventKind::Message(message("ann", room("#a"), text)),
    };
    let keys = Desk::new().dispatcher.keys(&late("!write ++"));
    let names: Vec<_> = keys.iter().map(nuncio_core::event::EventKey::as_str).collect();
    assert_eq!(names, ["same", "same@test.karma"]);
    for (handled, runs) in [
        (&[][..], ["test.karma", "test.write"].as_slice()),
        (&[0], &["test.karma"]),
        (&[1], &["test.write"]),
        (&[0, 1], &[]),
    ] {
        let mut desk = Desk::new();
        let handled = handled.iter().map(|index: &usize| keys[*index].clone()).collect();
        let mut log =
            desk.tell(nuncio_core::dispatch::Input::Late { event: late("!write ++"), handled });
        log.extend(desk.commit_all());
        while !desk.calls.is_empty() {
            log.extend(desk.answers("done"));
            log.extend(desk.commit_all());
        }
        let told = log.join("\n");
        for name in ["test.karma", "test.write"] {
            assert_eq!(told.contains(name), runs.contains(&name), "{runs:?}: {told}");
        }
    }
}

#[test]
fn a_name_addresses_the_bot_as_its_network_calls_it() {
    let mut desk = Desk::new();
    let name = EventKind::OwnName { room: None, name: "nuncio_".into() };
    desk.event(Timing::Live, name);
    assert!(desk.says("bob", room("#a"), "nuncio: ping").is_empty());
    assert_eq!(desk.says("bob", room("#a"), "Nuncio_, ping"), ["run test.ping for u:irc:bob"]);
}

#[test]
fn a_cooldown_holds_for_one_person() {
    let mut desk = Desk::new();
    desk.says("bob", room("#a"), "!slow");
    desk.answers("done");
    desk.commit_all();
    assert_log!(desk.says("bob", room("#b"), "!slow"), @r#"
    [
        "commit test.slow done, output handed",
        "deliver to r:irc:#b: Not so fast: again in 10 s.",
    ]
    "#);
    assert_eq!(desk.says("ann", room("#b"), "!slow"), ["run test.slow for u:irc:ann"]);
    desk.wait(std::time::Duration::from_secs(10));
    assert_eq!(desk.says("bob", room("#a"), "!slow"), ["run test.slow for u:irc:bob"]);
}
