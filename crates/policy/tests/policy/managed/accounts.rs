//! Accounts: registering, linking, leaving.

use jiff::Timestamp;
use nuncio_policy::{CaseMapping, Managed, Speaker, Trust};

use crate::managed::house::{House, change, noon};
use crate::world::{networks, speaker};

const OWNER: &str = "u:console:local";

const PEOPLE: &str = r#"
owners = ["u:console:local", "a:root"]
[account.root]
identities = ["u:irc:root"]
[account.ann]
identities = ["u:irc:ann"]
"#;

fn register(account: &str, identity: &str) -> String {
    format!(r#"{{"register":{{"account":"{account}","identity":"{identity}"}}}}"#)
}

fn link(identity: &str, account: &str) -> String {
    format!(r#"{{"link":{{"identity":"{identity}","account":"{account}"}}}}"#)
}

fn unlink(identity: &str) -> String {
    format!(r#"{{"unlink":{{"identity":"{identity}"}}}}"#)
}

#[test]
fn one_registers_as_whom_the_network_vouches_for_or_with_a_password() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("u:irc:eve", &register("a:eve", "u:irc:bob")), @"no: `u:irc:bob` is not yours; speak as that identity");
    insta::assert_snapshot!(house.ask("?u:irc:eve", &register("a:eve", "u:irc:eve")), @"no: `u:irc:eve` is not yours; speak as that identity");
    insta::assert_snapshot!(house.ask("?u:irc:eve!e@host", &register("a:eve", "u:irc:eve!e@host")), @"no: nothing can vouch for `u:irc:eve!e@host`; name the account that the network vouches for");
    insta::assert_snapshot!(house.ask("?u:irc:eve", r#"{"register":{"account":"a:eve"}}"#), @"no: nothing vouches for who you are here; register with a password, in private");
    insta::assert_snapshot!(house.ask("u:irc:eve", &register("a:ann", "u:irc:eve")), @"no: `a:ann` stands in a file, at `policy.account.ann`; change it there");
    insta::assert_snapshot!(house.ask("u:irc:ann", &register("a:anna", "u:irc:ann")), @"no: `u:irc:ann` is an identity of `a:ann` already; unlink it there first");
    insta::assert_snapshot!(house.ask("u:irc:eve", &register("a:eve", "u:irc:eve")), @"a:eve is registered [user unregister eve]");
    insta::assert_snapshot!(house.ask("u:irc:mal", &register("a:eve", "u:irc:mal")), @"no: the name `a:eve` is taken; choose another");
    let password = r#"{"register":{"account":"a:mal","password":"$argon2id$x"}}"#;
    insta::assert_snapshot!(house.ask("?u:irc:mal", password), @"a:mal is registered [user unregister mal]");
    assert_eq!(house.managed.len(), 4);
}

#[test]
fn an_identity_is_linked_by_itself_and_carries_no_ownership() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("u:irc:root", &link("u:irc:bob", "a:root")), @"no: `u:irc:bob` is not yours; speak as that identity");
    insta::assert_snapshot!(house.ask("u:irc:bob", &link("u:irc:bob", "a:root")), @"u:irc:bob is a:root now [user unlink u:irc:bob]");
    insta::assert_snapshot!(house.decide("u:irc:root", "x.y", None, "owner"), @"allow by owner: owner `a:root` (policy.owners[1])");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "owner"), @"deny by access: nothing allows a command of level `owner`");
    insta::assert_snapshot!(house.ask("u:irc:bob", r#"{"add_sudoer":{"who":"u:irc:bob"}}"#), @"no: only an owner may do that");
    // Nor does it become an owner by a password of its own choice.
    let password = r#"{"set_password":{"account":"a:root","password":"$argon2id$x"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:bob", password), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask("u:irc:root", password), @"a:root has a new password");
    let in_session = speaker("u:irc:bob").in_session("root".parse().unwrap());
    let sudoer = change(r#"{"add_sudoer":{"who":"u:irc:bob"}}"#);
    assert!(house.policy.plan(&in_session, sudoer, noon()).is_ok());
    insta::assert_snapshot!(house.ask("u:irc:bob", &link("u:irc:bob", "a:ann")), @"no: `u:irc:bob` is an identity of `a:root` already; unlink it there first");
    insta::assert_snapshot!(house.ask("u:irc:ann", &unlink("u:irc:bob")), @"no: `a:root` is not yours; speak as one of its identities, or identify as it");
    insta::assert_snapshot!(house.ask("u:irc:bob", &unlink("u:irc:bob")), @"u:irc:bob is nobody's identity any more");
    insta::assert_snapshot!(house.ask("u:irc:ann", &unlink("u:irc:ann")), @"no: `u:irc:ann` stands in a file, at `policy.account.ann.identities`; change it there");
    insta::assert_snapshot!(house.ask("u:irc:bob", &link("u:irc:bob", "a:nobody")), @"no: there is no account `a:nobody`");
}

#[test]
fn nobody_leaves_an_account_that_something_stands_against() {
    let burdens = [
        r#"{"ignore":{"who":"a:eve","room":"r:irc:#a"}}"#,
        r#"{"add_rule":{"rule":"b u:irc:x,a:eve games.*"}}"#,
        r#"{"add_capability":{"account":"a:eve","capability":"r:irc:#a,-games"}}"#,
        r#"{"set_ignored":{"account":"a:eve","ignored":true}}"#,
    ];
    for (burden, by) in burdens.iter().zip([
        "`a:eve in r:irc:#a` (audit row 3)",
        "`b u:irc:x,a:eve games.*` (audit row 3)",
        "`r:irc:#a,-games` (audit row 3)",
        "`a:eve is ignored` (audit row 3)",
    ]) {
        let mut house = House::new(PEOPLE);
        house.ask("u:irc:eve", &register("a:eve", "u:irc:eve"));
        house.ask("u:xmpp:eve@example.org", &link("u:xmpp:eve@example.org", "a:eve"));
        assert!(!house.ask(OWNER, burden).starts_with("no"), "{burden}");
        let why = format!(
            "no: {by} stands against `a:eve`; as long as it does, nobody leaves that account"
        );
        let unregister = r#"{"unregister":{"account":"a:eve"}}"#;
        assert_eq!(house.ask("u:irc:eve", unregister), why);
        assert_eq!(house.ask("u:irc:eve", &unlink("u:irc:eve")), why);
        let answer = house.ask(OWNER, unregister);
        if burden.contains("add_rule") {
            assert_eq!(answer, format!("no: the rule {by} names `a:eve`; remove it first"));
        } else {
            assert_eq!(answer, "a:eve is no account any more");
            assert!(house.managed.is_empty(), "{:?}", house.managed);
        }
    }
}

#[test]
fn an_account_keeps_a_way_to_become_it() {
    let mut house = House::new(PEOPLE);
    house.ask("u:irc:eve", &register("a:eve", "u:irc:eve"));
    insta::assert_snapshot!(house.ask("u:irc:eve", &unlink("u:irc:eve")), @"no: `a:eve` has no other identity and no password; unregister it instead");
    let set = r#"{"set_password":{"account":"a:eve","password":"$argon2id$x"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:ann", set), @"no: `a:eve` is not yours; speak as one of its identities, or identify as it");
    insta::assert_snapshot!(house.ask("u:irc:eve", set), @"a:eve has a new password");
    insta::assert_snapshot!(house.ask("u:irc:eve", r#"{"set_secure":{"account":"a:eve","secure":true}}"#), @"a password identifies as a:eve only where a linked identity matches too [user set secure a:eve false]");
    insta::assert_snapshot!(house.ask("u:irc:eve", r#"{"set_secure":{"account":"a:eve","secure":false}}"#), @"a password alone identifies as a:eve [user set secure a:eve true]");
    insta::assert_snapshot!(house.ask("u:irc:eve", &unlink("u:irc:eve")), @"u:irc:eve is nobody's identity any more");
    let unset = r#"{"set_password":{"account":"a:eve"}}"#;
    let in_session = speaker("?u:irc:eve!e@host").in_session("eve".parse().unwrap());
    let refused = house.make(Some(&in_session), change(unset), noon()).unwrap_err();
    insta::assert_snapshot!(refused, @"`a:eve` has no other identity and no password; unregister it instead");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"unregister":{"account":"a:eve"}}"#), @"a:eve is no account any more");
    assert!(house.managed.is_empty());
}

#[test]
fn nobody_silences_an_owner_from_chat() {
    let mut house = House::new(PEOPLE);
    let flag =
        |account: &str| format!(r#"{{"set_ignored":{{"account":"{account}","ignored":true}}}}"#);
    insta::assert_snapshot!(house.ask("u:irc:ann", &flag("a:ann")), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, &flag("a:root")), @"no: `a:root` owns the bot; who owns it is said in files");
    insta::assert_snapshot!(house.ask(OWNER, &flag("a:ann")), @"a:ann is ignored [user set ignored a:ann false]");
    insta::assert_snapshot!(house.decide("u:irc:ann", "x.y", None, "everyone"), @"ignore by ignored: account `a:ann` is ignored (audit row 1)");
}

#[test]
fn masks_are_an_owners_to_link_and_only_where_hostmasks_are_trusted() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask(OWNER, &link("u:irc:ann!*@host", "a:ann")), @r#"no: `u:irc:ann!*@host` cannot be linked; write `NICK!USER@HOST` with at least three signs that are no wildcards, on a network with `trust = "hostmask"`"#);
    let old = "old".parse().unwrap();
    let trusting = networks().with(old, CaseMapping::Rfc1459, Trust::Hostmask);
    let mut house = House::with(PEOPLE, Managed::default(), trusting);
    let mask = link("u:old:ann!*@host.example", "a:ann");
    insta::assert_snapshot!(house.ask("u:irc:ann", &mask), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, &link("u:old:a*!*@*", "a:ann")), @r#"no: `u:old:a*!*@*` cannot be linked; write `NICK!USER@HOST` with at least three signs that are no wildcards, on a network with `trust = "hostmask"`"#);
    insta::assert_snapshot!(house.ask(OWNER, &mask), @"u:old:ann!*@host.example is a:ann now [user unlink u:old:ann!*@host.example]");
    let ann = house.policy.networks().parse_user("u:old:Ann!x@HOST.example").unwrap();
    let ann = Speaker::verified(ann);
    let identified = house.policy.identify(&ann);
    assert!(format!("{identified:?}").contains("a:ann"), "{identified:?}");
}

#[test]
fn the_bot_registers_whom_a_network_vouches_for_where_it_is_told_to() {
    let mut house = House::new(PEOPLE);
    insta::assert_snapshot!(house.ask("bot", &register("a:bob.irc", "u:irc:bob")), @"a:bob.irc is registered [user unregister bob.irc]");
    insta::assert_snapshot!(house.ask("bot", &link("u:irc:eve", "a:bob.irc")), @"no: the bot does that by itself");
}

#[test]
fn a_name_that_a_file_declares_by_now_is_not_his_who_registered_it() {
    let mut house = House::new("");
    house.ask("u:irc:eve", &register("a:ann", "u:irc:eve"));
    house.ask(OWNER, r#"{"add_capability":{"account":"a:ann","capability":"games"}}"#);
    house.ask(OWNER, r#"{"add_capability":{"account":"a:ann","capability":"-music"}}"#);
    house.ask(OWNER, r#"{"add_sudoer":{"who":"a:ann"}}"#);
    let mut house = house.under(
        r#"
[account.ann]
identities = ["u:irc:ann"]
capabilities = ["admin"]
"#,
    );
    insta::assert_snapshot!(house.said(), @r#"key warning: managed."account a:ann": a file declares `a:ann` by now; who registered it from chat is not that person, and has no account"#);
    insta::assert_snapshot!(house.decide("u:irc:eve", "x.y", None, "admin"), @"deny by access: nothing allows a command of level `admin`");
    insta::assert_snapshot!(house.decide("u:irc:ann", "x.y", None, "sudo"), @"deny by access: nothing allows a command of level `sudo`");
    insta::assert_snapshot!(house.decide("u:irc:ann", "x.y", None, "games"), @"deny by access: nothing allows a command of level `games`");
    // What takes is taken of whoever has the name.
    insta::assert_snapshot!(house.decide("u:irc:ann", "music.play", None, "everyone"), @"deny by capability: anticapability `-music` (audit row 3)");
    insta::assert_snapshot!(house.ask("u:irc:ann", r#"{"unregister":{"account":"a:ann"}}"#), @"no: only an owner may do that");
    insta::assert_snapshot!(house.ask(OWNER, r#"{"unregister":{"account":"a:ann"}}"#), @"a:ann is no account any more");
    assert!(house.managed.is_empty() && house.said.is_empty());
}

#[test]
fn there_is_no_room_for_endless_identities() {
    let mut house = House::new(PEOPLE);
    for number in 0..32 {
        let id = format!("u:irc:x{number}");
        assert!(house.ask(&id, &link(&id, "a:ann")).contains("is a:ann now"));
    }
    insta::assert_snapshot!(house.ask("u:irc:y", &link("u:irc:y", "a:ann")), @"no: there are 32 identities of that account already, and no more can be; remove one first");
    assert_eq!(house.log.iter().map(|(_, at, _)| *at).max(), Some::<Timestamp>(noon()));
}
