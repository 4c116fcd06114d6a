//! kill -9 at random points while the policy is changed: no change that was acknowledged is lost,
//! each is whole with its line of the audit log, and the log leads to what is there.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nuncio_core::store::{AuditQuery, AuditRow, JournalState, Store, WriteSet};
use nuncio_policy::{
    AuditNumber, CaseMapping, Change, Declared, Managed, Networks, Plan, Policy, Registry, Speaker,
    Trust, UserId,
};
use nuncio_store::{Options, SqliteStore};

use crate::samples::*;

/// The folder in which a child of this test is to write.
const CHILD: &str = "NUNCIO_STORE_TEST_POLICY";
const KILLS: usize = 240;
/// Every how many kills a log is replayed from its beginning, and not from where it was.
const FROM_NOTHING: usize = 24;

/// What is asked for, again and again: of one row, of several, and of many.
const CHANGES: &[&str] = &[
    r#"{"register": {"account": "bob", "identity": "u:irc:bob"}}"#,
    r#"{"unregister": {"account": "bob"}}"#,
    r#"{"set_ignored": {"account": "bob", "ignored": true}}"#,
    r#"{"add_capability": {"account": "bob", "capability": "games"}}"#,
    r#"{"add_capability": {"account": "bob", "capability": "-games"}}"#,
    r#"{"remove_capability": {"account": "bob", "capability": "games"}}"#,
    r#"{"add_capability": {"account": "bob", "capability": "r:irc:#a,op"}}"#,
    r#"{"add_to_role": {"role": "dj", "capability": "music"}}"#,
    r#"{"remove_from_role": {"role": "dj", "capability": "music"}}"#,
    r#"{"give_role": {"account": "bob", "role": "dj"}}"#,
    r#"{"add_sudoer": {"who": "u:irc:eve"}}"#,
    r#"{"remove_sudoer": {"who": "u:irc:eve"}}"#,
    r#"{"grant": {"to": "a:bob", "what": "games"}}"#,
    r#"{"revoke": {"to": "a:bob", "what": "games", "temporary": false}}"#,
    r#"{"grant": {"to": "u:irc:eve", "what": "games.dice", "lease": {"until": "2030-01-01T00:00:00Z"}}}"#,
    r#"{"ignore": {"who": "u:irc:*!*@spam.example"}}"#,
    r#"{"unignore": {"who": "u:irc:*!*@spam.example"}}"#,
    r#"{"flood": {"who": "u:irc:eve", "room": "r:irc:#a", "until": "2030-01-01T00:00:00Z"}}"#,
    r#"{"unignore": {"who": "u:irc:eve", "room": "r:irc:#a"}}"#,
    r#"{"lobotomize": {"room": "r:irc:#b"}}"#,
    r#"{"wake": {"room": "r:irc:#b"}}"#,
    r#"{"disable": {"command": "games.dice"}}"#,
    r#"{"enable": {"command": "games.dice"}}"#,
];

fn policy(managed: &Managed) -> Policy {
    let declared = r#"{"owners": ["u:irc:root"]}"#;
    let declared: Declared = serde_json::from_str(declared).unwrap();
    let networks = Networks::new().with(network("irc"), CaseMapping::Rfc1459, Trust::Account);
    Policy::compile_with(&declared, managed, &networks, &Registry::unknown(), 1).unwrap().0
}

/// A change that may be made, of somebody who may.
fn drawn(policy: &Policy, number: u64) -> Plan {
    let now = at(i64::try_from(number).unwrap());
    loop {
        let text = fastrand::choice(CHANGES).unwrap();
        let change: Change = serde_json::from_str(text).unwrap();
        let user = |name| UserId::new(&network("irc"), name, CaseMapping::Rfc1459).unwrap();
        let of = |name| policy.plan(&Speaker::verified(user(name)), change.clone(), now);
        let own = policy.plan_own(change.clone(), now);
        if let Ok(plan) = of("root").or_else(|_| of("bob")).or(own) {
            return plan;
        }
    }
}

/// What the house writes of a change.
fn written(plan: &Plan, number: u64) -> WriteSet {
    let row = AuditRow {
        number: AuditNumber(number),
        at: plan.at(),
        because: plan.change().to_string(),
        change: Some(Box::new(plan.change().clone())),
        ..audit(0, plan.by().unwrap_or("nuncio"), "core.policy")
    };
    let mut set = journalling(done(&number.to_string()));
    set.outputs.push(output(&number.to_string(), 0));
    set.moves.push(moved(&number.to_string(), 0, None));
    set.managed = plan.writes().to_vec();
    set.audit.push(row);
    set
}

/// Makes one change after another, some together, and prints the number of each that is committed.
async fn write(folder: PathBuf) {
    let store = SqliteStore::open(&folder, Options::default()).unwrap();
    let mut number = store.last_audit().await.unwrap().0;
    let mut managed = Managed::load(store.managed().await.unwrap());
    loop {
        let mut sets = Vec::new();
        for _ in 0..fastrand::u64(1..4) {
            number += 1;
            let plan = drawn(&policy(&managed), number);
            managed = managed.apply(&plan, AuditNumber(number));
            sets.push(written(&plan, number));
        }
        assert!(store.commit(sets).await.iter().all(Result::is_ok));
        let mut out = std::io::stdout();
        writeln!(out, "acknowledged {number}").unwrap();
        out.flush().unwrap();
    }
}

/// What a log led to, up to a line of it.
#[derive(Default)]
struct Replayed {
    managed: Managed,
    number: u64,
}

/// Checks what is there against the log from where it was replayed to.
async fn check(folder: &Path, replayed: &mut Replayed) {
    let store = SqliteStore::open(folder, Options::default()).unwrap();
    let last = store.last_audit().await.unwrap().0;
    let fresh = usize::try_from(last - replayed.number).unwrap();
    let query = AuditQuery { changes: true, limit: fresh + 1, ..AuditQuery::default() };
    let rows = store.audit(&query).await.unwrap();
    for row in rows.iter().rev().skip(rows.len() - fresh) {
        replayed.number += 1;
        assert_eq!(row.number.0, replayed.number, "a line is missing");
        let change = row.change.as_deref().unwrap();
        assert_eq!(row.because, change.to_string());
        let by = Some(row.who.as_str()).filter(|who| *who != "nuncio");
        replayed.managed = replayed.managed.replay(change, by, row.at, row.number);
        assert_eq!(journalled(&store, replayed.number).await, Some(JournalState::Done));
    }
    assert_eq!(replayed.number, last);
    assert_eq!(journalled(&store, last + 1).await, None);
    let loaded = Managed::load(store.managed().await.unwrap());
    assert_eq!(loaded, replayed.managed, "after {last} changes");
    assert_eq!(loaded.unreadable().count(), 0);
    assert_eq!(store.outbox(1).await.unwrap(), []);
    store.close().await;
}

async fn journalled(store: &SqliteStore, number: u64) -> Option<JournalState> {
    let key = nuncio_core::event::EventKey::new(number.to_string());
    store.journalled(&network("irc"), &key).await.unwrap()
}

fn spawn(folder: &Path) -> Child {
    let test = concat!(module_path!(), "::a_change_survives_kills_with_its_line_of_the_log");
    let test = test.split_once("::").unwrap().1;
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", test, "--nocapture"]).env(CHILD, folder);
    child.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// Kills a child at a random point: while it opens the store, or in one of its changes. Answers the
/// last number that it acknowledged, or 0.
fn kill(folder: &Path) -> u64 {
    let mut child = spawn(folder);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut acknowledged =
        lines.filter_map(|line| Some(line.strip_prefix("acknowledged ")?.parse::<u64>().unwrap()));
    let before = fastrand::usize(0..8).checked_sub(1);
    let last = before.map(|batches| acknowledged.nth(batches).unwrap());
    let moment = if last.is_some() { 3_000 } else { 20_000 };
    // For no event, on purpose.
    std::thread::park_timeout(Duration::from_micros(fastrand::u64(0..moment)));
    child.kill().unwrap();
    let last = acknowledged.last().or(last);
    assert_eq!(child.wait().unwrap().code(), None, "it ended by itself");
    last.unwrap_or_default()
}

#[test]
fn a_change_survives_kills_with_its_line_of_the_log() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    if let Some(folder) = env::var_os(CHILD) {
        return runtime.block_on(write(folder.into()));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut replayed = Replayed::default();
    for number in 1..=KILLS {
        let acknowledged = kill(folder.path());
        if number.is_multiple_of(FROM_NOTHING) {
            replayed = Replayed::default();
        }
        runtime.block_on(check(folder.path(), &mut replayed));
        let survived = replayed.number;
        assert!(acknowledged <= survived, "{acknowledged} acknowledged, {survived} there");
    }
    println!("{KILLS} kills, {} changes survived", replayed.number);
    assert!(replayed.number > 200, "too little was changed: {}", replayed.number);
}
