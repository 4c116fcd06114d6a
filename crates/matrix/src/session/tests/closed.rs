//! Messages that wait for their keys.

use insta::assert_snapshot;

use super::*;

impl Bot {
    /// Somebody says something that cannot be opened, so many hours ago.
    fn closed(&mut self, hours: i64) -> Told {
        let at = now(0).wall.as_millisecond() - hours * 3_600_000;
        let more = json!({ "origin_server_ts": at });
        let told = self.event_with("@ann:x.org", "m.room.encrypted", json!({}), more);
        Told { seal: Seal::Closed, ..told }
    }

    /// The message with this number is opened.
    fn opens(&mut self, number: u32) -> String {
        let numbers = std::mem::replace(&mut self.numbers, number - 1);
        let opened = Told { seal: Seal::Opened, ..self.says("@ann:x.org", "!opened") };
        self.numbers = numbers;
        let (room, since) = (ROOM.to_owned(), Since::Reopened);
        let late = vec![opened];
        self.session.update(&Update { room, members: 3, since, late, ..Update::default() });
        self.log()
    }
}

#[test]
fn what_waits_for_its_key_is_not_passed_over() {
    let mut bot = Bot::online("");
    let told = vec![bot.says("@ann:x.org", "a"), bot.closed(0), bot.says("@ann:x.org", "b")];
    assert_snapshot!(bot.told(told), @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "a"
    unknown: an encrypted message without its key at $1
    $3 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "b" at $1
    "#);
    assert_eq!(bot.session.heard().collect::<Vec<_>>(), [(ROOM.to_owned(), "$1".to_owned())]);
    assert_snapshot!(bot.opens(2), @r#"(late) $2 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!opened" at $3"#);
    let told = vec![bot.says("@ann:x.org", "c")];
    assert_snapshot!(bot.told(told), @r#"$4 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "c""#);
}

#[test]
fn what_has_waited_for_too_long_is_passed_over() {
    let mut bot = Bot::online("");
    let told = vec![bot.says("@ann:x.org", "a"), bot.closed(24), bot.says("@ann:x.org", "b")];
    assert_snapshot!(bot.told(told), @r#"
    $1 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "a"
    unknown: an encrypted message without its key
    $3 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "b"
    "#);
    let told = vec![bot.closed(23)];
    bot.told(told);
    bot.session.at(now(3600));
    let told = vec![bot.says("@ann:x.org", "c")];
    assert_snapshot!(bot.told(told), @r#"$5 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "c""#);
}

#[test]
fn what_the_house_has_settled_is_where_it_goes_on() {
    let mut bot = Bot::new("");
    let mark = Mark {
        source: nuncio_core::cursor::Source::new(ROOM).expect("a name"),
        at: nuncio_core::cursor::Position::new("$0").expect("a name"),
    };
    let network = "matrix".parse().expect("a name");
    bot.session.resume(&[nuncio_core::cursor::Cursor { network, mark, time: now(0).wall }]);
    bot.session.online(None, [ROOM.to_owned()]);
    bot.log();
    // The library knows nothing any more.
    let (room, since) = (ROOM.to_owned(), Since::Absence);
    let timeline = vec![bot.closed(1), bot.says("@ann:x.org", "!x")];
    bot.session.update(&Update { room, members: 3, since, timeline, ..Update::default() });
    assert_snapshot!(bot.log(), @r#"
    (late) unknown: an encrypted message without its key at $0
    (late) $2 ann=u:matrix:@ann:x.org says in r:matrix:!room:example.org: "!x" at $0
    archive: Heard { late: 2 } at $0
    "#);
}

#[test]
fn counts_and_alarms_are_for_the_house() {
    let mut bot = Bot::online("");
    bot.session.counted("keys", 2);
    bot.session.counted("keys", 1);
    bot.session.alarm("nothing is said");
    assert_snapshot!(bot.log(), @r"
    keys: 2
    keys: 3
    alarm: nothing is said
    ");
}
