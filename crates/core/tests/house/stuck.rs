//! A store whose disk hangs.

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

/// A store whose disk hangs: no commit ends. Nothing is in it.
#[derive(Debug)]
pub(crate) struct StuckStore;

#[async_trait]
impl Store for StuckStore {
    async fn commit(&self, _: Vec<WriteSet>) -> Vec<Result<(), StoreError>> {
        std::future::pending().await
    }

    async fn journalled(
        &self,
        _: &Network,
        _: &EventKey,
    ) -> Result<Option<JournalState>, StoreError> {
        Ok(None)
    }

    async fn interrupted(&self) -> Result<Vec<JournalRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        Ok(Vec::new())
    }

    async fn outbox(&self, _: usize) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn unreadable_outputs(&self) -> Result<Vec<(OutputKey, String)>, StoreError> {
        Ok(Vec::new())
    }

    async fn unsent(&self) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn value(&self, _: &Scope, _: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(None)
    }

    async fn values(
        &self,
        _: &Scope,
        _: &str,
        _: usize,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        Ok(Vec::new())
    }

    async fn settings(&self) -> Result<Vec<SettingWrite>, StoreError> {
        Ok(Vec::new())
    }

    async fn audit(&self, _: &AuditQuery) -> Result<Vec<AuditRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn last_audit(&self) -> Result<AuditNumber, StoreError> {
        Ok(AuditNumber::default())
    }

    async fn managed(&self) -> Result<Vec<StoredRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn prune(&self, _: Retention, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}
