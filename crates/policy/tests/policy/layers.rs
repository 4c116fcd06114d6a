//! Each layer beside `bw_list` and access: what it gives, what it takes, and in which order.

use crate::world::{answer, policy, request, said};

const HOUSE: &str = r#"
owners = ["u:console:local", "u:irc:root"]
sudoers = ["u:irc:sue"]

[account.ann]
identities = ["u:irc:ann", "u:xmpp:ann@example.org"]
capabilities = ["admin", "r:irc:#linux,op", "-games.dice"]

[account.tess]
identities = ["u:irc:tess"]
capabilities = ["trusted"]

[account.eve]
identities = ["u:irc:eve"]
capabilities = ["-shell", "-calendar", "r:irc:#linux,-notes"]

[account.mal]
identities = ["u:irc:mal"]
ignore = true

[room."r:irc:#linux"]
capabilities = ["-games", "helper"]

[room."r:irc:#strict"]
default_allow = false

[room."r:irc:#asleep"]
lobotomized = true

[[grant]]
to = "u:irc:bob"
what = "shell.run"
until = 2026-12-01T00:00:00Z

[[grant]]
to = "a:ann"
what = "music"

[[grant]]
to = "u:irc:bob"
what = "core.restart"
elevate = true

[[grant]]
to = "u:irc:bob"
what = "core"

[[grant]]
to = "u:irc:bob"
what = "past.run"
until = "2026-11-22T12:00:00Z"

[[grant]]
to = "u:irc:bob"
what = "games"

[[ignore]]
who = "u:irc:*!*@spam.example"

[[ignore]]
who = "a:eve"
room = "r:irc:#quiet"
until = 2026-12-01T00:00:00Z

[[ignore]]
who = "u:irc:late"
until = "2026-11-22T12:00:00Z"

[[disable]]
command = "games.dice"
room = "r:irc:#linux"

[[disable]]
command = "poker"
"#;

fn ask(who: &str, command: &str, room: Option<&str>, level: &str) -> String {
    answer(&policy(HOUSE), request(who, command, room, level))
}

#[test]
fn an_ignored_account_is_ignored_whoever_claims_it_and_whatever_it_owns() {
    let ignored = "ignore by ignored: account `a:mal` is ignored (policy.account.mal.ignore)";
    assert_eq!(ask("u:irc:mal", "a.b", None, "everyone"), ignored);
    assert_eq!(ask("?u:irc:mal", "a.b", None, "everyone"), ignored);
    assert_eq!(ask("u:irc:tess u:irc:mal", "a.b", None, "everyone"), ignored);
    assert_eq!(
        ask("u:irc:root u:irc:mal", "a.b", None, "owner"),
        "allow by owner: owner `u:irc:root` (policy.owners[1])"
    );
    let policy = policy(
        "[account.root]\nidentities = [\"u:irc:root\"]\ncapabilities = [\"owner\"]\nignore = true",
    );
    assert_eq!(
        answer(&policy, request("u:irc:root", "a.b", None, "everyone")),
        "ignore by ignored: account `a:root` is ignored (policy.account.root.ignore)"
    );
}

#[test]
fn the_ignore_list_takes_masks_accounts_rooms_and_times() {
    let everyone = "allow by access: the command is for everyone";
    let spam = "ignore by ignored: ignore `u:irc:*!*@spam.example` (policy.ignore[0])";
    assert_eq!(ask("u:irc:bob u:irc:Bob!b@Spam.example", "a.b", None, "everyone"), spam);
    assert_eq!(ask("?u:irc:x!y@spam.example.org", "a.b", None, "everyone"), everyone);
    assert_eq!(
        ask("?u:irc:x!y@z u:irc:eve", "a.b", Some("r:irc:#quiet"), "everyone"),
        "ignore by ignored: ignore `a:eve in r:irc:#quiet until 2026-12-01T00:00:00Z` (policy.ignore[1])"
    );
    assert_eq!(ask("u:irc:eve", "a.b", Some("r:irc:#linux"), "everyone"), everyone);
    assert_eq!(ask("u:irc:late", "a.b", None, "everyone"), everyone);
    assert_eq!(
        ask("u:irc:bob", "a.b", Some("r:irc:#asleep"), "everyone"),
        "ignore by ignored: room `r:irc:#asleep` is lobotomized (policy.room.\"r:irc:#asleep\".lobotomized)"
    );
    assert_eq!(ask("u:irc:tess", "a.b", Some("r:irc:#asleep"), "everyone"), everyone);
    assert_eq!(ask("u:irc:tess u:irc:x!y@spam.example", "a.b", None, "everyone"), everyone);
}

#[test]
fn default_ignore_leaves_accounts_owners_and_introductions() {
    let policy = policy(
        "default_ignore = true\n[account.ann]\nidentities = [\"u:irc:ann\"]\n[[disable]]\ncommand = \"user.*\"",
    );
    let ask = |who, command| answer(&policy, request(who, command, None, "everyone"));
    let ignored = "ignore by ignored: whoever is not verified as an account is ignored";
    assert_eq!(ask("u:irc:bob", "a.b"), ignored);
    assert_eq!(ask("?u:irc:ann", "a.b"), ignored);
    assert_eq!(ask("u:irc:ann", "a.b"), "allow by access: the command is for everyone");
    assert_eq!(ask("?u:irc:ann", "user.identify"), "allow by access: the command is for everyone");
    assert_eq!(ask("?u:irc:ann", "user.whoami"), ignored);
}

#[test]
fn what_is_switched_off_is_off_for_owners_and_what_switches_is_not() {
    let here = "deny by disabled: disable `games.dice in r:irc:#linux` (policy.disable[0])";
    assert_eq!(ask("u:irc:root", "games.dice.roll", Some("r:irc:#linux"), "everyone"), here);
    assert!(ask("u:irc:root", "games.dice", None, "everyone").starts_with("allow by owner"));
    let everywhere = "deny by disabled: disable `poker` (policy.disable[1])";
    assert_eq!(ask("u:irc:root", "cards.poker", None, "everyone"), everywhere);
    let policy = policy("[[disable]]\ncommand = \"*\"");
    let ask = |command| answer(&policy, request("u:console:local", command, None, "owner"));
    assert_eq!(ask("core.enable"), "allow by owner: owner `u:console:local` (policy.owners[0])");
    assert_eq!(ask("core.help"), "deny by disabled: disable `*` (policy.disable[0])");
}

#[test]
fn anticapabilities_are_asked_in_order_on_their_own_and_then_in_the_room() {
    assert_eq!(
        ask("u:irc:ann", "games.dice", None, "everyone"),
        "deny by capability: anticapability `-games.dice` (policy.account.ann.capabilities)"
    );
    assert_eq!(
        ask("u:irc:bob", "games.poke", Some("r:irc:#linux"), "everyone"),
        "deny by capability: anticapability `r:irc:#linux,-games` (policy.room.\"r:irc:#linux\".capabilities)"
    );
    assert_eq!(
        ask("u:irc:ann", "games.poke", Some("r:irc:#linux"), "everyone"),
        "allow by access: the command is for everyone"
    );
    assert_eq!(
        ask("u:irc:bob", "admin.capability.add", None, "everyone"),
        "deny by capability: anticapability `-admin` (policy.default_capabilities)"
    );
    assert_eq!(
        ask("u:irc:bob", "channel.voice", Some("r:irc:#other"), "everyone"),
        "deny by capability: anticapability `r:irc:#other,-voice` (policy.room.\"r:irc:#other\".capabilities)"
    );
}

#[test]
fn an_anticapability_of_a_claimed_account_is_held_whatever_the_verified_one_holds() {
    let shell = "deny by capability: anticapability `-shell` (policy.account.eve.capabilities)";
    assert_eq!(ask("u:irc:sue u:irc:eve", "shell.run", None, "sudo"), shell);
    assert_eq!(
        ask("u:irc:bob u:irc:eve", "calendar.show", None, "everyone"),
        "deny by capability: anticapability `-calendar` (policy.account.eve.capabilities)"
    );
    assert_eq!(
        ask("u:irc:ann u:irc:eve", "notes.read", Some("r:irc:#linux"), "everyone"),
        "deny by capability: anticapability `r:irc:#linux,-notes` (policy.account.eve.capabilities)"
    );
}

#[test]
fn what_is_held_by_default_alone_is_lifted_by_whatever_else_allows() {
    let strict = Some("r:irc:#strict");
    assert_eq!(
        ask("u:irc:tess", "shell.run", strict, "everyone"),
        "deny by capability: anticapability `r:irc:#strict,-run` (policy.room.\"r:irc:#strict\".default_allow)"
    );
    assert_eq!(
        ask("u:irc:bob", "shell.run", strict, "sudo"),
        "allow by access: grant shell.run to u:irc:bob until 2026-12-01T00:00:00Z (policy.grant[0])"
    );
    assert!(ask("u:irc:sue", "shell.run", strict, "everyone").starts_with("allow by access"));
    assert_eq!(
        ask("u:irc:bob", "games.poke", Some("r:irc:#linux"), "sudo"),
        "deny by capability: anticapability `r:irc:#linux,-games` (policy.room.\"r:irc:#linux\".capabilities)"
    );
}

#[test]
fn grants_reach_commands_plugins_and_owners_commands_only_where_they_say_so() {
    assert_eq!(
        ask("u:irc:bob", "shell.run.fast", None, "sudo"),
        "allow by access: grant shell.run to u:irc:bob until 2026-12-01T00:00:00Z (policy.grant[0])"
    );
    assert_eq!(
        ask("u:xmpp:ann@example.org", "music.play", None, "admin & room:op"),
        "allow by access: grant music to a:ann (policy.grant[1])"
    );
    assert_eq!(
        ask("u:irc:bob", "core.restart", None, "owner"),
        "allow by access: grant core.restart to u:irc:bob elevated (policy.grant[2])"
    );
    let owners = "deny by access: nothing allows a command of level `owner`";
    assert_eq!(ask("u:irc:bob", "core.restart.now", None, "owner"), owners);
    assert_eq!(ask("u:irc:bob", "core.stop", None, "owner"), owners);
    assert_eq!(ask("u:irc:bob", "shell.run", None, "owner"), owners);
    let sudo = "deny by access: nothing allows a command of level `sudo`";
    assert_eq!(ask("u:irc:bob", "past.run", None, "sudo"), sudo);
    assert_eq!(ask("?u:irc:bob", "shell.run", None, "sudo"), sudo);
    assert_eq!(ask("u:irc:eve u:irc:bob", "past.run", None, "sudo"), sudo);
}

#[test]
fn an_expression_asks_for_what_is_held_in_writing_where_the_command_acts() {
    let linux = Some("r:irc:#linux");
    let holds = |level: &str| format!("allow by access: the speaker holds `{level}`");
    assert_eq!(ask("u:irc:ann", "a.b", None, "admin"), holds("admin"));
    assert_eq!(ask("u:irc:ann", "a.b", linux, "room:op & admin"), holds("room:op & admin"));
    assert_eq!(ask("u:irc:ann", "a.b", linux, "x | room:voice"), holds("x | room:voice"));
    assert_eq!(ask("u:irc:bob", "a.b", linux, "room:helper"), holds("room:helper"));
    for (who, room, level) in [
        ("u:irc:ann", None, "room:op"),
        ("u:irc:ann", Some("r:irc:#other"), "room:op"),
        ("?u:irc:ann", None, "admin"),
        ("u:irc:bob", None, "anything"),
        ("u:irc:bob", linux, "room:anything"),
        ("u:irc:ann", linux, "room:op & x"),
    ] {
        let answer = ask(who, "a.b", room, level);
        assert_eq!(answer, format!("deny by access: nothing allows a command of level `{level}`"));
    }
    let elsewhere = request("u:irc:ann", "a.b", Some("r:irc:#other"), "room:op");
    let place = crate::world::networks().parse_room("r:irc:#linux").unwrap();
    assert_eq!(answer(&policy(HOUSE), elsewhere.on(place)), holds("room:op"));
}

#[test]
fn what_is_wrong_with_an_entry_is_told() {
    insta::assert_snapshot!(said(r##"
default_capabilities = ["-owner", "owner", "r:irc:#a,op", "#a,op"]
registered_capabilities = ["a b"]
[account.ann]
capabilities = ["-owner", "--x"]
[room."#a"]
[room."r:irc:#b"]
capabilities = ["r:irc:#c,op"]
[room."r:irc:#B"]
[[grant]]
to = "u:irc:*!*@host"
what = "bw.add"
until = "tomorrow"
[[grant]]
to = "a:nobody"
what = "shell"
elevate = true
[[ignore]]
who = "r:irc:#a"
room = "u:irc:bob"
[[disable]]
command = "core.enable"
[[disable]]
command = "!x"
"##), @r##"
    0..6 error: policy.account.ann.capabilities[0]: whoever is no owner has no need of `-owner`; remove it
    0..3 error: policy.account.ann.capabilities[1]: `--x` is not a capability; write `NAME`, `-NAME`, `r:NETWORK:ROOM,NAME` or `r:NETWORK:ROOM,-NAME`
    0..5 error: policy.default_capabilities[1]: nobody is an owner by default; name owners in `owners`
    0..11 error: policy.default_capabilities[2]: `r:irc:#a,op` names a room, and this set is for none; write it in `[policy.room."r:irc:#a"]` without the room
    0..5 error: policy.default_capabilities[3]: `#a,op` names no network; write `r:NETWORK:ROOM,op`
    0..3 error: policy.registered_capabilities[0]: `a b` is not a capability; write `NAME`, `-NAME`, `r:NETWORK:ROOM,NAME` or `r:NETWORK:ROOM,-NAME`
    key error: policy.room."#a": `#a` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`
    0..11 error: policy.room."r:irc:#b".capabilities[0]: `r:irc:#c,op` names a room, and this set is for none; write it in `[policy.room."r:irc:#c"]` without the room
    key error: policy.room."r:irc:#b": `r:irc:#b` is declared twice
    0..14 error: policy.grant[0].to: `u:irc:*!*@host` is a mask, which anybody may come to match; name the services account
    0..6 error: policy.grant[0].what: `bw.add` changes rights or code; it is for owners, and granted to nobody
    0..8 error: policy.grant[0].until: `tomorrow` is no time; write it with its offset, as `2026-11-22T12:00:00Z`
    0..8 error: policy.grant[1].to: no account `a:nobody` is declared; declare it in `[policy.account.nobody]`
    key warning: policy.grant[1].elevate: a plugin's grant reaches no command of owners; `elevate` has no effect here; grant the command in full
    0..8 error: policy.ignore[0].who: `r:irc:#a` does not name a person, `u:NETWORK:USER` or `a:ACCOUNT`
    0..9 error: policy.ignore[0].room: `u:irc:bob` does not name a room, `r:NETWORK:ROOM`
    0..11 error: policy.disable[0].command: `core.enable` cannot be switched off; nothing would switch it on again
    0..2 error: policy.disable[1].command: `!x` is not a command's name; write letters, digits, `-` and `_`, without a prefix
    "##);
}

#[test]
fn whoever_is_in_session_has_the_rights_of_the_account_and_is_not_told_to_identify() {
    let house = |more: &str| {
        policy(&format!(
            "default_ignore = true\nsudoers = [\"a:ann\"]\n[account.ann]\n\
             capabilities = [\"admin\", \"-games\"]\n{more}"
        ))
    };
    let ask = |more: &str, command, level| {
        let request = request("?u:irc:nick", command, None, level);
        let speaker = request.speaker.clone().in_session("ann".parse().unwrap());
        let request = nuncio_policy::Request { speaker, ..request };
        nuncio_policy::Explanation::of(&house(more), request)
    };
    let first = |explanation: nuncio_policy::Explanation| {
        explanation.to_string().lines().next().unwrap().to_owned()
    };
    assert_eq!(
        first(ask("", "a.b", "sudo")),
        "allow by access: sudoer `a:ann` (policy.sudoers[0])"
    );
    assert_eq!(first(ask("", "a.b", "admin")), "allow by access: the speaker holds `admin`");
    let games = ask("", "games.dice", "everyone");
    assert!(!games.remedies.contains(&nuncio_policy::Remedy::Identify));
    assert_eq!(
        first(games),
        "deny by capability: anticapability `-games` (policy.account.ann.capabilities)"
    );
    // A password alone is not enough for a secure account: then he is nobody, and what it is
    // denied is denied to him all the same.
    assert_eq!(
        first(ask("secure = true", "a.b", "sudo")),
        "ignore by ignored: whoever is not verified as an account is ignored"
    );
}
