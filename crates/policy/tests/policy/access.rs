//! Accounts, standings and `[policy.access]`.

use nuncio_policy::Registry;

use crate::world::{answer, compile_with, lines, policy, request, said};

const HOUSE: &str = r#"
owners = ["u:console:local", "a:root"]
sudoers = ["a:ann", "u:matrix:@sue:example.org"]

[account.ann]
identities = ["u:xmpp:ann@example.org", "u:irc:ann"]

[account.root]
identities = ["u:irc:root"]

[access]
games = "everyone"
"games.dice" = ["sudo", "u:irc:bob"]
"games.dice.loaded" = ["owner", "a:ann"]
"notes" = []
"sudo.add" = "everyone"
"#;

fn ask(who: &str, command: &str, level: &str) -> String {
    let (policy, _) = crate::world::compile(HOUSE).unwrap();
    answer(&policy, request(who, command, None, level))
}

#[test]
fn an_account_speaks_through_each_of_its_identities_when_verified() {
    let sudoer = "allow by access: sudoer `a:ann` (policy.sudoers[0])";
    assert_eq!(ask("u:irc:Ann", "shell.run", "sudo"), sudoer);
    assert_eq!(ask("u:xmpp:ANN@example.org", "shell.run", "sudo"), sudoer);
    let denied = "deny by access: nothing allows a command of level `sudo`";
    assert_eq!(ask("?u:irc:ann", "shell.run", "sudo"), denied);
    assert_eq!(ask("u:irc:eve u:irc:ann", "shell.run", "sudo"), denied);
    assert_eq!(
        ask("u:irc:root", "shell.run", "owner"),
        "allow by owner: owner `a:root` (policy.owners[1])"
    );
}

#[test]
fn the_narrowest_access_entry_replaces_the_declared_level() {
    let everyone = "allow by access: the command is for everyone";
    assert_eq!(ask("?u:irc:eve", "games.poker", "owner"), everyone);
    assert_eq!(
        ask("u:irc:bob", "games.dice", "owner"),
        "allow by access: listed in `sudo, u:irc:bob` (policy.access.\"games.dice\")"
    );
    assert_eq!(
        ask("?u:irc:bob", "games.dice.roll", "everyone"),
        "deny by access: not of those in `sudo, u:irc:bob` (policy.access.\"games.dice\")"
    );
    assert_eq!(
        ask("u:irc:ann", "games.dice.loaded", "sudo"),
        "allow by access: listed in `owner, a:ann` (policy.access.\"games.dice.loaded\")"
    );
    assert_eq!(
        ask("u:matrix:@sue:example.org", "games.dice.loaded", "sudo"),
        "deny by access: not of those in `owner, a:ann` (policy.access.\"games.dice.loaded\")"
    );
    assert_eq!(
        ask("u:irc:ann", "notes.read", "everyone"),
        "deny by access: not of those in `` (policy.access.notes)"
    );
}

#[test]
fn what_changes_rights_is_for_owners_whatever_is_declared() {
    let reserved = "deny by access: the command changes rights or code, which is for owners";
    assert_eq!(ask("u:irc:ann", "sudo.add", "everyone"), reserved);
    assert_eq!(ask("u:irc:ann", "core.bw.add", "everyone"), reserved);
    assert_eq!(
        ask("u:console:local", "sudo.add", "everyone"),
        "allow by owner: owner `u:console:local` (policy.owners[0])"
    );
    assert_eq!(
        said(HOUSE),
        "key warning: policy.access.\"sudo.add\": `sudo.add` is reserved for owners; the entry has no effect; remove it"
    );
}

#[test]
fn owners_replace_the_console() {
    let policy = policy("owners = []");
    assert_eq!(
        answer(&policy, request("u:console:local", "shell.run", None, "owner")),
        "deny by access: nothing allows a command of level `owner`"
    );
}

#[test]
fn what_names_nobody_is_told() {
    insta::assert_snapshot!(said(r#"
owners = ["u:irc:bob", "r:irc:#a", "a:nobody", "bob", "u:irc:*!*@host"]
sudoers = ["u:xmpp:room@muc.example.org/ann", "u:ircx:bob"]
[account.ann]
identities = ["u:irc:ann"]
[account.anne]
identities = ["u:irc:Ann"]
[account."Ann"]
[account."an ne"]
[access]
"games." = "everyone"
"games" = ["sudo", "-admin", "p:irc", "admin & room:op", "( admin )"]
"#), @r#"
    key error: policy.account."an ne": `an ne` is not an account's name; write letters, digits, `-`, `_` and `.`
    key error: policy.account.ann: `ann` is declared twice; case does not tell accounts apart
    0..8 error: policy.owners[1]: `r:irc:#a` does not name a person, `u:NETWORK:USER` or `a:ACCOUNT`
    0..8 error: policy.owners[2]: no account `a:nobody` is declared; declare it in `[policy.account.nobody]`
    0..3 error: policy.owners[3]: `bob` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`
    0..14 error: policy.owners[4]: `u:irc:*!*@host` is a mask, which anybody may come to match; name the services account
    0..31 error: policy.sudoers[0]: `room@muc.example.org/ann` has a resource; write the bare JID; nothing vouches for who sits behind a nick
    0..10 warning: policy.sudoers[1]: no network `ircx` is configured; did you mean `irc`?
    0..6 error: policy.access.games[1]: `-admin` is an anticapability; an expression asks for what is held
    0..5 error: policy.access.games[2]: `p:irc` does not name a person, `u:NETWORK:USER` or `a:ACCOUNT`
    0..9 error: policy.access.games[4]: `( admin )` is not a capability; write a name, or `room:NAME`, joined by `&` and `|` without brackets
    key error: policy.access."games.": `` is not a command's name; write letters, digits, `-` and `_`, without a prefix; name a plugin, or a command in full, `PLUGIN.COMMAND`
    "#);
}

#[test]
fn in_an_expression_and_binds_tighter_than_or() {
    let held = |capabilities: &str, level: &str| {
        let house =
            format!("[account.ann]\nidentities = [\"u:irc:ann\"]\ncapabilities = [{capabilities}]");
        let request = request("u:irc:ann", "x.y", Some("r:irc:#a"), level);
        answer(&policy(&house), request).starts_with("allow")
    };
    for (capabilities, level, allowed) in [
        ("\"a\"", "a | b & c", true),
        ("\"b\"", "a | b & c", false),
        ("\"b\", \"c\"", "a | b & c", true),
        ("\"c\"", "a & b | c", true),
        ("\"a\"", "a & b | c", false),
        ("\"a\", \"c\"", "a & b | a & c", true),
        ("\"A[1]\"", "a{1}", true),
        // What is held in a room is asked for there, and nowhere else.
        ("\"r:irc:#a,op\"", "room:op", true),
        ("\"r:irc:#a,op\"", "op", false),
        ("\"op\"", "room:op", false),
        ("\"r:irc:#a,op\"", "room:anything & room:else", true),
        ("\"r:irc:#a,op\", \"r:irc:#a,-x\"", "room:x", false),
        ("\"r:irc:#b,op\"", "room:op", false),
    ] {
        assert_eq!(held(capabilities, level), allowed, "{capabilities} for {level}");
    }
}

#[test]
fn an_expression_asks_for_no_ownership_and_has_no_brackets() {
    for level in
        ["owner & admin", "room:owner", "OWNER | a", "-a", "(a)", "a &", "| a", "a b", "room:"]
    {
        assert!(level.parse::<nuncio_policy::Level>().is_err(), "{level}");
    }
    // Alone it is the level.
    assert_eq!("owner".parse(), Ok(nuncio_policy::Level::Owner));
}

/// A rule calls a command by its path in any plugin; an entry that did would close nothing.
#[test]
fn a_path_without_its_plugin_is_told_in_a_grant_and_in_access() {
    let names = ["rooms.list.all", "list.mine", "rooms.topic"];
    let registry = Registry::of(names.map(|id| id.parse().unwrap()));
    let toml = r#"
bw_list = "b * list.all"
[access]
"list.all" = "owner"
"list.mine" = "owner"
"rooms.list" = "owner"
[[grant]]
to = "u:irc:bob"
what = "list.all"
[[grant]]
to = "u:irc:bob"
what = "rooms.topik"
"#;
    let (_, told) = compile_with(toml, &registry).unwrap();
    insta::assert_snapshot!(lines(&told), @r#"
    key warning: policy.access."list.all": no command `list.all` is installed; name it in full: `rooms.list.all`
    0..8 warning: policy.grant[0].what: no command `list.all` is installed; name it in full: `rooms.list.all`
    0..11 warning: policy.grant[1].what: no command `rooms.topik` is installed; did you mean `rooms.topic`?
    "#);
}

/// What it was renamed to is what was meant, whatever else has such a path by now.
#[test]
fn the_old_name_of_a_command_is_an_error_in_access_as_in_a_rule() {
    let registry = Registry::of(["list.mine", "rooms.list.own"].map(|id| id.parse().unwrap()))
        .with_rename("list.own".parse().unwrap(), "list.mine".parse().unwrap());
    let told = compile_with("[access]\n\"list.own\" = \"owner\"", &registry).unwrap_err();
    insta::assert_snapshot!(lines(&told), @r#"key error: policy.access."list.own": `list.own` was renamed; name it `list.mine`"#);
}
