//! What plugins may read of a store, whichever it is.

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_policy::Change;

use super::ValuesView;
use crate::store::{AuditQuery, AuditRow, OutboxRow, Scope, Store, StoreError};

/// A store, as far as plugins may read it.
#[derive(Clone, Debug)]
pub struct Stored(Arc<dyn Store>);

/// The values that one plugin keeps in a store.
#[derive(Debug)]
pub struct Values {
    scope: Scope,
    store: Arc<dyn Store>,
}

impl Stored {
    /// What may be read of a store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self(store)
    }

    /// The values of a plugin.
    pub fn values(&self, plugin: &str) -> Values {
        Values { scope: Scope::plugin(plugin), store: Arc::clone(&self.0) }
    }

    /// What has not arrived, the oldest first; see
    /// [`RecordsView::outbox`](super::RecordsView::outbox).
    ///
    /// # Errors
    /// What the store says.
    pub async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, String> {
        self.0.outbox(limit).await.map_err(said)
    }

    /// Lines of the audit log, without hashes of passwords; see
    /// [`RecordsView::audit`](super::RecordsView::audit).
    ///
    /// # Errors
    /// What the store says.
    pub async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, String> {
        let mut rows = self.0.audit(query).await.map_err(said)?;
        rows.iter_mut().filter_map(|row| row.change.as_deref_mut()).for_each(Change::hide_password);
        Ok(rows)
    }
}

#[async_trait]
impl ValuesView for Values {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, String> {
        self.store.value(&self.scope, key).await.map_err(said)
    }

    async fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Vec<u8>)>, String> {
        self.store.values(&self.scope, prefix, limit).await.map_err(said)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it maps an error")]
fn said(error: StoreError) -> String {
    error.to_string()
}
