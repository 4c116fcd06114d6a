//! What is managed from chat, asked on the command line while the bot sleeps.

use anyhow::Result;
use insta::assert_snapshot;
use jiff::Timestamp;
use nuncio_core::store::{AuditRow, Store, WriteSet};
use nuncio_policy::{AuditNumber, Change, Declared, Managed, Networks, Policy, Registry, Speaker};
use nuncio_store::{Options, SqliteStore};
use nuncio_tests::home::Home;

use crate::told;

const POLICY: &str = r#"
[policy]
bw_list = ["b u:irc:eve *"]
owners = ["u:irc:root"]
sudoers = ["u:irc:ann"]
"#;

/// What an owner said, in this order.
const CHANGES: &[&str] = &[
    r#"{"add_sudoer": {"who": "u:irc:bob"}}"#,
    r#"{"register": {"account": "root", "identity": "u:irc:root", "password": "$argon2id$hash"}}"#,
    r#"{"add_capability": {"account": "root", "capability": "-games"}}"#,
    r#"{"ban": {"who": "u:irc:*!*@spam.example", "room": "r:irc:#a", "until": "2100-01-01T00:00:00Z"}}"#,
    r#"{"add_rule": {"rule": "b u:irc:bob ping"}}"#,
];

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_795_348_800 + 60 * minute).unwrap_or_default()
}

fn row(number: u64, who: &str, what: &str, place: &str, outcome: &str) -> AuditRow {
    let minute = i64::try_from(number).unwrap_or_default();
    AuditRow {
        number: AuditNumber(number),
        at: at(minute),
        who: who.into(),
        evidence: if who.ends_with(')') { "claimed" } else { "verified" }.into(),
        what: what.into(),
        place: place.into(),
        outcome: outcome.into(),
        because: "typed: nothing allows it".into(),
        change: None,
    }
}

/// A home whose bot has run, and was told something.
async fn home() -> Result<Home> {
    let home = Home::new(POLICY)?;
    let store = SqliteStore::open(&home.state("nuncio"), Options::default())?;
    let declared: Declared = serde_json::from_str(r#"{"owners": ["u:irc:root"]}"#)?;
    let (networks, registry) = (Networks::new(), Registry::unknown());
    let compiled = Policy::compile(&declared, &networks, &registry, 1);
    let Ok((mut policy, _)) = compiled else { anyhow::bail!("{compiled:?}") };
    let root = Speaker::verified(networks.parse_user("u:irc:root")?);
    let mut sets = Vec::new();
    for (change, number) in CHANGES.iter().zip(1..) {
        let change: Change = serde_json::from_str(change)?;
        let minute = i64::try_from(number)?;
        let plan = policy.plan(&root, change, at(minute))?;
        let change = Some(Box::new(plan.change().clone()));
        let audit =
            AuditRow { change, ..row(number, "u:irc:root", "test.change", "r:irc:#a", "done") };
        let managed: Managed = policy.managed().apply(&plan, AuditNumber(number));
        sets.push(WriteSet {
            audit: vec![audit],
            managed: plan.writes().to_vec(),
            ..WriteSet::default()
        });
        policy = policy.manage(&managed, number + 1).0;
    }
    let asked = [
        row(6, "u:irc:carol (claimed)", "house.restart", "carol in private on irc", "deny"),
        row(7, "u:irc:carol", "rooms.join", "r:irc:#a", "deny"),
        row(8, "u:irc:bob", "info.ping", "r:irc:#a", "deny"),
        row(9, "u:irc:bob", "shell.run", "r:irc:#a", "deny"),
        row(10, "u:irc:mal\u{1b}lory", "info.ping", "r:irc:#a", "deny"),
        row(11, "nuncio", "core.policy", "", "done"),
    ];
    sets.push(WriteSet { audit: asked.into(), ..WriteSet::default() });
    for result in store.commit(sets).await {
        result?;
    }
    store.close().await;
    Ok(home)
}

#[tokio::test]
async fn both_layers_are_shown_and_told_apart() -> Result<()> {
    let home = home().await?;
    assert_snapshot!(told(&home.nuncio(&["policy", "show", "--origin"])?), @r#"
    stdout:
    policy.auto_register = false  # default: config/default.toml:13:17
    policy.bw_list[0] = "b u:irc:eve *"  # folder: ./nuncio.toml:3:12
    policy.default_allow = true  # default: config/default.toml:11:17
    policy.default_capabilities[0] = "-admin"  # default: config/default.toml:14:25
    policy.default_capabilities[1] = "-trusted"  # default: config/default.toml:14:35
    policy.default_ignore = false  # default: config/default.toml:12:18
    policy.owners[0] = "u:irc:root"  # folder: ./nuncio.toml:4:11, replaces default: config/default.toml:16:10
    policy.registered_capabilities = []  # default: config/default.toml:15:27
    policy.sudoers[0] = "u:irc:ann"  # folder: ./nuncio.toml:5:12, replaces default: config/default.toml:17:11
    managed."account a:root" = "user register root"  # audit row 2: u:irc:root, 2026-11-22T12:02:00Z
    managed."ban u:irc:*!*@spam.example r:irc:#a" = "channel ban add r:irc:#a u:irc:*!*@spam.example 2100-01-01T00:00:00Z"  # audit row 4: u:irc:root, 2026-11-22T12:04:00Z
    managed."held a:root games" = "admin capability add a:root -games"  # audit row 3: u:irc:root, 2026-11-22T12:03:00Z
    managed."identity u:irc:root" = "user register root"  # audit row 2: u:irc:root, 2026-11-22T12:02:00Z
    managed."password a:root" = "user register root"  # audit row 2: u:irc:root, 2026-11-22T12:02:00Z
    managed."rule 0000000001" = "bw add b u:irc:bob ping"  # audit row 5: u:irc:root, 2026-11-22T12:05:00Z
    managed."sudoer u:irc:bob" = "sudo add u:irc:bob"  # audit row 1: u:irc:root, 2026-11-22T12:01:00Z
    exit code 0
    "#);
    let declared = told(&home.nuncio(&["policy", "show", "--declared"])?);
    assert!(!declared.contains("managed"), "{declared}");
    Ok(())
}

#[tokio::test]
async fn what_is_managed_counts_with_a_bots_folder() -> Result<()> {
    let home = home().await?;
    let explain = |more: &[&str]| {
        let arguments = ["policy", "explain", "u:irc:bob", "ping"];
        Ok::<_, anyhow::Error>(told(&home.nuncio(&[&arguments, more].concat())?))
    };
    assert_snapshot!(explain(&[])?, @"
    stdout:
    deny by bw_list: rule `b u:irc:bob ping` (audit row 5)
      ignored: not ignored
      disabled: not switched off
      owner: not an owner
      bw_list: rule `b u:irc:bob ping` (audit row 5)
      to allow it: add a `w` rule after `b u:irc:bob ping` (audit row 5), or remove it
      to allow it: make the speaker an owner
    exit code 0
    ");
    let first = |told: String| told.lines().nth(1).unwrap_or_default().to_owned();
    // What is not asked with the store is asked of the files alone.
    assert_snapshot!(first(explain(&["--declared"])?), @"allow by access: the command is for everyone");
    assert_snapshot!(first(explain(&["--config", "nuncio.toml"])?), @"allow by access: the command is for everyone");
    assert_snapshot!(told(&home.nuncio(&["policy", "who-can", "join"])?), @"
    stdout:
    u:irc:ann: sudoer `u:irc:ann` (policy.sudoers[0])
    u:irc:bob: sudoer `u:irc:bob` (audit row 1)
    u:irc:root: owner `u:irc:root` (policy.owners[0])
    exit code 0
    ");
    Ok(())
}

#[tokio::test]
async fn a_file_is_evaluated_alone_and_a_folder_with_its_store() -> Result<()> {
    let home = home().await?;
    let line = r#"{"id":1,"user":"u:irc:bob","plugin":"rooms","command":"join"}"#;
    let eval = |config: &str| {
        let arguments = ["policy", "eval", "--config", config];
        Ok::<_, anyhow::Error>(told(&home.nuncio_reading(&arguments, line)?))
    };
    assert_snapshot!(eval("nuncio.toml")?, @r#"
    stdout:
    {"id":1,"decision":"deny","layer":"access","because":"nothing allows a command of level `sudo`"}
    exit code 0
    "#);
    assert_snapshot!(eval(".")?, @r#"
    stdout:
    {"id":1,"decision":"allow","layer":"access","because":"sudoer `u:irc:bob` (audit row 1)"}
    exit code 0
    "#);
    Ok(())
}

#[tokio::test]
async fn lint_looks_at_what_is_managed_too() -> Result<()> {
    let home = home().await?;
    home.write("nuncio.toml", "[policy]\nbw_list = [\"b u:irc:bob ping\"]\n")?;
    assert_snapshot!(told(&home.nuncio(&["policy", "lint"])?), @r#"
    stderr:
      ! rule `b u:irc:bob ping` never decides
       ,-[./nuncio.toml:2:12]
     1 | [policy]
     2 | bw_list = ["b u:irc:bob ping"]
       :            ^^^^^^^^^^^^^^^^^^
       `----
      help: `b u:irc:bob ping` stands after it and covers it
    exit code 1
    "#);
    let declared = home.nuncio(&["policy", "lint", "--declared"])?;
    assert_snapshot!(told(&declared), @"exit code 0");
    Ok(())
}

#[tokio::test]
async fn the_decisions_of_the_log_are_asked_of_another_policy() -> Result<()> {
    let home = home().await?;
    home.write("new.toml", "[policy]\nsudoers = [\"u:irc:carol\"]\n")?;
    let diff = ["policy", "diff", "nuncio.toml", "new.toml", "--audit"];
    assert_snapshot!(told(&home.nuncio(&diff)?), @"
    stdout:
    audit row 7 2026-11-22T12:07:00Z u:irc:carol rooms.join r:irc:#a
      - deny by access: nothing allows a command of level `sudo`
      + allow by access: sudoer `u:irc:carol` (policy.sudoers[0])
    1 of 3 decisions would be others
    stderr:
    nuncio: not asked: 1, for the bot itself, or nobody, asked
    nuncio: not asked: 6, for there is no such command, so that its level is not known
    nuncio: not asked: 1, for the policy cannot read who asked, or where
    exit code 1
    ");
    let same = ["policy", "diff", "nuncio.toml", "nuncio.toml", "--audit"];
    assert!(told(&home.nuncio(&same)?).ends_with("exit code 0"));
    Ok(())
}

#[tokio::test]
async fn whoever_was_in_session_is_asked_about_as_such() -> Result<()> {
    let home = Home::new("[policy]\nsudoers = ['a:ann']\naccount.ann = {}\n")?;
    home.write("new.toml", "[policy]\naccount.ann = {}\n")?;
    let evidence = "claimed, in session as a:ann, op of r:irc:#a".to_owned();
    let join = row(1, "u:irc:ann (claimed)", "rooms.join", "r:irc:#a", "allow");
    let audit = vec![AuditRow { evidence, ..join }];
    let store = SqliteStore::open(&home.state("nuncio"), Options::default())?;
    for written in store.commit(vec![WriteSet { audit, ..WriteSet::default() }]).await {
        written?;
    }
    store.close().await;
    let diff = ["policy", "diff", "nuncio.toml", "new.toml", "--audit"];
    assert_snapshot!(told(&home.nuncio(&diff)?), @"
    stdout:
    audit row 1 2026-11-22T12:01:00Z u:irc:ann (claimed) rooms.join r:irc:#a
      - allow by access: sudoer `a:ann` (policy.sudoers[0])
      + deny by access: nothing allows a command of level `sudo`
    1 of 1 decisions would be others
    exit code 1
    ");
    Ok(())
}

#[tokio::test]
async fn the_log_is_for_people_and_holds_no_password() -> Result<()> {
    let home = home().await?;
    assert_snapshot!(told(&home.nuncio(&["audit", "."])?), @r"
    stdout:
    11	2026-11-22T12:11:00Z	nuncio	core.policy		done	typed: nothing allows it
    10	2026-11-22T12:10:00Z	u:irc:mal\u{1b}lory	info.ping	r:irc:#a	deny	typed: nothing allows it
    9	2026-11-22T12:09:00Z	u:irc:bob	shell.run	r:irc:#a	deny	typed: nothing allows it
    8	2026-11-22T12:08:00Z	u:irc:bob	info.ping	r:irc:#a	deny	typed: nothing allows it
    7	2026-11-22T12:07:00Z	u:irc:carol	rooms.join	r:irc:#a	deny	typed: nothing allows it
    6	2026-11-22T12:06:00Z	u:irc:carol (claimed)	house.restart	carol in private on irc	deny	typed: nothing allows it
    5	2026-11-22T12:05:00Z	u:irc:root	test.change	r:irc:#a	done	bw add b u:irc:bob ping
    4	2026-11-22T12:04:00Z	u:irc:root	test.change	r:irc:#a	done	channel ban add r:irc:#a u:irc:*!*@spam.example 2100-01-01T00:00:00Z
    3	2026-11-22T12:03:00Z	u:irc:root	test.change	r:irc:#a	done	admin capability add a:root -games
    2	2026-11-22T12:02:00Z	u:irc:root	test.change	r:irc:#a	done	user register root
    1	2026-11-22T12:01:00Z	u:irc:root	test.change	r:irc:#a	done	sudo add u:irc:bob
    exit code 0
    ");
    assert_snapshot!(told(&home.nuncio(&["audit", ".", "--changes", "--limit", "1"])?), @"
    stdout:
    5	2026-11-22T12:05:00Z	u:irc:root	test.change	r:irc:#a	done	bw add b u:irc:bob ping
    exit code 0
    ");
    assert_snapshot!(told(&home.nuncio(&["audit", ".", "--number", "2"])?), @"
    stdout:
    audit row 2
    when     2026-11-22T12:02:00Z
    who      u:irc:root, verified
    what     test.change
    where    r:irc:#a
    outcome  done
    because  user register root
    so now   a:root is registered
    exit code 0
    ");
    assert_snapshot!(told(&home.nuncio(&["audit", ".", "--number", "99"])?), @"exit code 1");
    Ok(())
}
