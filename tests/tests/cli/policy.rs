//! `nuncio policy …`, line for line.

use anyhow::Result;
use insta::assert_snapshot;
use nuncio_tests::home::Home;

use crate::{tells, told};

const POLICY: &str = r#"
[policy]
bw_list = ["b * *", "w %(admins)s *", "w u:irc:carol ping,echo"]
default_ignore = false
owners = ["u:console:local"]
sudoers = ["u:matrix:@ann:example.org"]

[policy.define]
admins = "u:xmpp:ann@example.org,u:irc:ann,u:matrix:@ann:example.org"

[policy.account.ann]
identities = ["u:xmpp:ann@example.org", "u:irc:ann"]
capabilities = ["admin", "r:irc:#linux,op", "-games.dice"]

[[policy.grant]]
to = "u:irc:ann"
what = "shell.run"
until = 2026-12-01T00:00:00Z

[[policy.ignore]]
who = "u:irc:*!*@spam.example"

[[policy.disable]]
command = "games.roulette"
"#;

#[test]
fn eval_answers_each_line_with_a_line() -> Result<()> {
    let home = Home::new(POLICY)?;
    let lines = r#"
{"id":1,"user":"u:irc:ann","verified":true,"room":"r:irc:#linux","plugin":"shell","command":"run","level":"sudo","requires":null,"at":"2026-11-22T12:00:00Z"}
{"id":2,"user":"u:irc:ann","plugin":"shell","command":"run","at":"2026-12-01T00:00:00Z"}
{"id":3,"user":"u:irc:ann","verified":false,"plugin":"shell","command":"run","at":"2026-11-22T12:00:00Z"}
{"id":4,"user":"u:irc:carol","plugin":"info","command":"ping","level":"everyone"}
{"id":5,"user":"u:irc:carol","plugin":"info","command":"uptime","level":"everyone"}
{"id":6,"user":"u:matrix:@ann:example.org","plugin":"rooms","command":"say"}
{"id":7,"user":"u:matrix:@ann:example.org","plugin":"house","command":"restart","level":"owner"}
{"id":8,"user":"u:console:local","plugin":"house","command":"restart","level":"owner"}
{"id":9,"user":"u:console:local","plugin":"games","command":"roulette","level":"everyone"}
{"id":10,"user":"u:irc:eve!e@spam.example","verified":false,"plugin":"info","command":"ping","level":"everyone"}
{"id":11,"user":"u:irc:ann","plugin":"games","command":"dice","level":"everyone"}
{"id":12,"user":"u:irc:ann","plugin":"music","command":"skip","requires":"room:op","room":"r:irc:#linux"}
{"id":13,"user":"u:irc:ann","plugin":"music","command":"skip","requires":"room:op","room":"r:irc:#games"}
"#;
    let told = told(&home.nuncio_reading(&["policy", "eval", "--config", "nuncio.toml"], lines)?);
    assert_snapshot!(told, @r#"
    stdout:
    {"id":1,"decision":"allow","layer":"access","because":"grant shell.run to u:irc:ann until 2026-12-01T00:00:00Z (policy.grant[0])"}
    {"id":2,"decision":"deny","layer":"access","because":"nothing allows a command of level `sudo`"}
    {"id":3,"decision":"deny","layer":"bw_list","because":"rule `b * *` (policy.bw_list[0])"}
    {"id":4,"decision":"allow","layer":"access","because":"the command is for everyone"}
    {"id":5,"decision":"deny","layer":"bw_list","because":"rule `b * *` (policy.bw_list[0])"}
    {"id":6,"decision":"allow","layer":"access","because":"sudoer `u:matrix:@ann:example.org` (policy.sudoers[0])"}
    {"id":7,"decision":"deny","layer":"access","because":"nothing allows a command of level `owner`"}
    {"id":8,"decision":"allow","layer":"owner","because":"owner `u:console:local` (policy.owners[0])"}
    {"id":9,"decision":"deny","layer":"disabled","because":"disable `games.roulette` (policy.disable[0])"}
    {"id":10,"decision":"ignore","layer":"ignored","because":"ignore `u:irc:*!*@spam.example` (policy.ignore[0])"}
    {"id":11,"decision":"deny","layer":"capability","because":"anticapability `-games.dice` (policy.account.ann.capabilities)"}
    {"id":12,"decision":"allow","layer":"access","because":"the speaker holds `room:op`"}
    {"id":13,"decision":"deny","layer":"access","because":"nothing allows a command of level `room:op`"}
    exit code 0
    "#);
    Ok(())
}

#[test]
fn a_line_that_cannot_be_read_is_answered_and_the_rest_goes_on() -> Result<()> {
    let home = Home::new(POLICY)?;
    let lines = r#"
{"id":"a","user":"bob","plugin":"info","command":"ping"}
no json
{"id":"c","user":"u:irc:carol","plugin":"info","command":"ping","level":"everyone"}
"#;
    let told = told(&home.nuncio_reading(&["policy", "eval", "--config", "nuncio.toml"], lines)?);
    assert_snapshot!(told, @r#"
    stdout:
    {"id":"a","error":"`user`: `bob` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`"}
    {"id":null,"error":"expected ident at line 1 column 2"}
    {"id":"c","decision":"allow","layer":"access","because":"the command is for everyone"}
    exit code 1
    "#);
    Ok(())
}

#[test]
fn explain_shows_the_trace_and_what_would_change_it() -> Result<()> {
    let explain = |user: &str, command: &str, more: &[&str]| {
        let arguments = ["policy", "explain", user, command, "--config", "nuncio.toml"];
        tells(POLICY, &[&arguments, more].concat())
    };
    assert_snapshot!(explain("u:irc:carol", "ping", &[])?, @r#"
    stdout:
    allow by access: the command is for everyone
      ignored: not ignored
      disabled: not switched off
      owner: not an owner
      bw_list: rule `w u:irc:carol ping,echo` (policy.bw_list[2])
      capability: no anticapability is held
      access: the command is for everyone
    stderr:
      ! no command `shell.run` is installed
        ,-[nuncio.toml:17:9]
     16 | to = "u:irc:ann"
     17 | what = "shell.run"
        :         ^^^^^^^^^
     18 | until = 2026-12-01T00:00:00Z
        `----
      ! no command `games.roulette` is installed
        ,-[nuncio.toml:24:12]
     23 | [[policy.disable]]
     24 | command = "games.roulette"
        :            ^^^^^^^^^^^^^^
        `----
    exit code 0
    "#);
    assert_snapshot!(explain("u:irc:carol", "restart", &["--room", "r:irc:#linux"])?, @r#"
    stdout:
    deny by bw_list: rule `b * *` (policy.bw_list[0])
      ignored: not ignored
      disabled: not switched off
      owner: not an owner
      bw_list: rule `b * *` (policy.bw_list[0])
      to allow it: add a `w` rule after `b * *` (policy.bw_list[0]), or remove it
      to allow it: make the speaker an owner
    stderr:
      ! no command `shell.run` is installed
        ,-[nuncio.toml:17:9]
     16 | to = "u:irc:ann"
     17 | what = "shell.run"
        :         ^^^^^^^^^
     18 | until = 2026-12-01T00:00:00Z
        `----
      ! no command `games.roulette` is installed
        ,-[nuncio.toml:24:12]
     23 | [[policy.disable]]
     24 | command = "games.roulette"
        :            ^^^^^^^^^^^^^^
        `----
    exit code 0
    "#);
    assert_snapshot!(explain("u:irc:ann", "shell.run", &["--at", "2026-11-22T12:00:00Z"])?, @r#"
    stdout:
    allow by access: grant shell.run to u:irc:ann until 2026-12-01T00:00:00Z (policy.grant[0])
      ignored: not ignored
      disabled: not switched off
      owner: not an owner
      bw_list: rule `w %(admins)s *` (policy.bw_list[1])
      capability: no anticapability is held
      access: grant shell.run to u:irc:ann until 2026-12-01T00:00:00Z (policy.grant[0])
    stderr:
      ! no command `shell.run` is installed
        ,-[nuncio.toml:17:9]
     16 | to = "u:irc:ann"
     17 | what = "shell.run"
        :         ^^^^^^^^^
     18 | until = 2026-12-01T00:00:00Z
        `----
      ! no command `games.roulette` is installed
        ,-[nuncio.toml:24:12]
     23 | [[policy.disable]]
     24 | command = "games.roulette"
        :            ^^^^^^^^^^^^^^
        `----
    nuncio: there is no command `shell.run`; asking at level `sudo`
    exit code 0
    "#);
    Ok(())
}

#[test]
fn who_can_lists_those_who_may() -> Result<()> {
    let who =
        |command: &str| tells(POLICY, &["policy", "who-can", command, "--config", "nuncio.toml"]);
    assert_snapshot!(who("ping")?, @r#"
    stdout:
    u:console:local: owner `u:console:local` (policy.owners[0])
    u:irc:ann: the command is for everyone
    u:irc:carol: the command is for everyone
    u:matrix:@ann:example.org: the command is for everyone
    u:xmpp:ann@example.org: the command is for everyone
    stderr:
      ! no command `shell.run` is installed
        ,-[nuncio.toml:17:9]
     16 | to = "u:irc:ann"
     17 | what = "shell.run"
        :         ^^^^^^^^^
     18 | until = 2026-12-01T00:00:00Z
        `----
      ! no command `games.roulette` is installed
        ,-[nuncio.toml:24:12]
     23 | [[policy.disable]]
     24 | command = "games.roulette"
        :            ^^^^^^^^^^^^^^
        `----
    exit code 0
    "#);
    assert_snapshot!(who("restart")?, @r#"
    stdout:
    u:console:local: owner `u:console:local` (policy.owners[0])
    stderr:
      ! no command `shell.run` is installed
        ,-[nuncio.toml:17:9]
     16 | to = "u:irc:ann"
     17 | what = "shell.run"
        :         ^^^^^^^^^
     18 | until = 2026-12-01T00:00:00Z
        `----
      ! no command `games.roulette` is installed
        ,-[nuncio.toml:24:12]
     23 | [[policy.disable]]
     24 | command = "games.roulette"
        :            ^^^^^^^^^^^^^^
        `----
    exit code 0
    "#);
    Ok(())
}

#[test]
fn expectations_are_tested() -> Result<()> {
    let home = Home::new(POLICY)?;
    home.write(
        "expect.toml",
        r#"
[[expect]]
ask = { user = "u:irc:carol", plugin = "info", command = "ping", level = "everyone" }
decision = "allow"

[[expect]]
name = "carol has no shell"
ask = { user = "u:irc:carol", plugin = "shell", command = "run" }
decision = "deny"
layer = "access"
"#,
    )?;
    let arguments = ["policy", "test", "expect.toml", "--config", "nuncio.toml"];
    assert_snapshot!(told(&home.nuncio(&arguments)?), @"
    stdout:
    expect 2 (carol has no shell): u:irc:carol shell.run: wanted deny by access, got deny by bw_list: rule `b * *` (policy.bw_list[0])
      ignored: not ignored
      disabled: not switched off
      owner: not an owner
      bw_list: rule `b * *` (policy.bw_list[0])
      to allow it: add a `w` rule after `b * *` (policy.bw_list[0]), or remove it
      to allow it: make the speaker an owner
    1 passed, 1 failed
    exit code 1
    ");
    Ok(())
}

#[test]
fn lint_finds_what_does_nothing() -> Result<()> {
    let config = r#"
[policy]
bw_list = ["w * ping", "b u:irc:bob ping", "b * ping"]
sudoers = ["u:irc:eve!e@host.example"]
"#;
    let lint = ["policy", "lint", "--config", "nuncio.toml"];
    assert_snapshot!(tells(config, &lint)?, @r#"
    stderr:
      ! rule `w * ping` never decides
       ,-[nuncio.toml:3:12]
     2 | [policy]
     3 | bw_list = ["w * ping", "b u:irc:bob ping", "b * ping"]
       :            ^^^^^^^^^^
     4 | sudoers = ["u:irc:eve!e@host.example"]
       `----
      help: `b * ping` stands after it and covers it
      ! rule `b u:irc:bob ping` never decides
       ,-[nuncio.toml:3:24]
     2 | [policy]
     3 | bw_list = ["w * ping", "b u:irc:bob ping", "b * ping"]
       :                        ^^^^^^^^^^^^^^^^^^
     4 | sudoers = ["u:irc:eve!e@host.example"]
       `----
      help: `b * ping` stands after it and covers it
      ! `u:irc:eve!e@host.example` can never be verified
       ,-[nuncio.toml:4:12]
     3 | bw_list = ["w * ping", "b u:irc:bob ping", "b * ping"]
     4 | sudoers = ["u:irc:eve!e@host.example"]
       :            ^^^^^^^^^^^^^^^^^^^^^^^^^^
       `----
      help: name the account that the network vouches for
    exit code 1
    "#);
    assert_snapshot!(tells("[policy]\n", &lint)?, @"exit code 0");
    Ok(())
}
