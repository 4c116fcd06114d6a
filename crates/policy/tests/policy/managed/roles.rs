//! Roles: sets of capabilities that accounts are given as one.

use crate::managed::house::House;

const OWNER: &str = "u:console:local";

const PEOPLE: &str = r#"
[account.ann]
identities = ["u:irc:ann"]
capabilities = ["admin", "music"]
[account.bob]
identities = ["u:irc:bob"]
"#;

fn hold(role: &str, capability: &str) -> String {
    format!(r#"{{"add_to_role":{{"role":"{role}","capability":"{capability}"}}}}"#)
}

fn give(account: &str, role: &str) -> String {
    format!(r#"{{"give_role":{{"account":"{account}","role":"{role}"}}}}"#)
}

#[test]
fn a_role_is_an_owners_to_make_and_to_give() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("u:irc:ann", &hold("dj", "music")), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, &give("a:bob", "dj")), @"no: there is no role `dj`; let it hold something first");
    insta::assert_snapshot!(house.ask(OWNER, &hold("DJ", "music")), @"the role `dj` holds `music` [role capability remove dj music]");
    insta::assert_snapshot!(house.ask(OWNER, &hold("dj", "r:irc:#a,op")), @"the role `dj` holds `r:irc:#a,op` [role capability remove dj r:irc:#a,op]");
    insta::assert_snapshot!(house.ask(OWNER, &hold("dj", "owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
    insta::assert_snapshot!(house.ask("u:irc:ann", &give("a:bob", "dj")), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, &give("a:bob", "dj")), @"a:bob has the role `dj` [role remove a:bob dj]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "music"), @"allow by access: the speaker holds `music`");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", Some("r:irc:#a"), "room:voice"), @"allow by access: the speaker holds `room:voice`");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"take_role":{"account":"a:bob","role":"dj"}}"#), @"a:bob has not the role `dj` any more [role add a:bob dj]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "music"), @"deny by access: nothing allows a command of level `music`");
}

#[test]
fn an_account_goes_before_its_roles_and_of_those_one_that_denies() {
    let mut house = House::new(PEOPLE);
    for change in [
        hold("dj", "music"),
        hold("dj", "games"),
        hold("mute", "-music"),
        hold("mute", "-shell"),
        give("a:bob", "dj"),
        give("a:bob", "mute"),
        give("a:ann", "mute"),
    ] {
        assert!(!house.ask(OWNER, &change).starts_with("no"), "{change}");
    }
    insta::assert_snapshot!(house.decide("u:irc:bob", "music.play", None, "everyone"), @"deny by capability: anticapability `-music` (audit row 3)");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "games"), @"allow by access: the speaker holds `games`");
    insta::assert_snapshot!(house.decide("u:irc:ann", "x.y", None, "music"), @"allow by access: the speaker holds `music`");
    let drop = r#"{"remove_capability":{"account":"a:bob","capability":"-music"}}"#;
    insta::assert_snapshot!(house.ask(OWNER, drop), @"no: `-music` comes from the role `mute`; take the role, or give the account `music`");
    let own = |account: &str, name: &str| {
        format!(r#"{{"add_capability":{{"account":"{account}","capability":"{name}"}}}}"#)
    };
    insta::assert_snapshot!(house.ask("u:irc:ann", &own("a:ann", "shell")), @"no: you do not hold `shell` in writing, and give or take only what you hold");
    insta::assert_snapshot!(house.ask("u:irc:ann", &own("a:bob", "music")), @"a:bob holds `music` [admin capability remove a:bob music]");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "music"), @"allow by access: the speaker holds `music`");
    insta::assert_snapshot!(house.ask("u:irc:bob", r#"{"unlink":{"identity":"u:irc:bob"}}"#), @"no: `u:irc:bob` stands in a file, at `policy.account.bob.identities`; change it there");
    assert_eq!(house.said(), "");
}
