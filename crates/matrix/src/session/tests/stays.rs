//! Where we are, who else is there, and what was said before.

use insta::assert_snapshot;

use super::*;

#[test]
fn what_was_said_before_we_came_is_past() {
    let mut bot = Bot::new("");
    bot.session.online(None, []);
    let before = bot.says("@ann:x.org", "!before");
    let arrival =
        bot.member(BOT, BOT, json!({ "membership": "join" }), json!({ "membership": "invite" }));
    let renamed = bot.member(
        BOT,
        BOT,
        json!({ "membership": "join", "displayname": "N" }),
        json!({ "membership": "join" }),
    );
    let after = bot.says("@ann:x.org", "!after");
    assert_snapshot!(bot.told(vec![before, arrival, renamed, after]), @r#"
    we are called bot
    online
    we are in r:matrix:!room:example.org
    (history) $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!before"
    (history) bot=u:matrix:@bot:example.org comes
    N=u:matrix:@bot:example.org is called N now
    $4 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!after"
    archive: Heard { late: 0 } at $4
    "#);
    let unseen = bot.says("@ann:x.org", "!when");
    assert_snapshot!(bot.told_in("!other:x.org", 3, vec![unseen]), @r#"
    we are in r:matrix:!other:x.org
    (history) $5 ann=u:matrix:@ann:x.org says in r:matrix:!other:x.org: "!when"
    archive: Heard { late: 0 } at $5
    "#);
    let seen = bot.says("@ann:x.org", "!now");
    assert_snapshot!(bot.told_in("!other:x.org", 3, vec![seen]), @r#"$6 ann=u:matrix:@ann:x.org says in r:matrix:!other:x.org: "!now""#);
}

#[test]
fn an_account_that_is_new_here_has_nothing_but_a_past() {
    let mut bot = Bot::new("");
    bot.session.online(None, [ROOM.to_owned()]);
    let said = bot.says("@ann:x.org", "!x");
    let room = ROOM.to_owned();
    bot.session.update(&Update { room, members: 3, timeline: vec![said], ..Update::default() });
    assert_snapshot!(bot.log(), @r#"
    we are called bot
    online
    we are in r:matrix:!room:example.org
    (history) $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!x"
    archive: Heard { late: 0 } at $1
    "#);
}

#[test]
fn what_was_said_while_we_were_away_is_late() {
    let mut bot = Bot::online("");
    let (gap, told) = (bot.says("@ann:x.org", "!first"), bot.says("@ann:x.org", "!second"));
    let told = Told { power: Some(Power::Op), ..told };
    let (room, since) = (ROOM.to_owned(), Since::Absence);
    let (late, timeline) = (vec![gap], vec![told]);
    bot.session.update(&Update { room, members: 3, since, late, timeline, ..Update::default() });
    assert_snapshot!(bot.log(), @r#"
    (late) $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!first"
    (late) $2 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!second"
    archive: Heard { late: 2 } at $2
    "#);
}

#[test]
fn people_come_and_go() {
    let mut bot = Bot::online("");
    let (ann, op) = ("@ann:x.org", "@op:x.org");
    let join = json!({ "membership": "join", "displayname": "Ann" });
    let told = vec![
        bot.member(ann, ann, join.clone(), json!({ "membership": "invite" })),
        bot.member(ann, ann, json!({ "membership": "join", "displayname": "Anna" }), join.clone()),
        bot.member(ann, ann, join.clone(), join.clone()),
        bot.member(ann, ann, json!({ "membership": "leave", "reason": "bye" }), join.clone()),
        bot.member(op, ann, json!({ "membership": "leave", "reason": "spam" }), join),
        bot.member(op, ann, json!({ "membership": "ban" }), json!({ "membership": "leave" })),
        bot.member(op, ann, json!({ "membership": "leave" }), json!({ "membership": "ban" })),
        bot.member(op, ann, json!({ "membership": 1 }), json!({})),
    ];
    assert_snapshot!(bot.told(told), @r#"
    Ann=u:matrix:@ann:x.org comes
    Anna=u:matrix:@ann:x.org is called Anna now
    Ann=u:matrix:@ann:x.org goes Some("bye")
    Ann=u:matrix:@ann:x.org is removed Some("spam")
    @ann:x.org=u:matrix:@ann:x.org is banned None
    "#);
}

#[test]
fn we_say_why_we_are_gone() {
    for (sender, membership) in [("@op:x.org", "leave"), ("@op:x.org", "ban"), (BOT, "leave")] {
        let mut bot = Bot::online("");
        let now = json!({ "membership": membership, "reason": "no bots" });
        let told = bot.member(sender, BOT, now, json!({ "membership": "join" }));
        bot.session.left(ROOM, &[told]);
        bot.session.left(ROOM, &[]);
        let why = bot.log();
        assert!(why.starts_with("we are not in r:matrix:!room:example.org: "), "{why}");
        let wanted = match membership {
            "ban" => "`@op:x.org` banned us: no bots",
            _ if sender == BOT => "we left",
            _ => "`@op:x.org` removed us: no bots",
        };
        assert!(why.ends_with(wanted), "{why}");
    }
}

#[test]
fn what_is_opened_late_moves_no_cursor() {
    let mut bot = Bot::online("");
    let opened = Told { seal: Seal::Opened, ..bot.says("@ann:x.org", "!x") };
    let (room, since) = (ROOM.to_owned(), Since::Reopened);
    let late = vec![opened];
    bot.session.update(&Update { room, members: 3, since, late, ..Update::default() });
    let events: Vec<Event> = bot.session.events().collect();
    assert!(matches!(&*events, [Event { timing: Timing::Late, mark: None, .. }]), "{events:?}");
}
