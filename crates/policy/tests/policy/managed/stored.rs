//! The forms that a database and an audit log keep.

use nuncio_policy::Managed;

use crate::managed::house::{House, change};

const OWNER: &str = "u:console:local";

/// Every kind of row, by the changes that make them.
fn house() -> House {
    let mut house = House::new("[account.ann]\nidentities = [\"u:irc:ann\"]");
    house.ask(
        "u:irc:bob",
        r#"{"register":{"account":"a:bob","identity":"u:irc:bob","password":"$argon2id$x"}}"#,
    );
    for change in [
        r#"{"set_secure":{"account":"a:bob","secure":true}}"#,
        r#"{"set_ignored":{"account":"a:ann","ignored":true}}"#,
        r#"{"add_capability":{"account":"a:bob","capability":"r:irc:#a b,-games.dice"}}"#,
        r#"{"add_to_role":{"role":"dj","capability":"music"}}"#,
        r#"{"give_role":{"account":"a:bob","role":"dj"}}"#,
        r#"{"set_capability":{"capability":"games"}}"#,
        r#"{"unset_capability":{"capability":"-trusted"}}"#,
        r#"{"set_room_default":{"room":"r:irc:#a","allow":false}}"#,
        r#"{"lobotomize":{"room":"r:irc:#a"}}"#,
        r#"{"ignore":{"who":"u:irc:*!*@host","room":"r:irc:#a","until":"2026-11-23T12:00:00Z"}}"#,
        r#"{"ban":{"who":"u:irc:eve","room":"r:irc:#a"}}"#,
        r#"{"disable":{"command":"games.*"}}"#,
        r#"{"add_sudoer":{"who":"a:bob"}}"#,
        r#"{"grant":{"to":"u:irc:bob","what":"shell.run","elevate":true}}"#,
        r#"{"grant":{"to":"u:irc:bob","what":"shell","lease":{"until":"2026-11-23T12:00:00Z","room":"r:irc:#a"}}}"#,
        r#"{"add_rule":{"rule":"b a:bob,p:irc,r:irc:#a,* games.*,dice"}}"#,
        r#"{"add_alias":{"name":"hi","room":"r:irc:#a","line":"echo $1","author":{"person":"u:console:local"}}}"#,
    ] {
        let change = change.replace("#a b", "#a%20b");
        let answer = house.ask(OWNER, &change);
        assert!(!answer.starts_with("no"), "{change}: {answer}");
    }
    let flood =
        r#"{"flood":{"who":"o:xmpp:room@muc.example.org/eve","until":"2026-11-22T12:05:00Z"}}"#;
    assert!(!house.ask("bot", flood).starts_with("no"));
    house
}

#[test]
fn the_rows_of_the_table_have_this_form() {
    let rows: Vec<String> =
        house().managed.rows().map(|row| format!("{} = {}", row.key, row.value)).collect();
    insta::assert_snapshot!(rows.join("\n"), @r#"
    account a:bob = {"fact":{"account":{"name":"a:bob"}},"by":"u:irc:bob","at":"2026-11-22T12:00:00Z"}
    alias hi r:irc:#a = {"fact":{"alias":{"name":"hi","room":"r:irc:#a","line":"echo $1","author":{"person":"u:console:local"}}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    ban u:irc:eve r:irc:#a = {"fact":{"ban":{"who":"u:irc:eve","room":"r:irc:#a"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    closed r:irc:#a = {"fact":{"closed":{"room":"r:irc:#a"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    disable games.* = {"fact":{"disable":{"command":"games.*"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    everybody games = {"fact":{"everybody":{"capability":"games"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    everybody trusted = {"fact":{"not_default":{"capability":"-trusted"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    flood u:xmpp:room@muc.example.org/eve = {"fact":{"flood":{"who":"o:xmpp:room@muc.example.org/eve","until":"2026-11-22T12:05:00Z"}},"at":"2026-11-22T12:00:00Z"}
    grant u:irc:bob shell.run = {"fact":{"grant":{"to":"u:irc:bob","what":"shell.run","elevate":true}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    held a:bob r:irc:#a%20b,games.dice = {"fact":{"held":{"account":"a:bob","capability":"r:irc:#a%20b,-games.dice"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    identity u:irc:bob = {"fact":{"identity":{"id":"u:irc:bob","account":"a:bob"}},"by":"u:irc:bob","at":"2026-11-22T12:00:00Z"}
    ignore u:irc:*!*@host r:irc:#a = {"fact":{"ignore":{"who":"u:irc:*!*@host","room":"r:irc:#a","until":"2026-11-23T12:00:00Z"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    ignored a:ann = {"fact":{"ignored":{"account":"a:ann"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    lobotomy r:irc:#a = {"fact":{"lobotomy":{"room":"r:irc:#a"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    member a:bob dj = {"fact":{"member":{"account":"a:bob","role":"dj"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    password a:bob = {"fact":{"password":{"account":"a:bob","hash":"$argon2id$x"}},"by":"u:irc:bob","at":"2026-11-22T12:00:00Z"}
    role dj music = {"fact":{"role":{"role":"dj","capability":"music"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    rule 0000000001 = {"fact":{"rule":{"number":1,"rule":"b a:bob,p:irc,r:irc:#a,* games.*,dice"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    secure a:bob = {"fact":{"secure":{"account":"a:bob"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    sudoer a:bob = {"fact":{"sudoer":{"who":"a:bob"}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    temporary u:irc:bob shell = {"fact":{"grant":{"to":"u:irc:bob","what":"shell","lease":{"until":"2026-11-23T12:00:00Z","room":"r:irc:#a"}}},"by":"u:console:local","at":"2026-11-22T12:00:00Z"}
    "#);
}

#[test]
fn the_changes_of_the_audit_log_have_this_form() {
    let rows: Vec<String> = house().log.iter().map(|(_, _, row)| row.clone()).collect();
    insta::assert_snapshot!(rows.join("\n"), @r#"
    {"register":{"account":"a:bob","identity":"u:irc:bob","password":"$argon2id$x"}}
    {"set_secure":{"account":"a:bob","secure":true}}
    {"set_ignored":{"account":"a:ann","ignored":true}}
    {"add_capability":{"account":"a:bob","capability":"r:irc:#a%20b,-games.dice"}}
    {"add_to_role":{"role":"dj","capability":"music"}}
    {"give_role":{"account":"a:bob","role":"dj"}}
    {"set_capability":{"capability":"games"}}
    {"drop_default":{"capability":"-trusted"}}
    {"set_room_default":{"room":"r:irc:#a","allow":false}}
    {"lobotomize":{"room":"r:irc:#a"}}
    {"ignore":{"who":"u:irc:*!*@host","room":"r:irc:#a","until":"2026-11-23T12:00:00Z"}}
    {"ban":{"who":"u:irc:eve","room":"r:irc:#a"}}
    {"disable":{"command":"games.*"}}
    {"add_sudoer":{"who":"a:bob"}}
    {"grant":{"to":"u:irc:bob","what":"shell.run","elevate":true}}
    {"grant":{"to":"u:irc:bob","what":"shell","lease":{"until":"2026-11-23T12:00:00Z","room":"r:irc:#a"}}}
    {"add_rule":{"rule":"b a:bob,p:irc,r:irc:#a,* games.*,dice"}}
    {"add_alias":{"name":"hi","room":"r:irc:#a","line":"echo $1","author":{"person":"u:console:local"}}}
    {"flood":{"who":"o:xmpp:room@muc.example.org/eve","until":"2026-11-22T12:05:00Z"}}
    "#);
}

#[test]
fn what_was_stored_is_read_back_as_it_was() {
    let house = house();
    assert_eq!(Managed::load(house.managed.rows()), house.managed);
    assert_eq!(house.replayed(), house.managed);
}

#[test]
fn a_password_is_never_shown() {
    let house = house();
    assert!(!format!("{:?}", house.managed).contains("argon2"));
    let set = change(r#"{"set_password":{"account":"a:bob","password":"$argon2id$x"}}"#);
    assert_eq!(set.to_string(), "user set password a:bob");
    assert!(!format!("{set:?} {}", set.outcome()).contains("argon2"));
}
