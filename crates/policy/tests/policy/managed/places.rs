//! Ignores, lobotomies and what is switched off.

use crate::managed::house::House;

const OWNER: &str = "u:console:local";

const PEOPLE: &str = r#"
[account.ann]
identities = ["u:irc:ann"]
capabilities = ["admin"]
[account.olga]
identities = ["u:irc:olga", "u:xmpp:olga@example.org"]
capabilities = ["r:irc:#a,op"]
[[ignore]]
who = "u:irc:mal"
[[disable]]
command = "games.dice"
[room."r:irc:#b"]
lobotomized = true
"#;

#[test]
fn an_admin_ignores_everywhere_and_an_op_in_the_room() {
    let mut house = House::new(PEOPLE);
    let eve = r#"{"ignore":{"who":"u:irc:*!*@spam.example"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:olga", eve), @"no: that takes the capability `admin`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:ann", eve), @"u:irc:*!*@spam.example is ignored [admin ignore remove u:irc:*!*@spam.example]");
    insta::assert_snapshot!(house.decide("?u:irc:eve!e@spam.example", "x.y", None, "everyone"), @"ignore by ignored: ignore `u:irc:*!*@spam.example` (audit row 1)");
    let here = r#"{"ignore":{"who":"u:irc:eve","room":"r:irc:#a","until":"2026-11-22T13:00:00Z"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:ann", here), @"no: that takes the capability `r:irc:#a,op`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:olga", here), @"u:irc:eve is ignored in r:irc:#a until 2026-11-22T13:00:00Z [channel ignore remove r:irc:#a u:irc:eve]");
    insta::assert_snapshot!(house.decide("u:irc:eve", "x.y", Some("r:irc:#a"), "everyone"), @"ignore by ignored: ignore `u:irc:eve in r:irc:#a until 2026-11-22T13:00:00Z` (audit row 2)");
    insta::assert_snapshot!(house.ask("u:irc:olga", here), @"no: that is so already");
    let unignore = r#"{"unignore":{"who":"u:irc:eve","room":"r:irc:#a"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:olga", unignore), @"u:irc:eve is not ignored in r:irc:#a any more [channel ignore add r:irc:#a u:irc:eve 2026-11-22T13:00:00Z]");
    insta::assert_snapshot!(house.ask("u:irc:olga", unignore), @"no: there is nothing to remove: `u:irc:eve` is not ignored there");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"unignore":{"who":"u:irc:mal"}}"#), @"no: `u:irc:mal` stands in a file, at `policy.ignore[0]`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"ignore":{"who":"u:irc:mal"}}"#), @"no: that is so already: `u:irc:mal` (policy.ignore[0])");
}

#[test]
fn nobody_ends_an_ignore_of_himself() {
    let mut house = House::new(PEOPLE);
    for who in ["a:ann", "u:irc:ann", "u:irc:a*"] {
        house.ask(OWNER, &format!(r#"{{"ignore":{{"who":"{who}"}}}}"#));
        let unignore = format!(r#"{{"unignore":{{"who":"{who}"}}}}"#);
        let refused = house.ask("u:irc:ann", &unignore);
        assert_eq!(refused, format!("no: `{who}` stands against you yourself; ask an owner"));
        let shorter = format!(r#"{{"ignore":{{"who":"{who}","until":"2026-11-22T12:00:01Z"}}}}"#);
        assert_eq!(house.ask("u:irc:ann", &shorter), refused);
    }
}

#[test]
fn a_flood_is_the_bots_to_ignore_and_never_shortens() {
    let mut house = House::new(PEOPLE);
    let flood = r#"{"flood":{"who":"u:irc:eve","until":"2026-11-22T12:05:00Z"}}"#;
    insta::assert_snapshot!(house.ask(OWNER, flood), @"no: the bot does that by itself");
    insta::assert_snapshot!(house.ask("bot", flood), @"u:irc:eve is ignored until 2026-11-22T12:05:00Z, for a flood [admin ignore remove u:irc:eve]");
    insta::assert_snapshot!(house.decide("u:irc:eve", "x.y", None, "everyone"), @"ignore by ignored: ignore `u:irc:eve until 2026-11-22T12:05:00Z, for a flood` (audit row 1)");
    insta::assert_snapshot!(house.ask("bot", &flood.replace(":05:", ":04:")), @"no: that is so already: `u:irc:eve until 2026-11-22T12:05:00Z, for a flood` (audit row 1)");
    insta::assert_snapshot!(house.ask("bot", &flood.replace(":05:", ":10:")), @"u:irc:eve is ignored until 2026-11-22T12:10:00Z, for a flood [admin ignore add u:irc:eve 2026-11-22T12:05:00Z]");
    insta::assert_snapshot!(house.ask("u:irc:ann", r#"{"unignore":{"who":"u:irc:eve"}}"#), @"u:irc:eve is not ignored any more [admin ignore add u:irc:eve 2026-11-22T12:10:00Z]");
}

#[test]
fn rooms_are_silenced_and_commands_switched_off_by_their_ops() {
    let mut house = House::new(PEOPLE);
    let lobotomize = r#"{"lobotomize":{"room":"r:irc:#a"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:ann", lobotomize), @"no: that takes the capability `r:irc:#a,op`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:olga", lobotomize), @"all is ignored that is said in r:irc:#a [channel lobotomy remove r:irc:#a]");
    insta::assert_snapshot!(house.decide("u:irc:eve", "x.y", Some("r:irc:#a"), "everyone"), @"ignore by ignored: room `r:irc:#a` is lobotomized (audit row 1)");
    insta::assert_snapshot!(house.ask("u:xmpp:olga@example.org", r#"{"wake":{"room":"r:irc:#a"}}"#), @"r:irc:#a is listened to again [channel lobotomy add r:irc:#a]");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"wake":{"room":"r:irc:#b"}}"#), @r#"no: `r:irc:#b` stands in a file, at `policy.room."r:irc:#b".lobotomized`; change it there"#);
    let here = r#"{"disable":{"command":"music.*","room":"r:irc:#a"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:olga", here), @"`music.*` is switched off in r:irc:#a [enable music.* r:irc:#a]");
    insta::assert_snapshot!(house.decide(OWNER, "music.play", Some("r:irc:#a"), "everyone"), @"deny by disabled: disable `music.* in r:irc:#a` (audit row 3)");
    let everywhere = r#"{"disable":{"command":"music.*"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:ann", everywhere), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, everywhere), @"`music.*` is switched off everywhere [enable music.* --everywhere]");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"disable":{"command":"enable"}}"#), @"no: `enable` cannot be switched off; nothing would switch it on again");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"enable":{"command":"games.dice"}}"#), @"no: `games.dice` stands in a file, at `policy.disable[0]`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"enable":{"command":"games.roll"}}"#), @"no: there is nothing to remove: `games.roll` is not switched off there");
}

#[test]
fn a_ban_is_an_ignore_in_its_room_with_a_list_of_its_own() {
    let mut house = House::new(PEOPLE);
    let ban = r#"{"ban":{"who":"u:irc:*!*@spam","room":"r:irc:#a"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:ann", ban), @"no: that takes the capability `r:irc:#a,op`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:olga", ban), @"u:irc:*!*@spam is banned from r:irc:#a [channel ban remove r:irc:#a u:irc:*!*@spam]");
    insta::assert_snapshot!(house.decide("?u:irc:eve!e@spam", "x.y", Some("r:irc:#a"), "everyone"), @"ignore by ignored: ignore `u:irc:*!*@spam in r:irc:#a, banned` (audit row 1)");
    insta::assert_snapshot!(house.ask("u:irc:olga", r#"{"unignore":{"who":"u:irc:*!*@spam","room":"r:irc:#a"}}"#), @"no: there is nothing to remove: `u:irc:*!*@spam` is not ignored there");
    insta::assert_snapshot!(house.ask("u:irc:olga", r#"{"unban":{"who":"u:irc:*!*@spam","room":"r:irc:#a"}}"#), @"u:irc:*!*@spam is not banned from r:irc:#a any more [channel ban add r:irc:#a u:irc:*!*@spam]");
}
