//! The state folder: private, and one bot's alone.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use nuncio_core::store::{JournalState, OutboxRow, Store, StoreError};
use nuncio_store::{DATABASE, LOCK, OpenError, Options, SqliteStore};

use crate::samples::*;

fn open(folder: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(folder, Options::default())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_folder_and_its_files_are_private() {
    let above = tempfile::tempdir().unwrap();
    let folder = above.path().join("nuncio/bot");
    let store = open(&folder).unwrap();
    store.commit(vec![journalling(done("a"))]).await.remove(0).unwrap();
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn files_that_others_could_read_are_made_private() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().close().await;
    let database = folder.path().join(DATABASE);
    fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
    open(folder.path()).unwrap().close().await;
    assert_eq!(mode(&database), 0o600);
}

#[test]
fn a_folder_that_others_can_write_to_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o770)).unwrap();
    let error = open(folder.path()).unwrap_err();
    assert!(matches!(&error, OpenError::Shared { path } if path == folder.path()));
    assert!(error.to_string().contains("chmod go-w"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn two_bots_never_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    let error = open(folder.path()).unwrap_err();
    assert!(matches!(&error, OpenError::InUse { path } if path == folder.path()));
    let named = format!("the state folder `{}` is in use by another bot", folder.path().display());
    assert!(error.to_string().starts_with(&named), "{error}");
    first.close().await;
    open(folder.path()).unwrap();
}

#[test]
fn what_is_no_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = open(&file).unwrap_err().to_string();
    assert_eq!(
        error,
        format!("cannot use the state folder: `{}` cannot be created", file.display())
    );
    fs::create_dir(folder.path().join(LOCK)).unwrap();
    let error = open(folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("lock` cannot be opened"), "{error}");
}

#[tokio::test]
async fn a_running_bots_database_can_be_read_and_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let error = SqliteStore::open_to_read(folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("start the bot once"), "{error}");
    let store = open(folder.path()).unwrap();
    let reader = SqliteStore::open_to_read(folder.path()).unwrap();
    for event in ["a", "b"] {
        store.commit(vec![adding([output(event, 0)])]).await.remove(0).unwrap();
        assert_eq!(reader.outbox(9).await.unwrap(), store.outbox(9).await.unwrap());
    }
    let refused = reader.commit(vec![journalling(done("a"))]).await.remove(0);
    assert!(matches!(refused, Err(StoreError::Failed { .. })), "{refused:?}");
    store.close().await;
    assert_eq!(reader.outbox(9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn no_file_holds_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).unwrap();
    let row = OutboxRow { draft: joining("hunter2"), ..Arc::unwrap_or_clone(output("a", 0)) };
    let notice = Box::new(joining("hunter2"));
    let mut set = journalling(journal("a", JournalState::Started { notice }));
    set.outputs.push(Arc::new(row));
    store.commit(vec![set]).await.remove(0).unwrap();
    let mut found = vec![];
    for file in fs::read_dir(folder.path()).unwrap() {
        found.extend(fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &[u8]| found.windows(text.len()).any(|window| window == text);
    assert!(holds(b"#secret") && !holds(b"hunter2"));
}
