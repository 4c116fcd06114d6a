//! What is done without anybody's asking.

use insta::assert_snapshot;

use super::*;

const NEW: &str = "!new:example.org";

impl Bot {
    /// The room that it wants to enter next.
    fn next_room(&mut self) -> Option<String> {
        match self.session.next_errand()? {
            Errand::Enter(join) => Some(join.room.to_string()),
            other => panic!("{other:?}"),
        }
    }

    /// The alias leads to the room.
    fn enters(&mut self, alias: &str, room: &str) {
        let errand = self.session.next_errand().expect("it is to be entered");
        assert!(
            matches!(&errand, Errand::Enter(join) if join.room.as_str() == alias),
            "{errand:?}"
        );
        self.session.errand_ended(&errand, Ok(Some(room)));
    }

    fn ends(&mut self, room: &str, successor: &str) {
        let (room, successor) = (room.to_owned(), Some(successor.to_owned()));
        self.session.update(&Update {
            room,
            members: 3,
            since: Since::Now,
            successor,
            ..Update::default()
        });
        self.log();
    }

    fn is_removed(&mut self, by: &str, how: &str) {
        let before = json!({ "membership": "join" });
        let told = self.member(by, BOT, json!({ "membership": how }), before);
        self.session.left(ROOM, &[told]);
        self.log();
    }
}

#[test]
fn only_some_may_ask_us_in() {
    let mut bot =
        Bot::online("accept_invites = [\"example.org\", \"@ann:x.org\"]\nrooms = [\"!own:x.org\"]");
    // It tries by itself, in vain.
    bot.next_room().expect("a room of its own");
    let mut asked = |room: &str, sender: &str, membership: &str| {
        let state = json!({
            "type": "m.room.member", "sender": sender, "state_key": BOT,
            "content": { "membership": membership, "is_direct": true },
        });
        bot.session.invited(room, ["x", &state.to_string()]);
        bot.next_room()
    };
    let enters = |room: &str| Some(room.to_owned());
    assert_eq!(asked("!1:x.org", "@ann:x.org", "invite"), enters("!1:x.org"));
    assert_eq!(asked("!1:x.org", "@ann:x.org", "invite"), None);
    assert_eq!(asked("!2:x.org", "@bob:example.org", "invite"), enters("!2:x.org"));
    assert_eq!(asked("!3:x.org", "@eve:x.org", "invite"), None);
    assert_eq!(asked("!3:x.org", "@eve:x.org", "invite"), None);
    assert_eq!(asked("!4:x.org", "@ann:x.org", "join"), None);
    assert_eq!(asked("!own:x.org", "@eve:x.org", "invite"), enters("!own:x.org"));
    assert_snapshot!(bot.log(), @"
    =u:matrix:@ann:x.org asks us to r:matrix:!1:x.org
    =u:matrix:@bob:example.org asks us to r:matrix:!2:x.org
    =u:matrix:@eve:x.org asks us to r:matrix:!3:x.org
    =u:matrix:@eve:x.org asks us to r:matrix:!own:x.org
    ");
}

#[test]
fn a_room_that_will_not_have_us_is_asked_ever_more_seldom() {
    let mut bot = Bot::new("rooms = [\"#a:x.org\"]\nknock = false");
    bot.session.online(None, []);
    let mut waits = Vec::new();
    let mut at = 0;
    for _ in 0..7 {
        let errand = bot.session.at(now(at)).next_errand().expect("it is due");
        assert_eq!(bot.session.next_errand(), None);
        bot.session.errand_ended(&errand, Err(Setback::Refused("no".to_owned())));
        let due = bot.session.deadline().expect("it is tried again").as_secs();
        waits.push(due - at);
        at = due;
    }
    assert_eq!(waits, [60, 120, 240, 480, 960, 1800, 1800]);
}

#[test]
fn an_invitation_is_not_left_open_for_ever() {
    let mut bot = Bot::online("decline_after = \"1h\"");
    bot.session.asked_in("!1:x.org", "@eve:x.org", false);
    assert_eq!(bot.session.next_errand(), None);
    assert_eq!(bot.session.deadline(), Some(std::time::Duration::from_hours(1)));
    let room = "!1:x.org".try_into().expect("a room");
    assert_eq!(bot.session.at(now(3_600)).next_errand(), Some(Errand::Decline { room }));
    assert_eq!((bot.session.next_errand(), bot.session.deadline()), (None, None));
    // Somebody told us to enter before.
    bot.session.at(now(0)).asked_in("!2:x.org", "@eve:x.org", false);
    bot.told_in("!2:x.org", 2, Vec::new());
    assert_eq!(bot.session.at(now(9_999)).next_errand(), None);
}

#[test]
fn whoever_removes_us_sees_us_again_unless_we_are_banned() {
    let wanted = "rooms = [\"#a:x.org\"]";
    for (keys, by, how, due) in [
        (wanted, "@op:x.org", "leave", Some(10)),
        ("rooms = [\"#a:x.org\"]\nrejoin_after = \"1m\"", "@op:x.org", "leave", Some(60)),
        ("rooms = [\"#a:x.org\"]\nrejoin = false", "@op:x.org", "leave", None),
        (wanted, "@op:x.org", "ban", None),
        ("", "@op:x.org", "leave", None),
    ] {
        let mut bot = Bot::online(keys);
        if !keys.is_empty() {
            bot.enters("#a:x.org", ROOM);
        }
        bot.is_removed(by, how);
        let deadline = bot.session.deadline().map(|due| due.as_secs());
        assert_eq!(deadline, due, "{keys} {how}");
    }
    let mut bot = Bot::online(wanted);
    bot.enters("#a:x.org", ROOM);
    let mut waits = Vec::new();
    let mut at = 0;
    for _ in 0..3 {
        bot.is_removed("@op:x.org", "leave");
        let due = bot.session.deadline().expect("it goes back").as_secs();
        waits.push(due - at);
        at = due;
        bot.session.at(now(at));
        bot.enters("#a:x.org", ROOM);
        bot.told(Vec::new());
    }
    assert_eq!(waits, [10, 20, 40]);
}

#[test]
fn a_room_that_we_leave_is_forgotten() {
    let mut bot = Bot::online("");
    bot.is_removed(BOT, "leave");
    let room = ROOM.try_into().expect("a room");
    assert_eq!(bot.session.next_errand(), Some(Errand::Forget { room }));
    bot.is_removed("@op:x.org", "ban");
    assert_eq!(bot.session.next_errand(), None);
}

#[test]
fn a_wanted_room_is_followed_where_it_goes_on() {
    let mut bot = Bot::online("rooms = [\"#a:x.org\"]");
    bot.enters("#a:x.org", ROOM);
    bot.ends(ROOM, NEW);
    let errand = bot.session.next_errand().expect("it is followed");
    assert_snapshot!(format!("{errand:?}"), @r#"Follow { from: "!room:example.org", join: Join { room: "!new:example.org", via: ["example.org"] } }"#);
    // It is asked for once.
    bot.ends(ROOM, NEW);
    assert_eq!(bot.session.next_errand(), None);
    bot.session.errand_ended(&errand, Ok(Some(NEW)));
    bot.told_in(NEW, 3, Vec::new());
    // From now on it is the new one that is wanted.
    let told = bot.member(
        "@op:x.org",
        BOT,
        json!({ "membership": "leave" }),
        json!({ "membership": "join" }),
    );
    bot.session.left(NEW, &[told]);
    assert!(bot.session.deadline().is_some());
}

#[test]
fn what_is_not_wanted_is_not_followed() {
    let mut bot = Bot::online("");
    bot.ends(ROOM, NEW);
    assert_eq!(bot.session.next_errand(), None);
    let mut bot = Bot::online("rooms = [\"#a:x.org\"]");
    bot.enters("#a:x.org", ROOM);
    bot.ends(ROOM, ROOM);
    bot.ends(ROOM, "no room");
    assert_eq!(bot.session.next_errand(), None);
}

#[test]
fn an_end_that_is_told_before_the_way_is_known_is_followed() {
    let mut bot = Bot::online("rooms = [\"#a:x.org\"]");
    bot.ends(ROOM, NEW);
    bot.enters("#a:x.org", ROOM);
    assert!(matches!(bot.session.next_errand(), Some(Errand::Follow { .. })));
}

#[test]
fn what_was_read_is_shown_if_that_is_wanted() {
    for (keys, shown) in [("receipts = true", true), ("", false)] {
        let mut bot = Bot::online(keys);
        let said = vec![bot.says("@ann:x.org", "a"), bot.says("@ann:x.org", "b")];
        bot.told(said);
        let read = bot.session.next_errand().map(|errand| format!("{errand:?}"));
        let last = "Read { room: \"!room:example.org\", event: \"$2\" }".to_owned();
        assert_eq!(read, shown.then_some(last));
        let own = bot.says(BOT, "c");
        bot.told(vec![own]);
        assert_eq!(bot.session.next_errand(), None);
    }
}

#[test]
fn whoever_asks_us_into_rooms_without_end_keeps_nobody_else_from_asking() {
    let mut bot = Bot::new("accept_invites = [\"@ann:x.org\"]\n");
    bot.session.online(None, []);
    bot.log();
    for room in 0..2000 {
        bot.session.asked_in(&format!("!{room}:evil.test"), "@eve:evil.test", false);
    }
    let asked = bot.session.events().count();
    assert_eq!(asked, 1024);
    bot.session.asked_in("!tea:x.org", "@ann:x.org", false);
    assert_eq!(bot.log(), "=u:matrix:@ann:x.org asks us to r:matrix:!tea:x.org");
    assert!(matches!(bot.session.next_errand(), Some(Errand::Enter(_))));
}
