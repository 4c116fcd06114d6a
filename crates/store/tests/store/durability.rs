//! What is waited for, seen from inside SQLite: a trigger notes the level at which it is written.

use std::path::Path;

use nuncio_core::event::EventKey;
use nuncio_core::store::{Store, WriteSet};
use nuncio_store::{DATABASE, Durability, Options, SqliteStore};
use rusqlite::Connection;

use crate::samples::*;

const NORMAL: i64 = 1;
const FULL: i64 = 2;

/// Has each commit note its `PRAGMA synchronous`.
fn watch(folder: &Path) {
    let note = "INSERT INTO seen SELECT synchronous FROM pragma_synchronous";
    let watch = format!(
        "CREATE TABLE seen (level INTEGER);
        CREATE TRIGGER on_journal AFTER INSERT ON journal BEGIN {note}; END;
        CREATE TRIGGER on_audit AFTER INSERT ON audit BEGIN {note}; END;
        CREATE TRIGGER on_setting AFTER INSERT ON setting BEGIN {note}; END;"
    );
    Connection::open(folder.join(DATABASE)).unwrap().execute_batch(&watch).unwrap();
}

fn seen(folder: &Path) -> Vec<i64> {
    let connection = Connection::open(folder.join(DATABASE)).unwrap();
    let mut statement = connection.prepare("SELECT level FROM seen ORDER BY rowid").unwrap();
    let levels = statement.query_map([], |row| row.get(0)).unwrap();
    levels.map(Result::unwrap).collect()
}

/// The levels of a plain batch, one with an audit line, one with a setting, and a plain one.
async fn levels(durability: Durability) -> Vec<i64> {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { durability };
    let store = SqliteStore::open(folder.path(), options).unwrap();
    watch(folder.path());
    let audited = WriteSet { audit: vec![audit(0, "ann", "x")], ..WriteSet::default() };
    let set = WriteSet { settings: vec![setting("k", Some("1"))], ..WriteSet::default() };
    for batch in [
        vec![journalling(done("a"))],
        vec![journalling(done("b")), audited],
        vec![set],
        vec![journalling(done("c"))],
    ] {
        assert!(store.commit(batch).await.iter().all(Result::is_ok));
    }
    seen(folder.path())
}

#[tokio::test]
async fn audit_lines_and_settings_are_always_waited_for() {
    assert_eq!(levels(Durability::Process).await, [NORMAL, FULL, FULL, FULL, NORMAL]);
    assert_eq!(levels(Durability::Power).await, [FULL; 5]);
}

#[tokio::test]
async fn what_was_asked_before_the_store_closed_is_done_and_nothing_after() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), Options::default()).unwrap();
    let asked = store.commit(vec![journalling(done("a"))]);
    let (answers, ()) = tokio::join!(asked, store.close());
    assert!(matches!(answers.as_slice(), [Ok(())]));
    let after = store.commit(vec![journalling(done("b")), WriteSet::default()]).await;
    let texts: Vec<_> = after.into_iter().map(|answer| answer.unwrap_err().to_string()).collect();
    assert_eq!(texts, ["the store is closed"; 2]);
    assert!(store.settings().await.is_err());
    store.close().await;
}

#[tokio::test]
async fn a_commit_whose_asker_went_away_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), Options::default()).unwrap();
    let mut asked = Box::pin(store.commit(vec![journalling(done("a"))]));
    // Polled once, it is in the queue.
    tokio::select! { biased; _ = &mut asked => {} () = std::future::ready(()) => {} }
    drop(asked);
    let event = EventKey::new("a");
    assert!(store.journalled(&network("irc"), &event).await.unwrap().is_some());
}
