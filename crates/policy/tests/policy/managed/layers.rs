//! Both layers in one snapshot: what a file overrules, what is gone, and what cannot be read.

use nuncio_policy::cli::{lint, who_can};
use nuncio_policy::{AuditNumber, Declared, Explanation, Managed, ManagedKey, Registry, StoredRow};

use crate::managed::house::House;
use crate::world::{lines, networks, request};

const OWNER: &str = "u:console:local";

#[test]
fn what_a_file_says_by_now_overrules_what_chat_said() {
    let mut house = House::new("[account.ann]\nidentities = [\"u:irc:ann\"]");
    for change in [
        r#"{"add_capability":{"account":"a:ann","capability":"games"}}"#,
        r#"{"add_capability":{"account":"a:ann","capability":"music"}}"#,
        r#"{"set_capability":{"capability":"-shell"}}"#,
        r#"{"set_capability":{"capability":"r:irc:#a,op"}}"#,
        r#"{"set_room_default":{"room":"r:irc:#a","allow":false}}"#,
        r#"{"lobotomize":{"room":"r:irc:#b"}}"#,
    ] {
        assert!(!house.ask(OWNER, change).starts_with("no"), "{change}");
    }
    assert_eq!(house.said(), "");
    let mut house = house.under(
        r#"
default_capabilities = ["shell"]
[account.ann]
identities = ["u:irc:ann"]
capabilities = ["-games", "music"]
[room."r:irc:#a"]
default_allow = true
capabilities = ["-op"]
"#,
    );
    insta::assert_snapshot!(house.said(), @r#"
    key warning: managed."held a:ann games": a file says the opposite of `games` for `a:ann`
    key warning: managed."everybody r:irc:#a,op": a file says the opposite of `r:irc:#a,op`
    key warning: managed."everybody shell": a file says the opposite of `-shell`
    key warning: managed."closed r:irc:#a": a file says the opposite for `r:irc:#a`
    "#);
    insta::assert_snapshot!(house.decide("u:irc:ann", "games.dice", None, "everyone"), @"deny by capability: anticapability `-games` (policy.account.ann.capabilities)");
    insta::assert_snapshot!(house.decide("u:irc:ann", "op.op", Some("r:irc:#a"), "everyone"), @r#"deny by capability: anticapability `r:irc:#a,-op` (policy.room."r:irc:#a".capabilities)"#);
    insta::assert_snapshot!(house.ask(OWNER, r#"{"remove_capability":{"account":"a:ann","capability":"-games"}}"#), @"no: `-games` stands in a file, at `policy.account.ann.capabilities`; change it there");
    let opposite = r#"{"remove_capability":{"account":"a:ann","capability":"games"}}"#;
    insta::assert_snapshot!(house.ask(OWNER, opposite), @"a:ann itself does not hold `games` any more; it had no effect, because of what a file says");
    // What chat said of the same does not come back when the file says it no more.
    let drop = r#"{"remove_capability":{"account":"a:ann","capability":"music"}}"#;
    insta::assert_snapshot!(house.ask("u:irc:ann", drop), @"no: that takes the capability `admin`, which you do not hold in writing");
    insta::assert_snapshot!(house.ask(OWNER, drop), @"a:ann itself does not hold `music` any more; `music` stands in a file too, at `policy.account.ann.capabilities`, and stays");
    insta::assert_snapshot!(house.ask(OWNER, drop), @"no: `music` stands in a file, at `policy.account.ann.capabilities`; change it there");
}

#[test]
fn what_names_nothing_any_more_gives_nothing_and_is_told() {
    let mut house = House::new("[account.ann]\nidentities = [\"u:irc:ann\"]");
    for change in [
        r#"{"add_sudoer":{"who":"a:ann"}}"#,
        r#"{"add_sudoer":{"who":"u:matrix:@ann:hs"}}"#,
        r#"{"ignore":{"who":"a:ann"}}"#,
        r#"{"add_rule":{"rule":"b a:ann,u:irc:eve games.*"}}"#,
    ] {
        assert!(!house.ask(OWNER, change).starts_with("no"), "{change}");
    }
    let fewer = nuncio_policy::Networks::new().with(
        "irc".parse().unwrap(),
        nuncio_policy::CaseMapping::Rfc1459,
        nuncio_policy::Trust::Account,
    );
    let house = House::with("", house.managed, fewer);
    insta::assert_snapshot!(house.said(), @r#"
    key warning: managed."sudoer a:ann": no account `a:ann` is declared; declare it in `[policy.account.ann]`
    key warning: managed."sudoer u:matrix:@ann:hs": no network `matrix` is configured
    key warning: managed."ignore a:ann": no account `a:ann` is declared; declare it in `[policy.account.ann]`
    key warning: managed."rule 0000000001": no account `a:ann` is declared; declare it in `[policy.account.ann]`
    "#);
    insta::assert_snapshot!(house.decide("u:irc:eve", "games.dice", None, "everyone"), @"deny by bw_list: rule `b a:ann,u:irc:eve games.*` (audit row 4)");
}

#[test]
fn what_takes_follows_a_command_that_was_renamed_and_what_gives_does_not() {
    let mut house = House::new("[account.bob]\nidentities = [\"u:irc:bob\"]");
    for change in [
        r#"{"add_capability":{"account":"a:bob","capability":"-music.play"}}"#,
        r#"{"add_capability":{"account":"a:bob","capability":"music.stop"}}"#,
        r#"{"disable":{"command":"music.skip"}}"#,
        r#"{"add_rule":{"rule":"b u:irc:eve music.play"}}"#,
    ] {
        assert!(!house.ask(OWNER, change).starts_with("no"), "{change}");
    }
    let command = |name: &str| name.parse().unwrap();
    let registry = ["play", "stop", "skip"].iter().fold(
        Registry::of(["start", "halt", "next"].map(|new| command(&format!("music.{new}")))),
        |registry, old| {
            let new = match *old {
                "play" => "start",
                "stop" => "halt",
                _ => "next",
            };
            registry.with_rename(command(&format!("music.{old}")), command(&format!("music.{new}")))
        },
    );
    let declared: Declared = toml::from_str("[account.bob]\nidentities = [\"u:irc:bob\"]").unwrap();
    let house = House::of(declared, house.managed, networks(), registry);
    insta::assert_snapshot!(house.said(), @r#"
    key warning: managed."held a:bob music.stop": `music.stop` was renamed; give `music.halt` instead
    key warning: managed."disable music.skip": `music.skip` was renamed; name it `music.next`
    key warning: managed."rule 0000000001": `music.play` was renamed; name it `music.start`
    "#);
    let ask = |who, command| house.decide(who, command, None, "everyone");
    insta::assert_snapshot!(ask("u:irc:bob", "music.start"), @"deny by capability: anticapability `-music.start` (audit row 1)");
    insta::assert_snapshot!(ask("u:irc:bob", "music.next"), @"deny by disabled: disable `music.next` (audit row 3)");
    insta::assert_snapshot!(ask("u:irc:eve", "music.start"), @"deny by bw_list: rule `b u:irc:eve music.play` (audit row 4)");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "music.halt"), @"deny by access: nothing allows a command of level `music.halt`");
}

fn row(key: &str, value: &str) -> StoredRow {
    StoredRow { key: ManagedKey::stored(key), value: value.to_owned(), audit: AuditNumber(7) }
}

#[test]
fn a_row_that_cannot_be_read_gives_nothing_and_may_close_the_house() {
    let gives = Managed::load([row("sudoer u:irc:bob", "{")]);
    let house = House::with("", gives, networks());
    insta::assert_snapshot!(house.said(), @r#"key warning: managed."sudoer u:irc:bob": the row of `sudoer u:irc:bob` cannot be read; `owner forget` deletes it, and with it whatever it said"#);
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "everyone"), @"allow by access: the command is for everyone");
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "sudo"), @"deny by access: nothing allows a command of level `sudo`");
    let other = r#"{"fact":{"sudoer":{"who":"u:irc:eve"}},"at":"2026-11-22T12:00:00Z"}"#;
    for takes in [
        row("ignore u:irc:eve", ""),
        row("identity u:irc:eve", ""),
        row("of tomorrow", "{}"),
        row("rule 0000000001", other),
    ] {
        let key = takes.key.to_string();
        let mut house = House::with("", Managed::load([takes.clone()]), networks());
        assert_eq!(house.managed.rows().collect::<Vec<_>>(), [takes]);
        let denied = house.decide("u:irc:bob", "x.y", None, "everyone");
        assert_eq!(
            denied,
            format!("deny by bw_list: rule `b * *, for `{key}` cannot be read` (audit row 7)")
        );
        assert!(house.decide(OWNER, "x.y", None, "everyone").starts_with("allow"));
        let forget = format!(r#"{{"forget":{{"key":"{key}"}}}}"#);
        assert_eq!(house.ask("u:irc:bob", &forget), "no: only an owner may do that");
        assert_eq!(house.ask(OWNER, &forget), format!("`{key}` is forgotten"));
        assert!(house.managed.is_empty());
    }
}

#[test]
fn lint_and_who_can_see_both_layers() {
    let mut house = House::new(r#"bw_list = ["b p:irc games.*"]"#);
    house.ask("u:irc:bob", r#"{"register":{"account":"a:bob","identity":"u:irc:bob"}}"#);
    house.ask(OWNER, r#"{"grant":{"to":"a:bob","what":"music"}}"#);
    house.ask(OWNER, r#"{"add_capability":{"account":"a:bob","capability":"-music"}}"#);
    house.ask(OWNER, r#"{"add_rule":{"rule":"b p:irc *"}}"#);
    insta::assert_snapshot!(lines(&lint(&house.policy)), @r#"
    key warning: policy.bw_list[0]: rule `b p:irc games.*` never decides; `b p:irc *` stands after it and covers it
    "#);
    house.ask(OWNER, r#"{"remove_rule":{"number":1}}"#);
    insta::assert_snapshot!(lines(&lint(&house.policy)), @r#"
    key warning: managed."grant a:bob music": the grant of music to a:bob never counts; `-music` (audit row 3) stands against it; give `music` instead
    "#);
    house.ask(OWNER, r#"{"grant":{"to":"a:bob","what":"shell.run"}}"#);
    let request = request("u:irc:x", "shell.run", None, "sudo");
    insta::assert_snapshot!(who_can(&house.policy, &request), @r"
    u:console:local: owner `u:console:local` (policy.owners[0])
    u:irc:bob: grant shell.run to a:bob (audit row 6)
    ");
}

#[test]
fn an_explanation_names_the_audit_row_in_every_line() {
    let mut house = House::new("");
    house.ask("u:irc:bob", r#"{"register":{"account":"a:bob","identity":"u:irc:bob"}}"#);
    house.ask(OWNER, r#"{"add_rule":{"rule":"w u:irc:bob *"}}"#);
    house.ask(OWNER, r#"{"add_capability":{"account":"a:bob","capability":"-shell"}}"#);
    let explanation =
        Explanation::of(&house.policy, request("u:irc:bob", "shell.run", None, "sudo"));
    insta::assert_snapshot!(explanation, @r"
    deny by capability: anticapability `-shell` (audit row 3)
      ignored: not ignored
      disabled: not switched off
      owner: not an owner
      bw_list: rule `w u:irc:bob *` (audit row 2)
      capability: anticapability `-shell` (audit row 3)
      to allow it: let the account of the speaker hold `shell`
      to allow it: make the speaker an owner
    ");
}

#[test]
fn a_row_that_says_who_owns_is_a_warning_and_no_more() {
    let value = |fact: &str| format!(r#"{{"fact":{fact},"at":"2026-11-22T12:00:00Z"}}"#);
    let owner = r#"{"held":{"account":"a:bob","capability":"owner"}}"#;
    let everybody = r#"{"everybody":{"capability":"owner"}}"#;
    let rows = [
        row("held a:bob owner", &value(owner)),
        row("everybody owner", &value(everybody)),
        row("role r owner", &value(r#"{"role":{"role":"r","capability":"owner"}}"#)),
        row("member a:bob r", &value(r#"{"member":{"account":"a:bob","role":"r"}}"#)),
    ];
    let toml = "[account.bob]\nidentities = [\"u:irc:bob\"]";
    let house = House::with(toml, Managed::load(rows), networks());
    insta::assert_snapshot!(house.said(), @r#"
    key warning: managed."held a:bob owner": nobody is an owner, or none, from chat; name owners in `policy.owners`
    key warning: managed."everybody owner": a file says the opposite of `owner`
    "#);
    insta::assert_snapshot!(house.decide("u:irc:bob", "x.y", None, "owner"), @"deny by access: nothing allows a command of level `owner`");
}
