//! The contract of `nuncio policy …`, line for line.

use jiff::Timestamp;
use nuncio_policy::cli::{Expectations, eval_line, expired, lint, who_can};

use crate::world::{lines, policy, request};

const HOUSE: &str = r#"
bw_list = ["b * *", "w u:irc:bob,u:irc:ann shell.*", "b r:irc:#quiet *"]
sudoers = ["u:irc:ann"]
"#;

fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn eval(line: &str) -> Result<String, String> {
    eval_line(&policy(HOUSE), line, noon())
}

#[test]
fn a_line_is_answered_with_a_decision() {
    let line = r#"{"id":1,"user":"u:irc:bob","verified":true,"room":"r:irc:#linux","plugin":"shell","command":"run","level":"sudo","requires":null,"at":"2026-11-22T12:00:00Z"}"#;
    insta::assert_snapshot!(eval(line).unwrap(), @r#"{"id":1,"decision":"deny","layer":"access","because":"nothing allows a command of level `sudo`"}"#);
    let shortest = r#"{"user":"u:irc:ann","plugin":"shell","command":"run"}"#;
    insta::assert_snapshot!(eval(shortest).unwrap(), @r#"{"id":null,"decision":"allow","layer":"access","because":"sudoer `u:irc:ann` (policy.sudoers[0])"}"#);
    let claimed =
        r#"{"id":"x","user":"u:irc:ann","verified":false,"plugin":"shell","command":"run"}"#;
    insta::assert_snapshot!(eval(claimed).unwrap(), @r#"{"id":"x","decision":"deny","layer":"bw_list","because":"rule `b * *` (policy.bw_list[0])"}"#);
    let seen = r#"{"id":[1],"user":"u:console:local","plugin":"Shell","command":"RUN.now","seen":["u:irc:bob"],"target":"r:irc:#a","level":"owner"}"#;
    insta::assert_snapshot!(eval(seen).unwrap(), @r#"{"id":[1],"decision":"allow","layer":"owner","because":"owner `u:console:local` (policy.owners[0])"}"#);
    let requires = r#"{"id":2,"user":"u:irc:ann","plugin":"shell","command":"run","requires":"admin & room:op | trusted"}"#;
    insta::assert_snapshot!(eval(requires).unwrap(), @r#"{"id":2,"decision":"deny","layer":"access","because":"nothing allows a command of level `admin & room:op | trusted`"}"#);
}

#[test]
fn what_nothing_can_vouch_for_is_claimed_whatever_the_line_says() {
    let policy = policy("sudoers = [\"u:irc:bob!b@host\"]");
    for user in ["u:irc:bob!b@host", "u:xmpp:room@muc.example.org/bob"] {
        let line = format!(r#"{{"user":"{user}","plugin":"shell","command":"run"}}"#);
        let answer = eval_line(&policy, &line, noon()).unwrap();
        assert!(answer.contains(r#""decision":"deny""#), "{answer}");
    }
}

#[test]
fn a_line_that_cannot_be_read_says_why_and_keeps_its_id() {
    insta::assert_snapshot!(eval("").unwrap_err(), @r#"{"id":null,"error":"EOF while parsing a value at line 1 column 0"}"#);
    insta::assert_snapshot!(eval("[1]").unwrap_err(), @r#"{"id":null,"error":"a line is a JSON object"}"#);
    insta::assert_snapshot!(eval(r#"{"id":7,"user":"u:irc:bob"}"#).unwrap_err(), @r#"{"id":7,"error":"missing field `plugin`"}"#);
    let with = |fields: &str| {
        eval(&format!(r#"{{"id":7,"plugin":"shell","command":"run",{fields}}}"#)).unwrap_err()
    };
    insta::assert_snapshot!(with(r#""user":"bob""#), @r#"{"id":7,"error":"`user`: `bob` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`"}"#);
    insta::assert_snapshot!(with(r#""user":"r:irc:#a""#), @r#"{"id":7,"error":"`user`: `r:irc:#a` does not name a user, `u:NETWORK:USER`"}"#);
    insta::assert_snapshot!(with(r#""user":"u:irc:bob","rom":"r:irc:#a""#), @r#"{"id":7,"error":"unknown field `rom`, expected one of `user`, `plugin`, `command`, `verified`, `room`, `target`, `level`, `requires`, `at`, `power`, `seen`"}"#);
    insta::assert_snapshot!(with(r#""user":"u:irc:bob","room":"irc:#a""#), @r#"{"id":7,"error":"`room`: `irc:#a` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`"}"#);
    insta::assert_snapshot!(with(r#""user":"u:irc:bob","level":"admin""#), @r#"{"id":7,"error":"`level`: `admin` is none of `everyone`, `sudo` and `owner`; write an expression in `requires`"}"#);
    insta::assert_snapshot!(with(r#""user":"u:irc:bob","requires":"owner""#), @r#"{"id":7,"error":"`requires`: `owner` is no term of an expression; write the level `owner` alone"}"#);
    insta::assert_snapshot!(with(r#""user":"u:irc:bob","at":"noon""#), @r#"{"id":7,"error":"`at`: `noon` is no time; write it as `2026-11-22T12:00:00Z`"}"#);
    insta::assert_snapshot!(with(r#""user":"u:irc:bob","seen":["x"]"#), @r#"{"id":7,"error":"`seen`: `x` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`"}"#);
    insta::assert_snapshot!(with(r#""user":"u:irc:bob","verified":"yes""#), @r#"{"id":7,"error":"invalid type: string \"yes\", expected a boolean"}"#);
}

#[test]
fn who_can_names_everybody_and_strangers() {
    let ask = |command, room, level| {
        who_can(&policy(HOUSE), &request("u:irc:x", command, room, level)).to_string()
    };
    insta::assert_snapshot!(ask("shell.run", None, "everyone"), @r"
    u:console:local: owner `u:console:local` (policy.owners[0])
    u:irc:ann: the command is for everyone
    u:irc:bob: the command is for everyone
    ");
    insta::assert_snapshot!(ask("shell.run", Some("r:irc:#quiet"), "everyone"), @"nobody");
    let open = who_can(&policy(""), &request("u:irc:x", "a.b", Some("r:irc:#a"), "everyone"));
    insta::assert_snapshot!(open, @"anybody else on p:irc: the command is for everyone");
}

#[test]
fn expectations_that_are_met_are_silent_and_others_are_explained() {
    let expectations: Expectations = toml::from_str(
        r#"
[[expect]]
ask = { user = "u:irc:ann", plugin = "shell", command = "run", at = 2026-11-22T12:00:00Z }
decision = "allow"
layer = "access"

[[expect]]
name = "bob has no shell"
ask = { user = "u:irc:bob", plugin = "shell", command = "run" }
decision = "deny"
layer = "bw_list"

[[expect]]
ask = { user = "bob", plugin = "shell", command = "run" }
decision = "ignore"
"#,
    )
    .unwrap();
    let mismatches = expectations.check(&policy(HOUSE), noon());
    let text: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(text.join("\n"), @r"
    expect 2 (bob has no shell): u:irc:bob shell.run: wanted deny by bw_list, got deny by access: nothing allows a command of level `sudo`
      ignored: not ignored
      disabled: not switched off
      owner: not an owner
      bw_list: rule `w u:irc:bob,u:irc:ann shell.*` (policy.bw_list[1])
      capability: no anticapability is held
      access: nothing allows a command of level `sudo`
      to allow it: make the speaker a sudoer
      to allow it: grant `shell.run` to the speaker
      to allow it: make the speaker an owner
    expect 3: bob shell.run: wanted ignore, but it cannot be asked: `user`: `bob` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`
    ");
}

#[test]
fn lint_finds_what_is_said_in_vain() {
    let policy = policy(
        r#"
bw_list = [
    "w * games.*",
    "b u:irc:bob,p:irc games.dice",
    "b p:irc *",
    "w u:irc:ann!a@host *",
    "b u:irc:ann!a@host x",
    "b u:irc:bob capability.add",
    "b a:bob capability",
    "w u:irc:bob capability",
    "b r:console:room x",
    "b * x; w r:irc:#a x; b r:irc:#a x.y,x"
]
sudoers = ["u:irc:eve!e@host", "u:irc:ann"]
[account.bob]
identities = ["u:irc:bob"]
"#,
    );
    insta::assert_snapshot!(lines(&lint(&policy)), @r"
    key warning: policy.bw_list[0]: rule `w * games.*` lifts nothing; no `b` rule stands before it; a `w` rule grants nothing
    key warning: policy.bw_list[1]: rule `b u:irc:bob,p:irc games.dice` never decides; `b p:irc *` stands after it and covers it
    key warning: policy.bw_list[3]: rule `w u:irc:ann!a@host *` can never match
    key warning: policy.bw_list[4]: rule `b u:irc:ann!a@host x` never decides; `b * x` stands after it and covers it
    key warning: policy.bw_list[5]: rule `b u:irc:bob capability.add` never decides; `b a:bob capability` stands after it and covers it
    key warning: policy.bw_list[8]: rule `b r:console:room x` can never match
    key warning: policy.bw_list[9]: rule `w r:irc:#a x` never decides; `b r:irc:#a x.y,x` stands after it and covers it
    key warning: policy.sudoers[0]: `u:irc:eve!e@host` can never be verified; name the account that the network vouches for
    ");
}

#[test]
fn grants_that_never_count_and_entries_that_have_expired_are_told() {
    let policy = policy(
        r#"
[account.bob]
identities = ["u:irc:bob"]
capabilities = ["-shell", "-games"]
[[grant]]
to = "a:bob"
what = "shell.run"
until = "2026-11-22T12:00:00Z"
[[grant]]
to = "u:irc:bob"
what = "games"
[[grant]]
to = "u:irc:bob"
what = "music"
[[grant]]
to = "u:irc:eve!e@host"
what = "music"
[[ignore]]
who = "u:irc:*!*@host"
until = 2026-11-21T12:00:00Z
"#,
    );
    insta::assert_snapshot!(lines(&lint(&policy)), @r"
    key warning: policy.grant[0]: the grant of shell.run to a:bob until 2026-11-22T12:00:00Z never counts; `-shell` (policy.account.bob.capabilities) stands against it; give `shell` instead
    key warning: policy.grant[1]: the grant of games to u:irc:bob never counts; `-games` (policy.account.bob.capabilities) stands against it; give `games` instead
    key warning: policy.grant[3].to: `u:irc:eve!e@host` can never be verified; name the account that the network vouches for
    ");
    insta::assert_snapshot!(lines(&expired(&policy, noon())), @r"
    key warning: policy.grant[0].until: `shell.run to a:bob until 2026-11-22T12:00:00Z` has expired; remove the entry
    key warning: policy.ignore[0].until: `u:irc:*!*@host until 2026-11-21T12:00:00Z` has expired; remove the entry
    ");
}
