//! Sessions as scripts, and laws over any input.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::config::{Config, ConfigError};

const NOW: Duration = Duration::ZERO;

fn house(toml: &str) -> Arc<House> {
    let config: Config = toml::from_str(toml).expect("a config");
    let settings =
        config.settings(
            "socket".parse().expect("a name"),
            "x".into(),
            1000,
            |source| match source {
                nuncio_core::config::SecretSource::Text(secret) => Ok(secret.clone()),
                _ => Err(ConfigError::Nobody),
            },
        );
    Arc::new(House { settings: settings.expect("settings"), bot: "nuncio".into() })
}

fn session(toml: &str, uid: u32) -> Session {
    Session::new(house(toml), Peer::Unix { uid })
}

const TOKENS: &str = "tokens = [{ name = \"ci\", token = \"hunter2\" }]\n";

/// What a session does, a line each: sent lines as they are, other steps by name.
fn show(steps: impl IntoIterator<Item = Step>) -> String {
    let mut shown = String::new();
    for step in steps {
        let line = match step {
            Step::Send(response) => protocol::to_line(&response),
            Step::Open(person) => {
                let acks = if person.acks { ", acks" } else { "" };
                format!("open {} as {}{acks}\n", person.speaker, person.name)
            }
            Step::Hear(heard) => {
                let Heard { line, id, room, text, form } = heard;
                let id = id.map_or("-".into(), |id| id.to_string());
                let room = room.map_or("private".into(), |room| format!("in {room}"));
                format!("hear {line} {id} {room} {form:?} {text:?}\n")
            }
            Step::Join { room, .. } => format!("join {room}\n"),
            Step::Leave { room, .. } => format!("leave {room}\n"),
            Step::Commands { .. } => "commands\n".into(),
            Step::Ack(key) => format!("ack {key}\n"),
            Step::Close => "close\n".into(),
        };
        shown.write_str(&line).expect("a string");
    }
    shown
}

fn run(session: &mut Session, bytes: &[u8]) -> String {
    let mut input = bytes;
    let mut all = Vec::new();
    loop {
        match session.read(&mut input, NOW) {
            Progress::Steps(steps) => all.extend(steps),
            Progress::Wait(_) => panic!("the script is too long for the bucket"),
            Progress::Hungry => break,
        }
    }
    all.extend(session.end());
    show(all)
}

#[test]
fn a_user_of_this_machine_needs_no_greeting() {
    let script = br#"{"type":"say","id":1,"text":"ping"}
        {"type":"ping"}
        {"type":"commands","id":"c"}
        {"type":"ack","key":"k#1"}
        {"type":"bye"}
        {"type":"ping"}"#;
    insta::assert_snapshot!(run(&mut session("", 1000), script), @r#"
    open u:socket:uid/1000 as uid/1000
    hear 1 1 private Text "ping"
    {"type":"pong"}
    commands
    ack k#1
    close
    "#);
}

#[test]
fn a_token_makes_him_somebody() {
    let script = br#"{"type":"hello","id":0,"protocol":1,"token":"hunter2","name":" \u001bAnn\n ","acks":true}
        {"type":"hello","protocol":1}"#;
    insta::assert_snapshot!(run(&mut session(TOKENS, 1234), script), @r#"
    open u:socket:ci as Ann, acks
    {"type":"hello","to":0,"protocol":1,"server":"nuncio","version":"0.1.0","bot":"nuncio","you":"u:socket:ci","verified":true,"max_line_bytes":65536,"rooms":["lobby"]}
    {"type":"error","code":"order","reason":"`hello` is for the first line of a connection","line":2}
    close
    "#);
}

#[test]
fn who_is_nobody_is_sent_away() {
    let table = [
        (r#"{"type":"say","id":1,"text":"ping"}"#, "nothing vouches for you"),
        (r#"{"type":"ping","id":1}"#, "nothing vouches for you"),
        (r#"{"type":"bye","id":1}"#, "nothing vouches for you"),
        (r#"{"type":"hello","id":1,"protocol":1}"#, "nothing vouches for you"),
        (r#"{"type":"hello","id":1,"protocol":1,"token":"hunter"}"#, "this token is nobody's"),
        (
            r#"{"type":"hello","id":1,"protocol":2,"token":"hunter2"}"#,
            "protocol 2 is not spoken here: speak 1",
        ),
    ];
    for (line, expected) in table {
        let lines = format!("{line}\n{{\"type\":\"say\",\"text\":\"x\"}}\n");
        let shown = run(&mut session(TOKENS, 1234), lines.as_bytes());
        let (first, rest) = shown.split_once('\n').expect("two lines");
        assert!(first.contains(expected) && first.contains("\"to\":1"), "{line}: {first}");
        assert_eq!(rest, "close\n", "{line}");
    }
}

#[test]
fn what_cannot_be_read_is_answered_and_the_session_goes_on() {
    let mut script = Vec::new();
    script.extend(b"hello?\n{\"type\":\"say\",\"id\":7}\n{\"type\":\"sing\",\"id\":8}\n\xff\xfe\n");
    script.extend(vec![b'x'; 70_000]);
    script.extend(b"\n\n{\"type\":\"ping\"}\n");
    insta::assert_snapshot!(run(&mut session("", 1000), &script), @r#"
    {"type":"error","code":"malformed","reason":"expected a JSON object","line":1,"column":1}
    {"type":"error","to":7,"code":"malformed","reason":"missing field `text`","line":2,"column":21}
    {"type":"error","to":8,"code":"unknown_type","reason":"`sing` is not a type of request: say `hello`, `say`, `join`, `leave`, `commands`, `ping`, `ack` or `bye`","line":3}
    {"type":"error","code":"malformed","reason":"this byte is not UTF-8","line":4,"column":1}
    {"type":"error","code":"too_long","reason":"a line has at most 65536 bytes: say it in several","line":5}
    open u:socket:uid/1000 as uid/1000
    {"type":"pong"}
    close
    "#);
}

#[test]
fn rooms_are_those_of_the_configuration() {
    let script = br#"{"type":"say","id":1,"text":"hi","room":"lobby"}
        {"type":"join","room":"attic"}
        {"type":"join","room":"lobby"}
        {"type":"join","id":2,"room":"lobby"}
        {"type":"say","id":3,"text":"waves","room":"lobby","form":"emote"}
        {"type":"leave","room":"lobby"}
        {"type":"leave","room":"lobby"}"#;
    insta::assert_snapshot!(run(&mut session("rooms = [\"lobby\", \"den\"]", 0), script), @r#"
    open u:socket:uid/0 as uid/0
    {"type":"error","to":1,"code":"room","reason":"you are not in this room: `join` it first","line":1}
    {"type":"error","code":"room","reason":"there is no such room: there is den, lobby","line":2}
    join lobby
    {"type":"joined","to":2,"room":"lobby"}
    hear 5 3 in lobby Emote "waves"
    leave lobby
    {"type":"error","code":"room","reason":"you are not in this room","line":7}
    close
    "#);
}

#[test]
fn who_is_too_fast_waits_and_loses_nothing() {
    let mut session = session("burst = 2\nlines_per_second = 10", 1000);
    let mut input: &[u8] = b"{\"type\":\"ping\",\"id\":1}\n{\"type\":\"ping\",\"id\":2}\n{\"type\":\"ping\",\"id\":3}\n";
    assert!(matches!(session.read(&mut input, NOW), Progress::Steps(_)));
    assert!(matches!(session.read(&mut input, NOW), Progress::Steps(_)));
    let wait = Duration::from_millis(100);
    assert_eq!(session.read(&mut input, NOW), Progress::Wait(wait));
    assert_eq!(session.read(&mut input, wait / 2), Progress::Wait(wait / 2));
    let pong = Step::Send(Response::Pong { to: Some(RequestId::Number(3)) });
    assert_eq!(session.read(&mut input, wait), Progress::Steps(vec![pong]));
    assert_eq!(session.read(&mut input, wait), Progress::Hungry);
}

/// Lines that mean something, and lines that do not.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        r#"{"type":"hello","protocol":1,"token":"hunter2"}"#,
        r#"{"type":"say","id":1,"text":"a"}"#,
        r#"{"type":"join","room":"lobby"}"#,
        r#"{"type":"leave","room":"lobby"}"#,
        r#"{"type":"say","text":"a","room":"lobby"}"#,
        r#"{"type":"commands"}"#,
        r#"{"type":"bye"}"#,
    ]);
    prop_oneof![
        known.prop_map(|line| line.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    /// However the bytes are cut, the session does the same; and it keeps its promises.
    #[test]
    fn chunks_make_no_difference(
        lines in prop::collection::vec(line(), 0..12),
        cuts in prop::collection::vec(1_usize..30, 1..9),
        uid in 999_u32..1001,
    ) {
        let bytes = lines.join(&b'\n');
        let house = house(&format!("{TOKENS}burst = 1000\nallow_uids = [1000]"));
        let mut whole = Session::new(Arc::clone(&house), Peer::Unix { uid });
        let expected = run(&mut whole, &bytes);
        let mut cut = Session::new(house, Peer::Unix { uid });
        let (mut rest, mut sizes, mut steps) = (bytes.as_slice(), cuts.iter().cycle(), Vec::new());
        while !rest.is_empty() {
            let size = sizes.next().map_or(1, |size| *size.min(&rest.len()));
            let (mut chunk, tail) = rest.split_at(size);
            rest = tail;
            while let Progress::Steps(more) = cut.read(&mut chunk, NOW) {
                steps.extend(more);
            }
        }
        steps.extend(cut.end());
        let opened = steps.iter().position(|step| matches!(step, Step::Open(_)));
        let heard = steps.iter().position(|step| {
            !matches!(step, Step::Open(_) | Step::Close | Step::Send(Response::Error(_)))
        });
        prop_assert!(heard.is_none_or(|heard| opened.is_some_and(|opened| opened < heard)));
        prop_assert!(uid == 1000 || opened.is_none() || bytes.windows(7).any(|part| part == b"hunter2"));
        prop_assert_eq!(steps.iter().filter(|step| **step == Step::Close).count(), 1);
        prop_assert_eq!(steps.last(), Some(&Step::Close));
        prop_assert_eq!(show(steps), expected);
    }
}
