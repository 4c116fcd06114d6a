//! What is shown rather than said.

use insta::assert_snapshot;

use super::*;

fn shows(kind: &str, content: Value) -> String {
    let mut bot = Bot::online("");
    let event = bot.event("@ann:x.org", kind, content);
    bot.told(vec![event])
}

#[test]
fn a_caption_is_what_is_said_and_a_name_is_not() {
    let file = json!({
        "msgtype": "m.file", "body": "!shutdown", "url": "mxc://x.org/a",
        "info": { "mimetype": "text/plain", "size": 12 },
    });
    assert_snapshot!(shows("m.room.message", file.clone()), @r#"$1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "" | [!shutdown](<https://matrix.to/#/!room:example.org/$1>) (file, text/plain, 12 bytes)"#);
    let mut same = file.clone();
    same["filename"] = "!shutdown".into();
    assert_eq!(shows("m.room.message", same), shows("m.room.message", file));
    let captioned = json!({
        "msgtype": "m.image", "body": "!sell it", "filename": "cat.png", "url": "mxc://x.org/a",
        "format": "org.matrix.custom.html", "formatted_body": "<b>!sell</b> it",
    });
    assert_snapshot!(shows("m.room.message", captioned), @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!sell it" | **!sell** it

    [cat.png](<https://matrix.to/#/!room:example.org/$1>) (image)
    "#);
    let voice = json!({
        "msgtype": "m.audio", "body": "Voice", "info": { "size": -1, "mimetype": 3 },
        "org.matrix.msc3245.voice": {},
    });
    assert_snapshot!(shows("m.room.message", voice), @r#"$1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "" | [Voice](<https://matrix.to/#/!room:example.org/$1>) (voice message)"#);
}

#[test]
fn an_answer_by_a_file_says_what_it_answers_and_leaves_its_quote_out() {
    let answer = json!({
        "msgtype": "m.image", "body": "> <@bob:x.org> old\n\n!new", "filename": "a.png",
        "m.relates_to": { "m.in_reply_to": { "event_id": "$0" } },
    });
    assert_snapshot!(shows("m.room.message", answer), @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!new" | !new

    [a.png](<https://matrix.to/#/!room:example.org/$1>) (image)
    "#);
}

#[test]
fn places_stickers_and_polls_say_what_they_are() {
    for (geo, wanted) in
        [("geo:51.5,-0.1", "geo:51.5,-0.1"), ("javascript:x()", "\"\" | here (place)")]
    {
        let place = json!({ "msgtype": "m.location", "body": "here", "geo_uri": geo });
        let place = shows("m.room.message", place);
        assert!(place.contains(wanted) && !place.contains("javascript"), "{place}");
    }
    assert_snapshot!(shows("m.sticker", json!({ "body": "a cat", "url": "mxc://x.org/a" })), @r#"$1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "" | [a cat](<https://matrix.to/#/!room:example.org/$1>) (sticker)"#);
    let old = json!({ "org.matrix.msc3381.poll.start": {
        "question": { "org.matrix.msc1767.text": "Tea?" },
        "answers": [{ "id": "1", "org.matrix.msc1767.text": "yes" }, { "id": "2" }, 3],
    } });
    let new = json!({ "m.poll": {
        "question": { "m.text": [{ "body": "Tea?" }] }, "answers": [{ "m.text": [{ "body": "yes" }] }],
    } });
    let old = shows("org.matrix.msc3381.poll.start", old);
    assert_eq!(old, shows("m.poll.start", new));
    assert_snapshot!(old, @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "" | [Tea?](<https://matrix.to/#/!room:example.org/$1>) (poll)

    1. yes
    "#);
}

#[test]
fn what_is_none_of_them_is_unknown() {
    let change = json!({ "rel_type": "m.replace", "event_id": "$1" });
    let nothing = [
        ("m.poll.start", json!({})),
        ("m.poll.end", json!({ "m.text": "!x" })),
        ("m.room.message", json!({ "msgtype": "m.new", "body": "!x" })),
        ("m.sticker", json!({ "body": "b", "m.relates_to": change })),
    ];
    for (kind, content) in nothing {
        let shown = shows(kind, content);
        assert!(shown.starts_with("unknown: "), "{shown}");
    }
    let long = json!({ "msgtype": "m.file", "body": "ż".repeat(9_000), "filename": 1 });
    assert!(shows("m.room.message", long).len() < 2_000);
}
