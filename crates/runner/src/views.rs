//! What a plugin may read, fulfilled.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use nuncio_core::event::Question;
use nuncio_core::services::{Counters, NetworkStatus, RecordsView, Services, StatusView, Stored};
use nuncio_core::store::{AuditQuery, AuditRow, OutboxRow, Store};
use smol_str::SmolStr;

use crate::settings::Settings;
use crate::shared::Shared;

/// Everything that the plugin `name` may read.
pub(crate) fn services(
    name: &str,
    shared: &Arc<Shared>,
    settings: &Arc<Settings>,
    store: &Arc<dyn Store>,
) -> Services {
    let stored = Stored::new(Arc::clone(store));
    let values = Arc::new(stored.values(name));
    let house = Arc::new(HouseView { shared: Arc::clone(shared), stored });
    Services {
        policy: Arc::clone(&shared.rules),
        config: Arc::<Settings>::clone(settings),
        status: Arc::<HouseView>::clone(&house),
        records: house,
        values,
    }
}

/// The house as plugins see it.
#[derive(Debug)]
struct HouseView {
    shared: Arc<Shared>,
    stored: Stored,
}

impl StatusView for HouseView {
    fn name(&self) -> SmolStr {
        SmolStr::new(&self.shared.config.load().bot().name)
    }

    fn uptime(&self) -> Duration {
        self.shared.clock.now().uptime
    }

    fn started(&self) -> Timestamp {
        self.shared.started
    }

    fn networks(&self) -> Vec<NetworkStatus> {
        self.shared.networks()
    }

    fn counters(&self) -> Counters {
        self.shared.counters()
    }

    fn questions(&self) -> Vec<Question> {
        self.shared.questions()
    }
}

#[async_trait]
impl RecordsView for HouseView {
    fn log_tail(&self, lines: usize) -> Vec<String> {
        self.shared.logs.tail(lines)
    }

    fn log_level(&self) -> String {
        self.shared.logs.level()
    }

    async fn outbox(&self, limit: usize) -> Result<Vec<OutboxRow>, String> {
        self.stored.outbox(limit).await
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>, String> {
        self.stored.audit(query).await
    }
}
