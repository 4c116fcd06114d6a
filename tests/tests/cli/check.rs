//! `nuncio check`: what is wrong with a bot's folder, where, and what to do.

use anyhow::Result;
use insta::assert_snapshot;
use jiff::Timestamp;
use nuncio_core::{
    cursor::{Position, Source},
    store::{CursorWrite, Store as _, WriteSet},
};
use nuncio_store::{Options, SqliteStore};
use nuncio_testkit::tls::Authority;
use nuncio_tests::home::Home;

use crate::{tells, told};

#[test]
fn a_good_folder_is_good() -> Result<()> {
    assert_snapshot!(tells("[bot]\nname = \"herald\"\n", &["check", "."])?, @"
    stdout:
    No errors. Networks: 0; commands: 96.
    exit code 0
    ");
    Ok(())
}

#[test]
fn paths_begin_in_the_bots_folder_wherever_it_is_seen_from() -> Result<()> {
    let home = Home::new(
        r#"
[network.irc]
server = "irc.example.org"
nick = "herald"
ca_file = "authority.pem"

[network.xmpp]
jid = "herald@example.org"
password = { file = "secrets/password" }
ca_file = "authority.pem"
avatar = "pictures/herald.png"

[network.matrix]
user = "@herald:example.org"
password = { file = "secrets/password" }
ca_file = "authority.pem"
recovery = { file = "secrets/recovery" }
"#,
    )?;
    home.write("authority.pem", &Authority::new()?.pem())?;
    home.write("pictures/herald.png", "")?;
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x20\0\0\0\x20\x08\x06\0\0\0";
    std::fs::write(home.folder().join("pictures/herald.png"), png)?;
    for secret in ["secrets/password", "secrets/recovery"] {
        home.write(secret, "sesame")?;
    }
    let beside = told(&home.nuncio_beside(&["check", "bot"])?);
    assert!(beside.starts_with("stdout:\nNo errors."), "{beside}");
    let inside = told(&home.nuncio(&["check", "."])?);
    assert!(inside.starts_with("stdout:\nNo errors."), "{inside}");
    Ok(())
}

#[test]
fn every_mistake_is_told_with_its_place() -> Result<()> {
    let config = r##"
[bot]
nmae = "herald"
prefix = 5

[network.irc]
server = "irc.example.org"
nick = "herald"
tsl = true
rooms = "#herald"
"##;
    assert_snapshot!(tells(config, &["check", "."])?, @r##"
    stderr:
      x there is no key `bot.nmae`
       ,-[./nuncio.toml:3:1]
     2 | [bot]
     3 | nmae = ********
       : ^^^^
     4 | prefix = 5
       `----
      help: did you mean `name`?
      x `bot.prefix` is text, not this number
       ,-[./nuncio.toml:4:10]
     3 | nmae = ********
     4 | prefix = 5
       :          ^
     5 | 
       `----
      x there is no key `network.irc.tsl`
        ,-[./nuncio.toml:9:1]
      8 | nick = "herald"
      9 | tsl = ****
        : ^^^
     10 | rooms = "#herald"
        `----
      x `network.irc.rooms` is a list of which each is text or a table, not this text
        ,-[./nuncio.toml:10:9]
      9 | tsl = ****
     10 | rooms = "#herald"
        :         ^^^^^^^^^
        `----
    exit code 78
    "##);
    Ok(())
}

#[test]
fn swapped_fields_of_a_rule_are_recognised() -> Result<()> {
    let config = r#"
[policy]
bw_list = [
  "w * *",
  "b %(admin_cmds)s *",
]

[policy.define]
admin_cmds = "restart,stop"
"#;
    assert_snapshot!(tells(config, &["check", "."])?, @r#"
    stderr:
      x `restart` does not say who
       ,-[./nuncio.toml:5:6]
     4 |   "w * *",
     5 |   "b %(admin_cmds)s *",
       :      ^^^^^^^^^^^^^^
     6 | ]
       `----
      help: the second field says who; did you swap the fields?
    exit code 78
    "#);
    Ok(())
}

#[test]
fn a_name_that_is_not_there_is_an_error_here() -> Result<()> {
    let config =
        "[policy]\nbw_list = [\"b * reboot\", \"b p:matrix *\"]\nsudoers = [\"u:irc:bob\"]\n";
    assert_snapshot!(tells(config, &["check", "."])?, @r#"
    stderr:
      ! no network `irc` is configured
       ,-[./nuncio.toml:3:13]
     2 | bw_list = ["b * reboot", "b p:matrix *"]
     3 | sudoers = ["u:irc:bob"]
       :             ^^^^^^^^^
       `----
      x no command `reboot` is installed
       ,-[./nuncio.toml:2:17]
     1 | [policy]
     2 | bw_list = ["b * reboot", "b p:matrix *"]
       :                 ^^^^^^
     3 | sudoers = ["u:irc:bob"]
       `----
      ! no network `matrix` is configured
       ,-[./nuncio.toml:2:29]
     1 | [policy]
     2 | bw_list = ["b * reboot", "b p:matrix *"]
       :                             ^^^^^^^^
     3 | sudoers = ["u:irc:bob"]
       `----
    exit code 78
    "#);
    Ok(())
}

#[test]
fn a_network_that_is_not_there_is_doubtful_where_none_is() -> Result<()> {
    let config = "[policy]\nbw_list = [\"b p:matrix *\"]\n";
    assert_snapshot!(tells(config, &["check", "."])?, @r#"
    stdout:
    No errors. Networks: 0; commands: 96.
    stderr:
      ! no network `matrix` is configured
       ,-[./nuncio.toml:2:15]
     1 | [policy]
     2 | bw_list = ["b p:matrix *"]
       :               ^^^^^^^^
       `----
    exit code 0
    "#);
    Ok(())
}

#[test]
fn a_password_in_plain_text_is_doubtful() -> Result<()> {
    let network = |server: &str| {
        format!(
            "[network.irc]\nserver = \"{server}\"\nnick = \"herald\"\ntls = false\n\
             danger_plaintext_password = true\n\
             sasl = {{ mechanism = \"plain\", password = \"sesame\" }}\n"
        )
    };
    assert_snapshot!(tells(&network("irc.example.org"), &["check", "."])?, @r#"
    stdout:
    No errors. Networks: 1; commands: 96.
    stderr:
      ! network `irc`: its password crosses the network in plain text
       ,-[./nuncio.toml:4:7]
     3 | nick = "herald"
     4 | tls = false
       :       ^^^^^
     5 | danger_plaintext_password = true
       `----
      help: whoever is between reads it: use `tls = true`
    exit code 0
    "#);
    assert!(!tells(&network("127.0.0.1"), &["check", "."])?.contains("plain text"));
    Ok(())
}

#[test]
fn what_is_no_toml_is_pointed_at() -> Result<()> {
    assert_snapshot!(tells("[bot]\nname = \"herald\nprefix = \"!\"\n", &["check", "."])?, @r#"
    stderr:
      x invalid basic string, expected `"`
       ,-[./nuncio.toml:2:15]
     1 | [bot]
     2 | name =********
       :               ^
     3 | prefix =****
       `----
    exit code 78
    "#);
    Ok(())
}

#[test]
fn a_rule_in_two_files_is_told_with_both() -> Result<()> {
    let home = Home::new("[policy]\nbw_list = [\"b * *\"]\n")?;
    home.write("conf.d/policy.toml", "[policy]\nbw_list = [\"w * *\"]\n")?;
    assert_snapshot!(told(&home.nuncio(&["check", "."])?), @r#"
    stderr:
      x `policy.bw_list` is set in `./nuncio.toml` and in `./conf.d/policy.toml`
       ,-[./conf.d/policy.toml:2:1]
     1 | [policy]
     2 | bw_list = ["w * *"]
       : ^^^^^^^
       `----
      help: the order of its rules decides: keep them in one file

    Advice: 
      > it is set here too
       ,-[./nuncio.toml:2:1]
     1 | [policy]
     2 | bw_list = ["b * *"]
       : ^^^^^^^
       `----
    exit code 78
    "#);
    Ok(())
}

#[test]
fn a_bot_that_is_wrong_does_not_start() -> Result<()> {
    assert_snapshot!(tells("[bot]\nnick = \"herald\"\n", &["run", "."])?, @"
    stderr:
      x there is no key `bot.nick`
       ,-[./nuncio.toml:2:1]
     1 | [bot]
     2 | nick = ********
       : ^^^^
       `----
    exit code 78
    ");
    Ok(())
}

#[tokio::test]
async fn where_no_archive_was_found_words_can_be_lost() -> Result<()> {
    let home = Home::new(
        "[network.xmpp]\njid = \"bot@example.org\"\npassword = \"sesame\"\n\
         rooms = [\"a@muc.example.org\", \"b@muc.example.org\"]\n",
    )?;
    let store = SqliteStore::open(&home.state("nuncio"), Options::default())?;
    let heard = |source: &str, at: &str| CursorWrite {
        network: "xmpp".parse().unwrap(),
        source: Source::new(source).unwrap(),
        to: Some((Position::new(at).unwrap(), Timestamp::UNIX_EPOCH)),
    };
    let cursors = vec![heard("bot@example.org", "-"), heard("a@muc.example.org", "7")];
    for answer in store.commit(vec![WriteSet { cursors, ..WriteSet::default() }]).await {
        answer?;
    }
    store.close().await;
    assert_snapshot!(told(&home.nuncio(&["check", "."])?), @"
    stdout:
    No errors. Networks: 1; commands: 96.
    stderr:
      ! network `xmpp`: no archive was found of `bot@example.org`, `b@muc.example.org`
      help: what is said there while the bot is away is lost: have the server keep archives (XEP-0313)
    exit code 0
    ");
    Ok(())
}
