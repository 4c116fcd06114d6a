//! What is said, by whom, and where.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

#[test]
fn whoever_speaks_is_whom_the_homeserver_names() {
    let mut bot = Bot::online("");
    let ann =
        Told { power: Some(Power::Op), name: Some("Ann".into()), ..bot.says("@ann:x.org", "!a") };
    let named = Told { name: Some(" ".into()), ..bot.says("@bob:x.org", "!b") };
    let own = bot.says(BOT, "!c");
    assert_snapshot!(bot.told(vec![ann, named, own]), @r#"
    $1 Ann=u:matrix:@ann:x.org, op, says in r:matrix:!room:example.org: "!a"
    $2 bob=u:matrix:@bob:x.org says in r:matrix:!room:example.org: "!b"
    $3 we, bot=u:matrix:@bot:example.org says in r:matrix:!room:example.org: "!c"
    "#);
}

#[test]
fn kinds_of_speech_are_told_apart() {
    let mut bot = Bot::online("");
    let told = ["m.text", "m.notice", "m.emote", "m.image", "m.key.verification.request"];
    let told = told.map(|kind| {
        bot.event("@ann:x.org", "m.room.message", json!({ "msgtype": kind, "body": "!a" }))
    });
    assert_snapshot!(bot.told(told.into()), @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!a"
    $2 ann=u:matrix:@ann:x.org notes in r:matrix:!room:example.org: "!a"
    $3 ann=u:matrix:@ann:x.org does in r:matrix:!room:example.org: "!a"
    $4 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "" | [!a](<https://matrix.to/#/!room:example.org/$4>) (image)
    unknown: m.key.verification.request
    "#);
}

#[test]
fn html_is_read_and_the_quote_of_an_answer_is_not() {
    let mut bot = Bot::online("");
    let html = json!({
        "msgtype": "m.text", "body": "> <@bob:x.org> old\n> older\n\n!new", "format": "org.matrix.custom.html",
        "formatted_body": "<mx-reply>old</mx-reply><b>!new</b><script>x</script>",
        "m.relates_to": { "m.in_reply_to": { "event_id": "$0" } },
    });
    let answer = bot.event("@ann:x.org", "m.room.message", html);
    let quote = bot.says("@ann:x.org", "> !not a command\n\n!nor this");
    let other = bot.event(
        "@ann:x.org",
        "m.room.message",
        json!({
            "msgtype": "m.text", "body": "a", "format": "rtf", "formatted_body": "{b}",
        }),
    );
    assert_snapshot!(bot.told(vec![answer, quote, other]), @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!new" | **!new**
    $2 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "> !not a command\n\n!nor this"
    $3 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "a"
    "#);
}

#[test]
fn only_the_speaker_changes_what_he_said() {
    let mut bot = Bot::online("");
    let first = bot.says("@ann:x.org", "helo");
    let change = |target: &str| {
        json!({
            "msgtype": "m.text", "body": "* hello", "m.new_content": { "msgtype": "m.text", "body": "hello" },
            "m.relates_to": { "rel_type": "m.replace", "event_id": target },
        })
    };
    let his = bot.event("@ann:x.org", "m.room.message", change("$1"));
    let anothers = bot.event("@eve:x.org", "m.room.message", change("$1"));
    let unknown = bot.event("@eve:x.org", "m.room.message", change("$99"));
    let empty = bot.event("@ann:x.org", "m.room.message", json!({
        "msgtype": "m.text", "body": "!run", "m.relates_to": { "rel_type": "m.replace", "event_id": "$1" },
    }));
    assert_snapshot!(bot.told(vec![first, his, anothers, unknown, empty]), @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "helo"
    $1 ann=u:matrix:@ann:x.org corrects in r:matrix:!room:example.org: "hello"
    unknown: a change of what is not known
    unknown: a change of what is not known
    "#);
    let elsewhere = bot.event("@ann:x.org", "m.room.message", change("$1"));
    bot.session.knows(["!other:x.org".to_owned()]);
    assert_snapshot!(bot.told_in("!other:x.org", 3, vec![elsewhere]), @"
    we are in r:matrix:!other:x.org
    unknown: a change of what is not known
    ");
}

#[test]
fn reactions_have_a_target_and_a_sign() {
    let mut bot = Bot::online("");
    let by = |key: Value| json!({ "m.relates_to": { "rel_type": "m.annotation", "event_id": "$0", "key": key } });
    let good = bot.event("@ann:x.org", "m.reaction", by("👍".into()));
    let own = bot.event(BOT, "m.reaction", by("👍".into()));
    let bad = [by("".into()), by(1.into()), by("x".repeat(200).into()), json!({})];
    let bad = bad.map(|content| bot.event("@ann:x.org", "m.reaction", content));
    assert_snapshot!(bot.told([vec![good, own], bad.into()].concat()), @"
    =u:matrix:@ann:x.org reacts to $0 by 👍
    unknown: a malformed reaction
    unknown: a malformed reaction
    unknown: a malformed reaction
    unknown: a malformed reaction
    ");
}

#[test]
fn only_what_was_opened_is_a_command() {
    let mut bot = Bot::online("");
    let closed =
        Told { seal: Seal::Closed, ..bot.event("@ann:x.org", "m.room.encrypted", json!({})) };
    let forged = Told { seal: Seal::Forged, ..bot.says("@owner:x.org", "!shutdown") };
    let state = bot.member("@eve:x.org", BOT, json!({ "membership": "ban" }), json!({}));
    let state = Told { seal: Seal::Opened, ..state };
    let opened = Told { seal: Seal::Opened, ..bot.says("@ann:x.org", "!ping") };
    assert_snapshot!(bot.told(vec![closed, forged, state, opened]), @r#"
    unknown: an encrypted message without its key
    unknown: an encrypted message under somebody else's name
    unknown: state within a message
    $4 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!ping"
    "#);
}

#[test]
fn a_conversation_with_one_person_is_private_until_a_third_comes() {
    let mut bot = Bot::online("");
    let told = Told { power: Some(Power::Owner), ..bot.says("@ann:x.org", "psst") };
    let mut update = Update {
        room: ROOM.to_owned(),
        direct: true,
        members: 2,
        since: Since::Now,
        timeline: vec![told],
        ..Update::default()
    };
    bot.session.update(&update);
    assert_snapshot!(bot.log(), @r#"$1 ann=u:matrix:@ann:x.org says in !room:example.org in private on matrix: "psst""#);
    update.members = 3;
    bot.session.update(&update);
    update.members = 2;
    update.direct = false;
    bot.session.update(&update);
    assert_snapshot!(bot.log(), @r#"
    $1 ann=u:matrix:@ann:x.org, owner, says in r:matrix:!room:example.org: "psst"
    $1 ann=u:matrix:@ann:x.org, owner, says in r:matrix:!room:example.org: "psst"
    "#);
    let mut bot = Bot::online(&format!("rooms = [\"{ROOM}\"]"));
    update.direct = true;
    bot.session.update(&update);
    assert_snapshot!(bot.log(), @r#"$1 ann=u:matrix:@ann:x.org, owner, says in r:matrix:!room:example.org: "psst""#);
}

proptest! {
    /// Whatever stands in an event, it is read or it is not.
    #[test]
    fn no_event_breaks_anything(
        kind in "m\\.room\\.(message|member|encrypted|tombstone)|m\\.reaction",
        content in "\\{\"(msgtype|body|m.relates_to|membership|m.new_content)\":(\"m.text\"|null|1|\\{\"rel_type\":\"m.replace\"\\}|[]{}\",:a-z0-9]{0,12})\\}",
        junk in "[]{}\",:$@a-z0-9]{0,40}",
    ) {
        let mut bot = Bot::online("");
        let whole = format!(r#"{{"event_id":"$1","sender":"@a:b","type":"{kind}","content":{content}}}"#);
        for json in [whole, junk] {
            bot.told(vec![Told { json, seal: Seal::Open, name: None, power: None }]);
        }
    }
}

#[test]
fn whoever_takes_back_what_another_said_removes_it() {
    let mut bot = Bot::online("");
    let said = bot.says("@ann:x.org", "a");
    let old = json!({ "redacts": "$1" });
    let his = bot.event_with("@ann:x.org", "m.room.redaction", json!({}), old);
    let new = json!({ "redacts": "$1", "reason": "spam" });
    let anothers = bot.event("@op:x.org", "m.room.redaction", new.clone());
    let own = bot.event(BOT, "m.room.redaction", new);
    let none = bot.event("@op:x.org", "m.room.redaction", json!({}));
    assert_snapshot!(bot.told(vec![said, his, anothers, own, none]), @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "a"
    ann=u:matrix:@ann:x.org takes back $1
    op=u:matrix:@op:x.org removes $1
    "#);
}

#[test]
fn what_somebody_else_says_a_room_is_about_is_told() {
    let mut bot = Bot::online("");
    let mut about = |who: &str, key: Value, topic: Value| {
        bot.event_with(who, "m.room.topic", json!({ "topic": topic }), key)
    };
    let (state, elsewhere) = (|| json!({ "state_key": "" }), json!({ "state_key": "x" }));
    let told = vec![
        about("@ann:x.org", state(), json!("tea")),
        about("@ann:x.org", state(), json!("")),
        about("@ann:x.org", elsewhere, json!("elsewhere")),
        about("@ann:x.org", json!({}), json!("no state")),
        about("@ann:x.org", state(), json!(["no text"])),
        about(BOT, state(), json!("ours")),
    ];
    assert_snapshot!(bot.told(told), @r#"
    ann=u:matrix:@ann:x.org says what r:matrix:!room:example.org is about: "tea"
    ann=u:matrix:@ann:x.org says what r:matrix:!room:example.org is about: ""
    unknown: m.room.topic
    unknown: m.room.topic
    unknown: a malformed topic
    unknown: our own topic
    "#);
}
