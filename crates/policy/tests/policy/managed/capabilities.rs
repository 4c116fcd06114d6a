//! Capabilities of accounts, of rooms and of everybody.

use crate::managed::house::House;

const OWNER: &str = "u:console:local";

const PEOPLE: &str = r#"
[account.ann]
identities = ["u:irc:ann"]
capabilities = ["admin", "games"]
[account.bob]
identities = ["u:irc:bob"]
capabilities = ["-shell"]
[account.olga]
identities = ["u:irc:olga"]
capabilities = ["r:irc:#a,op"]
[room."r:irc:#a"]
capabilities = ["-music"]
"#;

fn add(account: &str, capability: &str) -> String {
    format!(r#"{{"add_capability":{{"account":"{account}","capability":"{capability}"}}}}"#)
}

fn remove(account: &str, capability: &str) -> String {
    format!(r#"{{"remove_capability":{{"account":"{account}","capability":"{capability}"}}}}"#)
}

fn set(capability: &str) -> String {
    format!(r#"{{"set_capability":{{"capability":"{capability}"}}}}"#)
}

fn unset(capability: &str) -> String {
    format!(r#"{{"unset_capability":{{"capability":"{capability}"}}}}"#)
}

#[test]
fn an_admin_gives_what_he_holds_in_writing() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("u:irc:bob", &add("a:bob", "games")), @"no: that takes the capability `admin`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("?u:irc:ann", &add("a:bob", "games")), @"no: nothing vouches for who you are; identify first");
    insta::assert_snapshot!(house.ask("u:irc:ann", &add("a:bob", "games")), @"a:bob holds `games` [admin capability remove a:bob games]");
    insta::assert_snapshot!(house.ask("u:irc:ann", &add("a:bob", "games")), @"no: that is so already");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "games"), @"allow by access: the speaker holds `games`");
    // By default everybody holds what nobody speaks of, and that is not in writing.
    insta::assert_snapshot!(house.ask("u:irc:ann", &add("a:bob", "music")), @"no: you do not hold `music` in writing, and give or take only what you hold");
    insta::assert_snapshot!(house.ask("u:irc:ann", &remove("a:bob", "music")), @"no: you do not hold `music` in writing, and give or take only what you hold");
    insta::assert_snapshot!(house.ask(OWNER, &add("a:bob", "music")), @"a:bob holds `music` [admin capability remove a:bob music]");
    insta::assert_snapshot!(house.ask("u:irc:ann", &add("a:bob", "Owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
    insta::assert_snapshot!(house.ask(OWNER, &add("a:bob", "owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
    insta::assert_snapshot!(house.ask("u:irc:ann", &add("a:nobody", "games")), @"no: there is no account `a:nobody`");
}

#[test]
fn an_anticapability_is_any_admins_to_give_and_nobody_lifts_his_own() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("u:irc:ann", &add("a:ann", "-music")), @"a:ann holds `-music` [admin capability remove a:ann -music]");
    insta::assert_snapshot!(house.decide("u:irc:ann", "music.play", None, "everyone"), @"deny by capability: anticapability `-music` (audit row 1)");
    insta::assert_snapshot!(house.ask("u:irc:ann", &remove("a:ann", "-music")), @"no: `-music` stands against you yourself; ask an owner");
    insta::assert_snapshot!(house.ask(OWNER, &remove("a:ann", "-music")), @"a:ann itself does not hold `-music` any more [admin capability add a:ann -music]");
    // An admin can be neutered by another, as in Limnoria; what a file says stays.
    insta::assert_snapshot!(house.ask(OWNER, &add("a:ann", "-admin")), @"no: `admin` stands in a file, at `policy.account.ann.capabilities`; change it there");
    insta::assert_snapshot!(house.ask("u:irc:ann", &remove("a:bob", "-shell")), @"no: `-shell` stands in a file, at `policy.account.bob.capabilities`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, &add("a:bob", "shell")), @"no: `-shell` stands in a file, at `policy.account.bob.capabilities`; change it there");
}

#[test]
fn in_a_room_its_op_gives_anything_and_an_admin_nothing() {
    let mut house = House::new(PEOPLE);
    let op = add("a:bob", "r:irc:#a,op");
    insta::assert_snapshot!(house.ask("u:irc:ann", &op), @"no: that takes the capability `r:irc:#a,op`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:olga", &op), @"a:bob holds `r:irc:#a,op` [channel capability remove r:irc:#a a:bob op]");
    insta::assert_snapshot!(house.ask("u:irc:olga", &add("a:bob", "r:irc:#b,op")), @"no: that takes the capability `r:irc:#b,op`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask("u:irc:bob", &set("r:irc:#a,-games.dice")), @"everybody holds `r:irc:#a,-games.dice` who is not given another [channel capability unset r:irc:#a -games.dice]");
    insta::assert_snapshot!(house.decide("u:irc:eve", "games.dice", Some("r:irc:#a"), "everyone"), @"deny by capability: anticapability `r:irc:#a,-games.dice` (audit row 2)");
    insta::assert_snapshot!(house.ask("u:irc:olga", &set("r:irc:#a,music")), @r#"no: `r:irc:#a,-music` stands in a file, at `policy.room."r:irc:#a".capabilities`; change it there"#);
    insta::assert_snapshot!(house.ask("u:irc:olga", &unset("r:irc:#a,-music")), @r#"no: `r:irc:#a,-music` stands in a file, at `policy.room."r:irc:#a".capabilities`; change it there"#);
    insta::assert_snapshot!(house.ask("u:irc:olga", &unset("r:irc:#a,-op")), @"`r:irc:#a,-op` is not held by everybody any more [channel capability set r:irc:#a -op]");
    insta::assert_snapshot!(house.ask("u:irc:olga", &set("r:irc:#a,-op")), @"everybody holds `r:irc:#a,-op` who is not given another [channel capability unset r:irc:#a -op]");
    insta::assert_snapshot!(house.ask("u:irc:olga", &set("r:irc:#a,-op")), @"no: that is so already");
    insta::assert_snapshot!(house.ask("u:irc:olga", &set("r:irc:#a,voice")), @"everybody holds `r:irc:#a,voice` who is not given another [channel capability unset r:irc:#a voice]");
    insta::assert_snapshot!(house.ask("u:irc:olga", r#"{"set_room_default":{"room":"r:irc:#a","allow":true}}"#), @"no: that is so already");
    insta::assert_snapshot!(house.ask("u:irc:olga", r#"{"set_room_default":{"room":"r:irc:#a","allow":false}}"#), @"in r:irc:#a, a capability that no set speaks of is not held [channel capability setdefault r:irc:#a true]");
    insta::assert_snapshot!(house.decide("u:irc:eve", "x.y", Some("r:irc:#a"), "everyone"), @"deny by capability: anticapability `r:irc:#a,-y` (audit row 6)");
}

#[test]
fn the_default_set_is_an_owners() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("u:irc:ann", &set("-music")), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, &set("-music")), @"everybody holds `-music` who is not given another [owner defaultcapability remove -music]");
    insta::assert_snapshot!(house.decide("u:irc:eve", "music.play", None, "everyone"), @"deny by capability: anticapability `-music` (audit row 1)");
    insta::assert_snapshot!(house.ask(OWNER, &unset("-music")), @"`-music` is not held by everybody any more [owner defaultcapability add -music]");
    // As in Limnoria: to take what is not there is to deny it.
    insta::assert_snapshot!(house.ask(OWNER, &unset("music")), @"everybody holds `-music` who is not given another [owner defaultcapability remove -music]");
    insta::assert_snapshot!(house.ask(OWNER, &unset("-shell")), @"no: there is nothing to remove: `-shell` is not in that set");
    insta::assert_snapshot!(house.ask(OWNER, &unset("-owner")), @"no: owners are named in files, never from chat; add the person to `policy.owners`");
    insta::assert_snapshot!(house.ask(OWNER, &unset("-admin")), @"`-admin` is not held by everybody any more [owner defaultcapability add -admin]");
    insta::assert_snapshot!(house.ask(OWNER, &set("-admin")), @"everybody holds `-admin` who is not given another [owner defaultcapability remove -admin]");
    let mut house = House::new(r#"default_capabilities = ["-admin"]"#);
    insta::assert_snapshot!(house.ask(OWNER, &unset("-admin")), @"no: `-admin` stands in a file, at `policy.default_capabilities`; change it there");
    insta::assert_snapshot!(house.ask(OWNER, &set("admin")), @"no: `-admin` stands in a file, at `policy.default_capabilities`; change it there");
}

#[test]
fn a_set_is_bounded_and_a_full_one_still_changes() {
    let mut house = House::new(PEOPLE);
    for number in 0..256 {
        assert!(house.ask(OWNER, &add("a:bob", &format!("-x{number}"))).contains("holds"));
    }
    insta::assert_snapshot!(house.ask(OWNER, &add("a:bob", "-y")), @"no: there are 256 capabilities of that account already, and no more can be; remove one first");
    insta::assert_snapshot!(house.ask(OWNER, &add("a:bob", "x0")), @"a:bob holds `x0` [admin capability add a:bob -x0]");
    let long = "x".repeat(65);
    assert!(house.ask(OWNER, &add("a:ann", &long)).contains("more than 64 bytes"));
}
