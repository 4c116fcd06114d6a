//! Rooms whose people let in whom they like.

use insta::assert_snapshot;

use super::*;

const WANTED: &str = "rooms = [\"#a:x.org\"]\nknock = \"hello\"";
const ID: &str = "!a:x.org";
const OP: &str = "@op:x.org";

fn refused() -> Result<Option<&'static str>, Setback> {
    Err(Setback::Refused("it is closed".to_owned()))
}

impl Bot {
    /// It tries to enter the room that it wants, in vain. What it does then.
    fn is_refused(&mut self) -> Option<Errand> {
        let errand = self.session.next_errand().expect("it is due");
        assert!(matches!(&errand, Errand::Enter(_)), "{errand:?}");
        self.session.errand_ended(&errand, refused());
        self.session.next_errand()
    }

    /// The same; it knocks, and waits.
    fn knocks(&mut self) {
        let errand = self.is_refused().expect("it knocks");
        let Errand::Knock { join, reason, .. } = &errand else { panic!("{errand:?}") };
        assert_eq!((join.room.as_str(), reason.as_str()), ("#a:x.org", "hello"));
        self.session.errand_ended(&errand, Ok(Some(ID)));
    }

    /// Somebody answers its knock.
    fn is_answered(&mut self, by: &str, how: &str) {
        let content = json!({ "membership": how, "reason": "not now" });
        let told = self.member(by, BOT, content, json!({ "membership": "knock" }));
        self.session.left(ID, &[told]);
    }

    /// How many seconds until it tries again, and goes there.
    fn waits(&mut self) -> u64 {
        let (due, now) = (self.session.deadline().expect("it tries again"), self.session.now);
        let due = due.as_secs();
        self.session.at(super::now(due));
        due - now.uptime.as_secs()
    }
}

#[test]
fn whoever_knocks_waits_for_an_invitation() {
    let mut bot = Bot::online(WANTED);
    bot.knocks();
    assert_snapshot!(bot.log(), @"we may not enter r:matrix:!a:x.org: we have knocked: whoever is in the room has to let us in");
    // From anybody: it is this room that is wanted.
    bot.session.asked_in(ID, "@anybody:x.org", false);
    let errand = bot.session.next_errand().expect("it is accepted");
    assert!(matches!(&errand, Errand::Enter(join) if join.room.as_str() == ID), "{errand:?}");
    bot.session.errand_ended(&errand, Ok(Some(ID)));
    bot.told_in(ID, 3, Vec::new());
    assert!(!bot.session.rooms.has_knocked(ID));
}

#[test]
fn nobody_is_asked_who_was_not_to_be() {
    // Not where the configuration says so, not of what nobody has refused, not elsewhere.
    let mut bot = Bot::online("rooms = [\"#a:x.org\"]\nknock = false");
    assert_eq!(bot.is_refused(), None);
    let mut bot = Bot::online(WANTED);
    let errand = bot.session.next_errand().expect("it is due");
    bot.session.errand_ended(&errand, Err(Setback::Hindered("cut".to_owned())));
    assert_eq!(bot.session.next_errand(), None);
    let mut bot = Bot::online("accept_invites = [\"x.org\"]");
    bot.session.asked_in(ID, OP, false);
    assert_eq!(bot.is_refused(), None);
}

#[test]
fn a_room_at_which_nobody_may_knock_says_why_nobody_may_enter() {
    let mut bot = Bot::online(WANTED);
    let errand = bot.is_refused().expect("it knocks");
    bot.session.errand_ended(&errand, Err(Setback::Refused("no knocking".to_owned())));
    assert_snapshot!(bot.log(), @"we may not enter r:matrix:#a:x.org: it is closed");
    assert_eq!(bot.waits(), 60);
}

#[test]
fn whoever_is_turned_away_knocks_again_later_and_not_for_ever() {
    let mut bot = Bot::online(WANTED);
    let mut waits = Vec::new();
    for _ in 0..3 {
        bot.knocks();
        bot.is_answered(OP, "leave");
        waits.push(bot.waits());
    }
    assert_eq!(waits, [120, 480, 1800]);
    assert_eq!(bot.is_refused(), None, "it knocks no more");
    assert_snapshot!(bot.log().lines().skip(1).step_by(2).collect::<Vec<_>>().join("\n"), @r"
    we may not enter r:matrix:!a:x.org: `@op:x.org` turned us away: not now
    we may not enter r:matrix:!a:x.org: `@op:x.org` turned us away: not now
    we may not enter r:matrix:!a:x.org: `@op:x.org` turned us away: not now
    ");
    // It goes on looking whether the room was opened, and begins anew when it was in it.
    assert_eq!(bot.waits(), 1800);
    bot.enters_wanted();
    assert!(bot.is_refused_anew());
}

#[test]
fn a_ban_is_an_answer_and_so_is_taking_it_back() {
    let mut bot = Bot::online(WANTED);
    bot.knocks();
    bot.log();
    bot.is_answered(OP, "ban");
    assert_snapshot!(bot.log(), @"we may not enter r:matrix:!a:x.org: `@op:x.org` banned us: not now");
    bot.waits();
    assert_eq!(bot.is_refused(), None);

    let mut bot = Bot::online(WANTED);
    bot.knocks();
    bot.log();
    bot.is_answered(BOT, "leave");
    assert_snapshot!(bot.log(), @"we may not enter r:matrix:!a:x.org: we took our knock back");
    assert!(matches!(bot.session.next_errand(), Some(Errand::Forget { .. })));
    bot.waits();
    bot.knocks();
}

impl Bot {
    /// The room is open now.
    fn enters_wanted(&mut self) {
        let errand = self.session.next_errand().expect("it is due");
        self.session.errand_ended(&errand, Ok(Some(ID)));
        self.told_in(ID, 3, Vec::new());
    }

    /// It is removed and finds the room closed again. Whether it knocks.
    fn is_refused_anew(&mut self) -> bool {
        self.is_answered(OP, "leave");
        self.waits();
        matches!(self.is_refused(), Some(Errand::Knock { .. }))
    }
}

#[test]
fn somebody_knocks_where_we_are() {
    let mut bot = Bot::online("");
    let ann = "@ann:x.org";
    let knock = json!({ "membership": "knock", "reason": "let me in", "displayname": "Ann" });
    let told = vec![
        bot.member(ann, ann, knock.clone(), json!({ "membership": "leave" })),
        bot.member(ann, ann, json!({ "membership": "leave" }), knock),
    ];
    assert_snapshot!(bot.told(told), @r#"Ann=u:matrix:@ann:x.org knocks Some("let me in")"#);
}
