//! The `bw_list`: what it means, and what it says when it is wrong.

use nuncio_policy::{CommandId, Registry, Severity};

use crate::world::{answer, compile, compile_with, lines, policy, request, said};

#[test]
fn the_last_match_decides_and_a_white_rule_grants_nothing() {
    let policy = policy(
        r#"
bw_list = ["b * *", "w %(admins)s *", "w u:irc:carol play,pause", "b r:irc:#quiet games.*; w a:dan *"]
[define]
admins = "u:xmpp:ann@example.org,u:irc:ann"
[account.dan]
identities = ["u:irc:dan", "u:matrix:@dan:example.org"]
"#,
    );
    let ask = |who, command, room| answer(&policy, request(who, command, room, "everyone"));
    let everyone = "allow by access: the command is for everyone";
    assert_eq!(ask("u:irc:ann", "shell.run", None), everyone);
    assert_eq!(ask("u:irc:carol", "music.play", None), everyone);
    assert_eq!(
        ask("u:irc:carol", "music.stop", None),
        "deny by bw_list: rule `b * *` (policy.bw_list[0])"
    );
    assert_eq!(
        ask("u:irc:ann", "games.dice", Some("r:irc:#Quiet")),
        "deny by bw_list: rule `b r:irc:#quiet games.*` (policy.bw_list[3])"
    );
    assert_eq!(ask("u:matrix:@dan:example.org", "games.dice", None), everyone);
    assert_eq!(
        answer(&policy, request("u:irc:ann", "shell.run", None, "sudo")),
        "deny by access: nothing allows a command of level `sudo`"
    );
}

#[test]
fn a_claimed_identity_is_forbidden_by_black_rules_and_lifted_by_none() {
    let policy = policy(
        r#"
bw_list = "b * *; w u:irc:ann,a:bob *; w p:matrix *; b u:irc:eve,a:mallory *"
[account.bob]
identities = ["u:irc:bob"]
[account.mallory]
identities = ["u:irc:mal!m@host"]
"#,
    );
    let ask = |who| answer(&policy, request(who, "x.y", None, "everyone"));
    assert_eq!(ask("u:irc:ann"), "allow by access: the command is for everyone");
    assert_eq!(ask("u:irc:bob"), "allow by access: the command is for everyone");
    let all = "deny by bw_list: rule `b * *` (policy.bw_list)";
    assert_eq!(ask("?u:irc:ann"), all);
    assert_eq!(ask("?u:irc:bob"), all);
    let named = "deny by bw_list: rule `b u:irc:eve,a:mallory *` (policy.bw_list)";
    assert_eq!(ask("u:irc:ann u:irc:eve"), named);
    assert_eq!(ask("u:irc:ann u:irc:Mal!m@host"), named);
    assert_eq!(ask("?u:matrix:@x:y"), "allow by access: the command is for everyone");
    assert_eq!(ask("?u:matrix:@x:y u:irc:someone"), all);
}

#[test]
fn each_mistake_is_told_where_it_stands_with_what_is_meant() {
    insta::assert_snapshot!(said(r#"
bw_list = [
    "B * hello",
    "b * hello extra",
    "b hello",
    "b %(admin_cmds)s *",
    "b p hello",
    "b *, hello",
    "b * ,",
    "b u:xmpp: hello;  b p:xmpp:junk hello",
    "b u:xmpp:alice@s.com/phone *",
    "b u:irc:*!*@host *",
    "b * !hello",
    "b * general.py.x,x",
    "b * gen*",
    "b hello u:irc:bob",
    "b * u:irc:bob",
    "w %(admins)s *",
    "b a:nobody *",
]
[define]
admin_cmds = "die,reboot"
"#), @r"
    0..1 error: policy.bw_list[0]: `B` is not a colour; write `b` to forbid or `w` to lift
    0..15 error: policy.bw_list[1]: a rule has three fields, not 4; join several names by commas without blanks, and rules by `;`
    0..7 error: policy.bw_list[2]: a rule has three fields, not 2; write `b FROM ID` or `w FROM ID`
    2..16 error: policy.bw_list[3]: `die` does not say who; the second field says who; did you swap the fields?
    2..3 error: policy.bw_list[4]: `p` does not say who; write `*`, `p:NETWORK`, `r:NETWORK:ROOM`, `u:NETWORK:USER` or `a:ACCOUNT`
    4..4 error: policy.bw_list[5]: a name is missing beside a comma; write `*`, `p:NETWORK`, `r:NETWORK:ROOM`, `u:NETWORK:USER` or `a:ACCOUNT`
    4..4 warning: policy.bw_list[6]: a name is missing beside a comma
    5..5 warning: policy.bw_list[6]: a name is missing beside a comma
    4..5 error: policy.bw_list[6]: no command is named; write `*` for all of them
    2..9 error: policy.bw_list[7]: a user or room has at least one character
    20..31 error: policy.bw_list[7]: `xmpp:junk` is not a network's name; write the name in `[network.NAME]`: lower-case letters, digits, `-` and `_`
    2..26 error: policy.bw_list[8]: `u:xmpp:alice@s.com/phone` has a resource; write the bare JID; nothing vouches for who sits behind a nick
    2..16 error: policy.bw_list[9]: `u:irc:*!*@host` is a mask, and a rule names one identity; ignore a mask with `[[policy.ignore]]`
    4..10 error: policy.bw_list[10]: `!hello` is not a command's name; write letters, digits, `-` and `_`, without a prefix
    4..16 error: policy.bw_list[11]: `general.py.x` holds a `.py` that ends no plugin's name; write `PLUGIN.*`
    4..8 error: policy.bw_list[12]: `gen*` holds a `*` that stands neither alone nor after a plugin's name; write `*` or `PLUGIN.*`
    2..7 error: policy.bw_list[13]: `hello` does not say who; the second field says who; did you swap the fields?
    4..13 error: policy.bw_list[14]: `u:irc:bob` names no command; the third field says which commands; did you swap the fields?
    2..12 error: policy.bw_list[15]: `%(admins)s` is not defined; define it in `[policy.define]`
    2..10 error: policy.bw_list[16]: no account `a:nobody` is declared; declare it in `[policy.account.nobody]`
    ");
}

#[test]
fn what_is_only_doubtful_is_a_warning() {
    let registry = Registry::of(["music.play", "general.echo"].map(|id| id.parse().unwrap()))
        .with_alias("music.p".parse().unwrap(), "music.play".parse().unwrap())
        .with_rename("music.go".parse().unwrap(), "music.play".parse().unwrap());
    let toml = r#"bw_list = "b p:ircs *; b * musik.*; b * plai,; b * p; b * go; b * music,play; w * general.py""#;
    let (_, said) = compile_with(toml, &registry).unwrap();
    insta::assert_snapshot!(lines(&said), @r"
    2..8 warning: policy.bw_list: no network `ircs` is configured; did you mean `irc`?
    16..23 warning: policy.bw_list: no plugin `musik` is installed; did you mean `music`?
    29..33 warning: policy.bw_list: no command `plai` is installed; did you mean `play`?
    34..34 warning: policy.bw_list: a name is missing beside a comma
    40..41 warning: policy.bw_list: no command `p` is installed; it is an alias: name `music.play`
    47..49 warning: policy.bw_list: `music.go` was renamed; name it `play`
    55..60 warning: policy.bw_list: no command `music` is installed; the plugin is `music.*`
    ");
}

#[test]
fn the_old_name_of_a_renamed_command_is_an_error() {
    let command = |text: &str| text.parse::<CommandId>().unwrap();
    let registry = Registry::unknown().with_rename(command("music.play"), command("music.start"));
    let said = compile_with(r#"bw_list = "b * music.play""#, &registry).unwrap_err();
    insta::assert_snapshot!(lines(&said), @"4..14 error: policy.bw_list: `music.play` was renamed; name it `music.start`");
    assert!(compile_with(r#"bw_list = "b * music.start""#, &registry).unwrap().1.is_empty());
}

#[test]
fn a_policy_with_an_error_is_not_compiled() {
    let said = compile(r#"bw_list = "b * *; b * hello extra""#).unwrap_err();
    assert_eq!(said.iter().map(|said| said.severity).collect::<Vec<_>>(), [Severity::Error]);
}
