//! Sudoers, grants and rules.

use nuncio_policy::{Declared, Managed, Registry};

use crate::managed::house::House;
use crate::world::networks;

const OWNER: &str = "u:console:local";

#[test]
fn an_owner_makes_sudoers_and_nobody_else_does() {
    let mut house = House::new(r#"sudoers = ["u:irc:sue"]"#);
    let add = r#"{"add_sudoer":{"who":"u:irc:bob"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:sue", add), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask("?u:console:local", add), @"no: nothing vouches for who you are; identify first");
    insta::assert_snapshot!(house.ask("bot", add), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, add), @"u:irc:bob is a sudoer [sudo rm u:irc:bob]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "a.b", None, "sudo"), @"allow by access: sudoer `u:irc:bob` (audit row 1)");
    insta::assert_snapshot!(house.ask(OWNER, add), @"no: that is so already: `u:irc:bob` (audit row 1)");
    let declared = r#"{"add_sudoer":{"who":"u:irc:sue"}}"#;
    insta::assert_snapshot!(house.ask(OWNER, declared), @"no: that is so already: `u:irc:sue` (policy.sudoers[0])");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"remove_sudoer":{"who":"u:irc:sue"}}"#), @"no: `u:irc:sue` stands in a file, at `policy.sudoers[0]`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"remove_sudoer":{"who":"u:irc:eve"}}"#), @"no: there is nothing to remove: `u:irc:eve` is no sudoer");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"remove_sudoer":{"who":"u:irc:bob"}}"#), @"u:irc:bob is no sudoer any more [sudo add u:irc:bob]");
    assert!(house.managed.is_empty());
}

#[test]
fn a_right_goes_to_whom_the_network_can_vouch_for() {
    let mut house = House::new("");
    let give = |who: &str| format!(r#"{{"add_sudoer":{{"who":"{who}"}}}}"#);
    insta::assert_snapshot!(house.ask(OWNER, &give("u:irc:bob!b@host")), @"no: nothing can vouch for `u:irc:bob!b@host`; name the account that the network vouches for");
    insta::assert_snapshot!(house.ask(OWNER, &give("u:irc:b*")), @"no: nothing can vouch for `u:irc:b*`; name the account that the network vouches for");
    insta::assert_snapshot!(house.ask(OWNER, &give("o:xmpp:room@muc.example.org/bob")), @"no: nothing can vouch for `u:xmpp:room@muc.example.org/bob`; name the account that the network vouches for");
    insta::assert_snapshot!(house.ask(OWNER, &give("a:bob")), @"no: there is no account `a:bob`");
    insta::assert_snapshot!(house.ask(OWNER, &give("u:ircc:bob")), @"no: no network `ircc` is configured; did you mean `irc`?");
}

#[test]
fn grants_are_given_for_ever_or_for_a_while() {
    let mut house = House::new(
        r#"
[[grant]]
to = "u:irc:carol"
what = "shell.run"
"#,
    );
    let grant = r#"{"grant":{"to":"u:irc:bob","what":"shell.run"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:bob", grant), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, grant), @"u:irc:bob may run `shell.run` [modaccess rm u:irc:bob shell.run]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "shell.run", None, "sudo"), @"allow by access: grant shell.run to u:irc:bob (audit row 1)");
    insta::assert_snapshot!(house.ask(OWNER, grant), @"no: that is so already: `shell.run to u:irc:bob` (audit row 1)");
    let carol = r#"{"grant":{"to":"u:irc:carol","what":"shell.run"}}"#;
    insta::assert_snapshot!(house.ask(OWNER, carol), @"no: that is so already: `shell.run to u:irc:carol` (policy.grant[0])");
    let revoke = r#"{"revoke":{"to":"u:irc:carol","what":"shell.run","temporary":false}}"#;
    insta::assert_snapshot!(house.ask(OWNER, revoke), @"no: `shell.run` stands in a file, at `policy.grant[0]`; change it there");
    let elevate = r#"{"grant":{"to":"u:irc:bob","what":"shell.run","elevate":true}}"#;
    insta::assert_snapshot!(house.ask(OWNER, elevate), @"u:irc:bob may run `shell.run`, at the level of owners too [modaccess add u:irc:bob shell.run]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "shell.run", None, "owner"), @"allow by access: grant shell.run to u:irc:bob elevated (audit row 2)");
    let tsec = r#"{"grant":{"to":"u:irc:bob","what":"games","lease":{"until":"2026-11-22T13:00:00Z","room":"r:irc:#a"}}}"#;
    insta::assert_snapshot!(house.ask(OWNER, tsec), @"u:irc:bob may run the plugin `games` until 2026-11-22T13:00:00Z [tsec rm u:irc:bob games]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "games.dice", None, "sudo"), @"allow by access: grant games to u:irc:bob until 2026-11-22T13:00:00Z (audit row 3)");
    let longer = tsec.replace("13:00", "14:00");
    insta::assert_snapshot!(house.ask(OWNER, &longer), @"u:irc:bob may run the plugin `games` until 2026-11-22T14:00:00Z; it replaces the grant until 2026-11-22T13:00:00Z [tsec u:irc:bob games 2026-11-22T13:00:00Z]");
    let past = tsec.replace("13:00", "12:00");
    insta::assert_snapshot!(house.ask(OWNER, &past), @"no: `2026-11-22T12:00:00Z` is over already");
    let end = r#"{"revoke":{"to":"u:irc:bob","what":"games","temporary":true}}"#;
    insta::assert_snapshot!(house.ask(OWNER, end), @"u:irc:bob has no temporary grant of `games` any more [tsec u:irc:bob games 2026-11-22T14:00:00Z]");
    insta::assert_snapshot!(house.ask(OWNER, end), @"no: there is nothing to remove: `u:irc:bob` has no such grant of `games`");
}

#[test]
fn what_cannot_be_granted_is_not() {
    let mut house = House::new(
        r#"
[account.bob]
identities = ["u:irc:bob"]
capabilities = ["-games"]
"#,
    );
    let grant =
        |what: &str| format!(r#"{{"grant":{{"to":"a:bob","what":"{what}","elevate":true}}}}"#);
    insta::assert_snapshot!(house.ask(OWNER, &grant("modaccess")), @"no: `modaccess` changes rights or code: it is for owners, and granted to nobody");
    insta::assert_snapshot!(house.ask(OWNER, &grant("config.set")), @"no: `config.set` changes rights or code: it is for owners, and granted to nobody");
    insta::assert_snapshot!(house.ask(OWNER, &grant("shell")), @"no: `shell` is a plugin, and its grant reaches no command of owners; grant the command in full");
    insta::assert_snapshot!(house.ask(OWNER, &grant("games.dice")), @"no: the anticapability `-games` (policy.account.bob.capabilities) stands against that, so that it would never count; give `games` instead");
    assert!(house.log.is_empty());
}

#[test]
fn what_has_had_its_time_is_ended_by_the_bot_itself() {
    let mut house = House::new("");
    let until = |time: &str| {
        format!(
            r#"{{"grant":{{"to":"u:irc:bob","what":"games","lease":{{"until":"{time}","room":"r:irc:#a"}}}}}}"#
        )
    };
    assert_eq!(house.managed.next_expiry(), None);
    house.ask(OWNER, &until("2026-11-22T12:05:00Z"));
    house.ask(OWNER, r#"{"ignore":{"who":"u:irc:eve","until":"2026-11-22T12:10:00Z"}}"#);
    house.ask(OWNER, r#"{"ignore":{"who":"u:irc:mal"}}"#);
    let at = |time: &str| time.parse::<jiff::Timestamp>().unwrap();
    assert_eq!(house.managed.next_expiry(), Some(at("2026-11-22T12:05:00Z")));
    assert!(house.managed.expired(at("2026-11-22T12:04:59Z")).is_empty());
    let expire = r#"{"expire":{"key":"temporary u:irc:bob games"}}"#;
    insta::assert_snapshot!(house.ask("bot", expire), @"no: there is nothing to remove: `temporary u:irc:bob games` has no end yet");
    insta::assert_snapshot!(house.ask(OWNER, expire), @"no: the bot does that by itself");
    let later = at("2026-11-22T12:10:00Z");
    let due = house.managed.expired(later);
    assert_eq!(due.len(), 2);
    for (_, change) in due {
        house.make(None, change, later).unwrap();
    }
    assert_eq!(house.managed.next_expiry(), None);
    assert_eq!(house.managed.len(), 1);
}

#[test]
fn rules_from_chat_stand_after_the_declared_ones_and_say_whom_they_overrule() {
    let mut house = House::new(r#"bw_list = ["b * shell.*", "b p:xmpp games.*"]"#);
    let read = |house: &House, text: &str| match house.policy.read_rule(text) {
        Ok(rule) => format!(r#"{{"add_rule":{{"rule":"{rule}"}}}}"#),
        Err(error) => error.to_string(),
    };
    let rule = read(&house, "w  u:irc:Bob   shell.run,play");
    insta::assert_snapshot!(rule, @r#"{"add_rule":{"rule":"w u:irc:bob shell.run,play"}}"#);
    insta::assert_snapshot!(house.ask("u:irc:bob", &rule), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, &rule), @"rule `w u:irc:bob shell.run,play` stands last; it overrules `b * shell.*` (policy.bw_list[0]) wherever both match [bw remove 1]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "shell.run", None, "everyone"), @"allow by access: the command is for everyone");
    insta::assert_snapshot!(house.ask(OWNER, &rule), @"no: that is so already");
    let black = read(&house, "b u:irc:bob play");
    insta::assert_snapshot!(house.ask(OWNER, &black), @"rule `b u:irc:bob play` stands last; it overrules `w u:irc:bob shell.run,play` (audit row 1) wherever both match [bw remove 2]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "music.play", None, "everyone"), @"deny by bw_list: rule `b u:irc:bob play` (audit row 2)");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"remove_rule":{"number":1}}"#), @"rule 1 is removed [bw add w u:irc:bob shell.run,play]");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"remove_rule":{"number":1}}"#), @"no: there is nothing to remove: no rule from chat has the number 1");
    let remove = |house: &House, text: &str| match house.policy.read_rule_to_remove(text) {
        Ok(change) => change.to_string(),
        Err(error) => error.to_string(),
    };
    insta::assert_snapshot!(remove(&house, "2"), @"bw remove 2");
    insta::assert_snapshot!(remove(&house, "b  u:irc:Bob play"), @"bw remove 2");
    insta::assert_snapshot!(remove(&house, "b * shell.*"), @"`b * shell.*` stands in a file, at `policy.bw_list[0]`; change it there");
    insta::assert_snapshot!(remove(&house, "b * music.*"), @"there is nothing to remove: no rule says `b * music.*`");
    insta::assert_snapshot!(read(&house, "b * u:irc:bob"), @"`u:irc:bob` names no command; the third field says which commands; did you swap the fields?");
    insta::assert_snapshot!(read(&house, "b %(x)s *"), @"`%(x)s` is not defined; define it in `[policy.define]`");
    insta::assert_snapshot!(read(&house, "b * a; b * b"), @"that is not one rule; write `b FROM ID` or `w FROM ID`");
    insta::assert_snapshot!(read(&house, "b a:nobody *"), @"no account `a:nobody` is declared; declare it in `[policy.account.nobody]`");
}

#[test]
fn a_name_that_nothing_has_is_refused_with_what_is_meant() {
    let command = |name: &str| name.parse().unwrap();
    let names = ["shell.run", "games.dice", "rooms.list.all"];
    let registry = Registry::of(names.map(command));
    let mut house = House::of(Declared::default(), Managed::default(), networks(), registry);
    let grant = |what: &str| format!(r#"{{"grant":{{"to":"u:irc:bob","what":"{what}"}}}}"#);
    insta::assert_snapshot!(house.ask(OWNER, &grant("shel.run")), @"no: no command `shel.run` is installed; did you mean `shell.run`?");
    insta::assert_snapshot!(house.ask(OWNER, &grant("game")), @"no: no plugin `game` is installed; did you mean `games`?");
    insta::assert_snapshot!(house.ask(OWNER, &grant("list.all")), @"no: no command `list.all` is installed; name it in full: `rooms.list.all`");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"disable":{"command":"dise"}}"#), @"no: no command `dise` is installed; did you mean `dice`?");
    insta::assert_snapshot!(house.policy.read_rule("b * dise").unwrap_err(), @"no command `dise` is installed; did you mean `dice`?");
    assert!(house.log.is_empty());
}
