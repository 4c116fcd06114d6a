//! A database that somebody else changed, or that refuses: an error for what is asked, no panic.

use std::path::Path;

use nuncio_core::event::EventKey;
use nuncio_core::store::{Store, StoreError, WriteSet};
use nuncio_store::{DATABASE, Options, SqliteStore};
use rusqlite::Connection;

use crate::claims::all;
use crate::samples::*;

fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, Options::default()).unwrap()
}

/// Changes the database under the store, as an operator with `sqlite3` could.
fn meddle(folder: &Path, sql: &str) {
    Connection::open(folder.join(DATABASE)).unwrap().execute_batch(sql).unwrap();
}

fn whole(event: &str) -> WriteSet {
    WriteSet {
        journal: Some(started(event)),
        outputs: vec![output(event, 0)],
        settings: vec![setting(event, Some("1"))],
        audit: vec![audit(0, "ann", event)],
        ..WriteSet::default()
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.commit(vec![whole("e")]).await.remove(0).unwrap();
    let damages = [
        "UPDATE outbox SET draft = '{'",
        "UPDATE outbox SET draft = '{}'",
        "UPDATE outbox SET draft = CAST(x'ff' AS TEXT)",
        "UPDATE outbox SET attempts = -1",
        "UPDATE outbox SET at = 9223372036854775807",
    ];
    for damage in damages {
        meddle(folder.path(), damage);
        // One bad row is named, and hides no other.
        let [unread] = &*store.unreadable_outputs().await.unwrap() else { panic!("{damage}") };
        assert!(unread.0.as_str() == "irc/e#0" && !unread.1.is_empty(), "{damage}: {unread:?}");
        store.commit(vec![adding([output("other", 0)])]).await;
        let other = [output("other", 0)];
        assert_eq!(store.outbox(9).await.unwrap().len(), 1, "{damage}");
        assert_eq!(store.unsent().await.unwrap().len(), 1, "{damage}");
        assert_eq!(store.outbox(9).await.unwrap()[0].key, other[0].key);
        store.commit(vec![moving(moved("other", 0, None))]).await;
        store.commit(vec![moving(moved("e", 0, None)), adding([output("e", 0)])]).await;
        assert_eq!(store.outbox(9).await.unwrap().len(), 1, "{damage}");
    }
    meddle(folder.path(), "UPDATE journal SET notice = '[]'");
    let unreadable = |error| matches!(error, StoreError::Unreadable { what: "journal row", .. });
    assert!(unreadable(store.interrupted().await.unwrap_err()));
    let event = EventKey::new("e");
    assert!(unreadable(store.journalled(&network("irc"), &event).await.unwrap_err()));
    meddle(folder.path(), "UPDATE journal SET notice = NULL, command = 'no command'");
    assert!(store.interrupted().await.unwrap().is_empty());
    meddle(folder.path(), "UPDATE setting SET at = -9223372036854775808");
    assert!(matches!(store.settings().await, Err(StoreError::Unreadable { what: "setting", .. })));
    meddle(folder.path(), "UPDATE audit SET at = 9223372036854775807");
    let lines = store.audit(&all()).await;
    assert!(matches!(lines, Err(StoreError::Unreadable { what: "audit line", .. })));
}

#[tokio::test]
async fn tables_that_are_gone_fail_what_needs_them_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    meddle(folder.path(), "DROP TABLE setting");
    assert!(matches!(store.settings().await, Err(StoreError::Failed { .. })));
    store.commit(vec![journalling(done("e"))]).await.remove(0).unwrap();
}

#[tokio::test]
async fn a_set_that_cannot_be_written_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let refusal = "CREATE TRIGGER refuse BEFORE INSERT ON audit WHEN new.what = 'b'
        BEGIN SELECT RAISE(ABORT, 'no b'); END";
    meddle(folder.path(), refusal);
    let answers = store.commit(["a", "b", "c"].map(whole).into()).await;
    let [Ok(()), Err(error), Ok(())] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(error.to_string(), "the store cannot commit: no b");
    let lines = store.audit(&all()).await.unwrap();
    assert_eq!(lines.iter().map(|row| row.what.as_str()).collect::<Vec<_>>(), ["c", "a"]);
    assert_eq!(store.interrupted().await.unwrap(), [started("a"), started("c")]);
    assert_eq!(store.outbox(9).await.unwrap().len(), 2);
}

/// The set that says that an output arrived fails, so the output that its batch never wrote has
/// to be there after all.
#[tokio::test]
async fn an_output_stays_where_the_set_that_settles_it_fails() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let refusal = "CREATE TRIGGER refuse BEFORE INSERT ON audit
        BEGIN SELECT RAISE(ABORT, 'no'); END";
    meddle(folder.path(), refusal);
    let mut arrived = moving(moved("e", 0, None));
    arrived.audit.push(audit(0, "ann", "x"));
    let answers = store.commit(vec![adding([output("e", 0)]), arrived]).await;
    assert!(matches!(answers.as_slice(), [Ok(()), Err(_)]), "{answers:?}");
    assert_eq!(store.outbox(9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join(DATABASE),
        "not a database, but long enough for a header. ".repeat(9),
    )
    .unwrap();
    let error = SqliteStore::open(folder.path(), Options::default()).unwrap_err().to_string();
    assert!(error.ends_with("nuncio.db` cannot be opened: file is not a database"), "{error}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).close().await;
    meddle(folder.path(), "PRAGMA user_version = 99");
    for opened in [
        SqliteStore::open(folder.path(), Options::default()),
        SqliteStore::open_to_read(folder.path()),
    ] {
        let error = opened.unwrap_err().to_string();
        let text = "nuncio.db` has version 99 and this program knows versions up to 3; use the newer program, or restore a backup";
        assert!(error.ends_with(text), "{error}");
    }
    meddle(folder.path(), "PRAGMA user_version = 3");
    open(folder.path()).close().await;
}
