//! The store itself: the contract, asked of the database's thread.

use std::path::Path;

use async_trait::async_trait;
use jiff::Timestamp;
use nuncio_core::cursor::Cursor;
use nuncio_core::delivery::OutputKey;
use nuncio_core::event::EventKey;
use nuncio_core::store::{
    AuditQuery, AuditRow, JournalRow, JournalState, OutboxRow, Retention, Scope, SettingWrite,
    Store, StoreError, WriteSet,
};
use nuncio_policy::{AuditNumber, Network, StoredRow};

use crate::database::Database;
use crate::prune::{self, Horizon};
use crate::worker::Worker;
use crate::{OpenError, Options, commit, read};

/// Durable state in a folder of its own.
///
/// # Cancel safety
///
/// What was asked is done even where the future that asked is dropped.
#[derive(Debug)]
pub struct SqliteStore {
    worker: Worker,
}

impl SqliteStore {
    /// Takes a state folder, made where there is none, and opens the database in it, brought up to
    /// date. Blocks while it does.
    ///
    /// # Errors
    ///
    /// When the folder cannot be used, is used by another bot, or holds the database of a newer
    /// version.
    pub fn open(folder: &Path, options: Options) -> Result<Self, OpenError> {
        Self::start(folder, Database::open(folder, options)?)
    }

    /// Opens the database of a state folder only to read, whether or not its bot is running.
    /// [`Store::commit`] and [`Store::prune`] fail. Blocks while it opens.
    ///
    /// # Errors
    ///
    /// When there is no database, or one of another version.
    pub fn open_to_read(folder: &Path) -> Result<Self, OpenError> {
        Self::start(folder, Database::open_to_read(folder)?)
    }

    fn start(folder: &Path, database: Database) -> Result<Self, OpenError> {
        let failed =
            |source| OpenError::Folder { path: folder.to_owned(), doing: "served", source };
        Ok(Self { worker: Worker::start(database).map_err(failed)? })
    }

    /// Closes the database and gives the folder free, after all that was asked before. What is
    /// asked later is answered [`StoreError::Closed`].
    pub async fn close(&self) {
        self.worker.close().await;
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&rusqlite::Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.worker.ask(|database| read(&database.connection)).await?
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, sets: Vec<WriteSet>) -> Vec<Result<(), StoreError>> {
        let asked = sets.len();
        let answer = self.worker.ask(move |database| commit::commit(database, &sets)).await;
        answer.unwrap_or_else(|error| vec![Err(error); asked])
    }

    async fn journalled(
        &self,
        network: &Network,
        key: &EventKey,
    ) -> Result<Option<JournalState>, StoreError> {
        let (network, key) = (network.clone(), key.clone());
        self.read(move |connection| read::journalled(connection, &network, &key)).await
    }

    async fn interrupted(&self) -> Result<Vec<JournalRow>, StoreError> {
        self.read(read::interrupted).await
    }

    async fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        self.read(read::cursors).await
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        self.read(move |connection| read::outbox(connection, limit)).await
    }

    async fn unsent(&self) -> Result<Vec<OutboxRow>, StoreError> {
        self.read(read::unsent).await
    }

    async fn unreadable_outputs(&self) -> Result<Vec<(OutputKey, String)>, StoreError> {
        self.read(read::unreadable_outputs).await
    }

    async fn value(&self, scope: &Scope, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let (scope, key) = (scope.clone(), key.to_owned());
        self.read(move |connection| read::value(connection, &scope, &key)).await
    }

    async fn values(
        &self,
        scope: &Scope,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let (scope, prefix) = (scope.clone(), prefix.to_owned());
        self.read(move |connection| read::values(connection, &scope, &prefix, limit)).await
    }

    async fn settings(&self) -> Result<Vec<SettingWrite>, StoreError> {
        self.read(read::settings).await
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, StoreError> {
        let query = query.clone();
        self.read(move |connection| read::audit(connection, &query)).await
    }

    async fn last_audit(&self) -> Result<AuditNumber, StoreError> {
        self.read(read::last_audit).await
    }

    async fn managed(&self) -> Result<Vec<StoredRow>, StoreError> {
        self.read(read::managed).await
    }

    async fn prune(&self, keep: Retention, now: Timestamp) -> Result<u64, StoreError> {
        let horizon = Horizon { journal: keep.journal_since(now), audit: keep.audit_since(now) };
        let mut rows = 0_u64;
        // A little at a time, so that what others ask comes in between.
        loop {
            match self.worker.ask(move |database| prune::prune(database, horizon)).await?? {
                0 => return Ok(rows),
                pruned => rows = rows.saturating_add(pruned),
            }
        }
    }
}
