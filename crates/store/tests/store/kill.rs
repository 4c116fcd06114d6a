//! kill -9 at random points: what was acknowledged is there, and nothing is there by half.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use nuncio_core::event::EventKey;
use nuncio_core::store::{JournalState, OutboxState, Scope, Store, WriteSet};
use nuncio_store::{Options, SqliteStore};

use crate::claims::all;
use crate::samples::*;

/// The folder in which a child of this test is to write.
const CHILD: &str = "NUNCIO_STORE_TEST_FOLDER";
const KILLS: u32 = 32;

/// What the set of a number writes: an event, a waiting output, one that arrives with the next
/// set, a value, and now and then an audit line.
fn numbered(number: u64) -> WriteSet {
    let event = number.to_string();
    let mut set = journalling(done(&event));
    set.outputs = vec![output(&event, 0), output(&event, 1)];
    set.moves.push(moved(&event, 0, Some(OutboxState::Handed)));
    if let Some(before) = number.checked_sub(1) {
        set.moves.push(moved(&before.to_string(), 1, None));
    }
    set.cursors.push(cursor("a", Some(&event)));
    set.values.push(value("test", "last", Some(event.as_bytes())));
    if number.is_multiple_of(16) {
        set.audit.push(audit(0, "ann", &event));
    }
    set
}

/// Commits numbered sets in batches of many sizes, and prints each number once it is committed.
async fn write(folder: PathBuf) {
    let store = SqliteStore::open(&folder, Options::default()).unwrap();
    let mut next = committed(&store).await;
    loop {
        let size = fastrand::u64(1..12);
        let answers = store.commit((next..next + size).map(numbered).collect()).await;
        assert!(answers.iter().all(Result::is_ok));
        next += size;
        let mut out = std::io::stdout();
        writeln!(out, "acknowledged {}", next - 1).unwrap();
        out.flush().unwrap();
    }
}

/// How many sets the store holds.
async fn committed(store: &SqliteStore) -> u64 {
    let last = store.value(&Scope::plugin("test"), "last").await.unwrap();
    last.map_or(0, |last| String::from_utf8(last).unwrap().parse::<u64>().unwrap() + 1)
}

/// Checks that the first sets are there whole and no other at all. Answers how many there are.
async fn check(folder: &Path, before: u64) -> u64 {
    let store = SqliteStore::open(folder, Options::default()).unwrap();
    let count = committed(&store).await;
    for number in before.saturating_sub(1)..count + 20 {
        let event = EventKey::new(number.to_string());
        let state = store.journalled(&network("irc"), &event).await.unwrap();
        assert_eq!(state, (number < count).then_some(JournalState::Done), "{number} of {count}");
    }
    let mut outputs: Vec<_> = (0..count).map(|number| key(&number.to_string(), 0)).collect();
    outputs.extend(count.checked_sub(1).map(|last| key(&last.to_string(), 1)));
    let rows = store.outbox(usize::MAX).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.key.clone()).collect::<Vec<_>>(), outputs);
    assert_eq!(rows.iter().map(|row| u64::from(row.attempts)).sum::<u64>(), count);
    let last = count.checked_sub(1).map(|last| last.to_string());
    let cursors: Vec<_> = last.map(|last| cursor("a", Some(&last))).into_iter().collect();
    let found = store.cursors().await.unwrap();
    assert_eq!(found, cursors.into_iter().filter_map(reached).collect::<Vec<_>>());
    assert_eq!(store.audit(&all()).await.unwrap().len() as u64, count.div_ceil(16));
    store.close().await;
    count
}

fn spawn(folder: &Path) -> Child {
    let test = concat!(module_path!(), "::everything_acknowledged_survives_a_kill");
    let test = test.split_once("::").unwrap().1;
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", test, "--nocapture"]).env(CHILD, folder);
    child.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// Lets a child write until it has acknowledged so many batches, and kills it under the next ones.
/// Answers the last number that it acknowledged.
fn kill_after(folder: &Path, batches: usize) -> u64 {
    let mut child = spawn(folder);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut acknowledged =
        lines.filter_map(|line| Some(line.strip_prefix("acknowledged ")?.parse::<u64>().unwrap()));
    let mut last = acknowledged.nth(batches).unwrap();
    child.kill().unwrap();
    // What it had said before it died counts too.
    last = acknowledged.last().unwrap_or(last);
    assert_eq!(child.wait().unwrap().code(), None, "it ended by itself");
    last
}

#[tokio::test]
async fn everything_acknowledged_survives_a_kill() {
    if let Some(folder) = env::var_os(CHILD) {
        return write(folder.into()).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for _ in 0..KILLS {
        let acknowledged = kill_after(folder.path(), fastrand::usize(0..40));
        let before = count;
        count = check(folder.path(), before).await;
        assert!(acknowledged < count, "{acknowledged} was acknowledged, {count} are there");
        assert!(before < count);
    }
}
