//! What is asked of the homeserver.

use insta::assert_snapshot;
use nuncio_core::{
    action::{Action, Output},
    content::Content,
    delivery::OutputKey,
    event::MessageId,
    file::File,
    place::{Address, Place},
};

use super::*;

fn to() -> Place {
    Place::Room(
        RoomId::new(&"matrix".parse().expect("a name"), ROOM, CaseMapping::Bytes).expect("a room"),
    )
}

fn key() -> OutputKey {
    OutputKey::of(&"irc".parse().expect("a name"), &EventKey::new("a/b_1"), 0)
}

fn act(bot: &Bot, output: &Output) -> String {
    match bot.session.act(&key(), output) {
        Err(receipt) => format!("{:?}", receipt.stage),
        Ok(job) => {
            let requests = job.requests.iter().map(|request| match request {
                Request::Send { room, kind, content, transaction } => {
                    format!("{kind} to {room} as {}: {content}", transaction.as_str())
                }
                Request::File { room, file, content, transaction } => {
                    format!("{file:?} to {room} as {}: {content}", transaction.as_str())
                }
                other => format!("{other:?}"),
            });
            requests.collect::<Vec<_>>().join("\n")
        }
    }
}

fn done(bot: &Bot, action: Action) -> String {
    act(bot, &Output { action, ..Output::say(to(), Content::text("")) })
}

#[test]
fn answers_are_notices_unless_they_are_to_be_text() {
    let say = |keys: &str, form| {
        done(&Bot::online(keys), Action::Say { content: Content::text("a"), form })
    };
    assert_snapshot!(say("", Form::Text), @r#"m.room.message to !room:example.org as irc_2fa_2fb_5f1_230: {"body":"a","m.mentions":{},"msgtype":"m.notice"}"#);
    assert!(say("notices = false", Form::Text).contains("m.text"));
    assert!(say("notices = false", Form::Notice).contains("m.notice"));
    assert!(say("", Form::Emote).contains("m.emote"));
}

#[test]
fn an_answer_stays_in_the_thread_of_what_it_answers() {
    let mut bot = Bot::online("");
    let thread = json!({
        "msgtype": "m.text", "body": "a", "m.relates_to": { "rel_type": "m.thread", "event_id": "$root" },
    });
    let asked = bot.event("@ann:x.org", "m.room.message", thread);
    bot.told(vec![asked]);
    for (about, wanted) in [
        (
            "$1",
            r#""event_id":"$root","is_falling_back":false,"m.in_reply_to":{"event_id":"$1"},"rel_type":"m.thread""#,
        ),
        ("$2", r#""m.relates_to":{"m.in_reply_to":{"event_id":"$2"}}"#),
    ] {
        let about = Some(MessageId::new(about));
        let said = act(&bot, &Output { about, ..Output::say(to(), Content::text("b")) });
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn a_long_text_becomes_several_messages_with_names_of_their_own() {
    let bot = Bot::online("");
    let content = Content::text("word ".repeat(20_000));
    let said = act(&bot, &Output::say(to(), content));
    let names: Vec<&str> =
        said.lines().filter_map(|line| line.split(" as ").nth(1)?.split(':').next()).collect();
    assert_eq!(names, ["irc_2fa_2fb_5f1_230", "irc_2fa_2fb_5f1_230~1", "irc_2fa_2fb_5f1_230~2"]);
}

#[test]
fn every_action_has_its_request() {
    let bot = Bot::online("");
    let target = || MessageId::new("$1");
    let room = || to().room().cloned().expect("it is a room");
    let all = [
        Action::Edit { target: target(), content: Content::markdown("**b**") },
        Action::React { target: target(), emoji: "👍".into() },
        Action::Retract { target: target() },
        Action::Typing { on: true },
        Action::Join { room: room(), key: None },
        Action::Leave { room: room(), reason: Some("bye".into()) },
        Action::Kick { who: "@eve:x.org".into(), reason: None },
        Action::Topic { text: "t".into() },
        Action::Ban { who: "@eve:x.org".into(), reason: Some("spam".into()) },
        Action::Unban { who: "@eve:x.org".into() },
        Action::Invite { who: "@ann:x.org".into(), reason: None },
        Action::Promote { who: "@ann:x.org".into(), power: Power::Op },
        Action::Demote { who: "@ann:x.org".into(), power: Power::Op },
        Action::Redact { target: target(), reason: Some("spam".into()) },
        Action::Pin { target: target() },
        Action::Unpin { target: target() },
    ];
    let done: Vec<String> = all.into_iter().map(|action| done(&bot, action)).collect();
    assert_snapshot!(done.join("\n"), @r#"
    m.room.message to !room:example.org as irc_2fa_2fb_5f1_230: {"body":"* b","m.mentions":{},"m.new_content":{"body":"b","format":"org.matrix.custom.html","formatted_body":"<strong>b</strong>","m.mentions":{},"msgtype":"m.notice"},"m.relates_to":{"event_id":"$1","rel_type":"m.replace"},"msgtype":"m.notice"}
    m.reaction to !room:example.org as irc_2fa_2fb_5f1_230: {"m.relates_to":{"event_id":"$1","key":"👍","rel_type":"m.annotation"}}
    Redact { room: "!room:example.org", target: "$1", reason: None, transaction: Transaction("irc_2fa_2fb_5f1_230") }
    Typing { room: "!room:example.org", on: true }
    Join(Join { room: "!room:example.org", via: ["example.org"] })
    Leave { room: "!room:example.org", reason: Some("bye") }
    Membership { room: "!room:example.org", who: "@eve:x.org", change: Kick, reason: None }
    Topic { room: "!room:example.org", text: "t" }
    Membership { room: "!room:example.org", who: "@eve:x.org", change: Ban, reason: Some("spam") }
    Membership { room: "!room:example.org", who: "@eve:x.org", change: Unban, reason: None }
    Membership { room: "!room:example.org", who: "@ann:x.org", change: Invite, reason: None }
    Power { room: "!room:example.org", who: "@ann:x.org", power: Op, given: true }
    Power { room: "!room:example.org", who: "@ann:x.org", power: Op, given: false }
    Redact { room: "!room:example.org", target: "$1", reason: Some("spam"), transaction: Transaction("irc_2fa_2fb_5f1_230") }
    Pin { room: "!room:example.org", target: "$1", pinned: true }
    Pin { room: "!room:example.org", target: "$1", pinned: false }
    "#);
}

#[test]
fn what_cannot_be_done_says_why() {
    let bot = Bot::online("");
    for (action, wanted) in [
        (Action::Kick { who: "eve".into(), reason: None }, "`eve` is nobody's Matrix id"),
        (Action::Retract { target: MessageId::new("1") }, "`1` is no message's id"),
        (
            Action::Edit { target: MessageId::new("$1"), content: Content::default() },
            "take it back",
        ),
    ] {
        let why = done(&bot, action);
        assert!(why.contains(wanted), "{why}");
    }
    let network = "matrix".parse().expect("a name");
    let nobody = Place::private(network, Address::new("nobody"));
    let why = act(&bot, &Output::say(nobody, Content::text("a")));
    assert!(why.contains("`nobody` is no room's id"), "{why}");
}

#[test]
fn a_picture_says_how_large_it_is() {
    let bot = Bot::online("");
    let sends = |media_type: &str| {
        let file = File::new("a", media_type, *b"GIF89a\x80\x02\xe0\x01").expect("a file");
        done(&bot, Action::File { file, caption: Content::default() })
    };
    let info = |sent: String| sent.split("\"info\":").nth(1).map(str::to_owned);
    assert_snapshot!(info(sends("image/gif")).expect("it says"), @r#"{"h":480,"mimetype":"image/gif","size":10,"w":640},"m.mentions":{},"msgtype":"m.image"}"#);
    assert!(!sends("application/x-gif").contains("640"));
}

#[test]
fn a_file_bears_its_caption() {
    let bot = Bot::online("");
    let sends = |name: &str, media_type: &str, caption: Content| {
        let file = File::new(name, media_type, *b"secret").expect("a file");
        done(&bot, Action::File { file, caption })
    };
    assert_snapshot!(sends("a.txt", "text/plain", Content::default()), @r#"File("a.txt", text/plain, 6 bytes) to !room:example.org as irc_2fa_2fb_5f1_230: {"body":"a.txt","filename":"a.txt","info":{"mimetype":"text/plain","size":6},"m.mentions":{},"msgtype":"m.file"}"#);
    assert_snapshot!(sends("a.png", "image/png", Content::markdown("**b**")), @r#"File("a.png", image/png, 6 bytes) to !room:example.org as irc_2fa_2fb_5f1_230: {"body":"b","filename":"a.png","format":"org.matrix.custom.html","formatted_body":"<strong>b</strong>","info":{"mimetype":"image/png","size":6},"m.mentions":{},"msgtype":"m.image"}"#);
    for (media_type, wanted) in [("audio/ogg", "m.audio"), ("video/mp4", "m.video")] {
        let sent = sends("a", media_type, Content::default());
        assert!(sent.contains(&format!("\"msgtype\":\"{wanted}\"")), "{sent}");
    }
    // What does not fit beside it is said behind it, under names of its own.
    let long = sends("a.txt", "text/plain", Content::text("word ".repeat(20_000)));
    let lines: Vec<&str> = long.lines().filter_map(|line| line.split(": {").next()).collect();
    assert_snapshot!(lines.join("\n"), @r#"
    File("a.txt", text/plain, 6 bytes) to !room:example.org as irc_2fa_2fb_5f1_230
    m.room.message to !room:example.org as irc_2fa_2fb_5f1_230~1
    m.room.message to !room:example.org as irc_2fa_2fb_5f1_230~2
    "#);
}
