//! The library's stores, and how many keys they let it ask the account's other devices for.
//!
//! The library asks for each key that it misses, keeps every question for ever, and reads all of
//! them whenever it misses another. What it is not to ask it must not keep: it asks what its store
//! has of unsent questions, and offers no other way to say no.

mod asked;
mod through;

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::try_join;
use jiff::Timestamp;
use matrix_sdk::{
    ClientBuildError, SqliteCryptoStore, SqliteEventCacheStore, SqliteMediaStore, SqliteStateStore,
    SqliteStoreConfig, config::StoreConfig, cross_process_lock::CrossProcessLockConfig,
    ruma::TransactionId,
};
use matrix_sdk_base::crypto::{
    GossipRequest, SecretInfo,
    store::{CryptoStore, types::Changes},
};
use tokio::sync::Mutex;

use self::asked::{Asked, Full};

/// Under which the store keeps which keys are asked for.
const ASKED: &str = "nuncio.asked";

/// Who holds the locks of the event cache, which is not used: the library's own word.
const HOLDER: &str = "main";

/// The connections to each store: one that writes, and one that reads meanwhile.
const CONNECTIONS: usize = 2;

/// What the store answers.
type Kept<T> = Result<T, <SqliteCryptoStore as CryptoStore>::Error>;

/// How many keys were asked for since that was last looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally(Arc<AtomicUsize>);

impl Tally {
    pub(super) fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Opens the stores in a folder, or makes them.
pub(super) async fn open(
    folder: &Path,
    passphrase: Option<&str>,
    tally: Tally,
) -> Result<StoreConfig, ClientBuildError> {
    // By itself the library opens as many as four for each processor and store, with up to 2 MB of
    // pages and a thread's own heap each.
    let config = SqliteStoreConfig::with_low_memory_config(folder)
        .pool_max_size(CONNECTIONS)
        .passphrase(passphrase);
    let (state, events, media, inner) = try_join!(
        SqliteStateStore::open_with_config(&config),
        SqliteEventCacheStore::open_with_config(&config),
        SqliteMediaStore::open_with_config(&config),
        SqliteCryptoStore::open_with_config(&config),
    )?;
    Ok(StoreConfig::new(CrossProcessLockConfig::multi_process(HOLDER))
        .state_store(state)
        .event_cache_store(events)
        .media_store(media)
        .crypto_store(Vault { inner, asked: Mutex::default(), tally }))
}

/// The store of keys.
#[derive(Debug)]
struct Vault {
    inner: SqliteCryptoStore,
    /// None until it is first needed.
    asked: Mutex<Option<Asked>>,
    tally: Tally,
}

impl Vault {
    async fn save(&self, mut changes: Changes) -> Kept<()> {
        let (new, mut rest) = changes.key_requests.into_iter().partition(is_new);
        let new: Vec<GossipRequest> = new;
        for request in new {
            if self.admit(&request).await? {
                rest.push(request);
            }
        }
        changes.key_requests = rest;
        self.inner.save_changes(changes).await
    }

    /// Whether a key may be asked for. What is asked is written down before the library writes it,
    /// so that nothing is left in its store of which nobody knows.
    async fn admit(&self, request: &GossipRequest) -> Kept<bool> {
        let SecretInfo::KeyRequest(key) = &request.info else { return Ok(true) };
        let mut held = self.asked.lock().await;
        let asked = self.known(&mut held).await?;
        match asked.add(&request.request_id, key.room_id(), Timestamp::now()) {
            Ok(over) => {
                if let Some(over) = over {
                    self.inner.delete_outgoing_secret_requests(&over).await?;
                }
                self.keep(asked).await?;
                self.tally.0.fetch_add(1, Ordering::Relaxed);
                Ok(true)
            }
            Err(Full { is_news }) => {
                if is_news {
                    tracing::warn!(
                        room = %key.room_id(),
                        "Too many keys are missing: the account's other devices are not asked for more."
                    );
                }
                Ok(false)
            }
        }
    }

    /// A key has come, or nobody wants it any more.
    async fn close(&self, request: &TransactionId) -> Kept<()> {
        self.inner.delete_outgoing_secret_requests(request).await?;
        let mut held = self.asked.lock().await;
        let asked = self.known(&mut held).await?;
        if asked.remove(request) {
            self.keep(asked).await?;
        }
        Ok(())
    }

    async fn known<'held>(&self, held: &'held mut Option<Asked>) -> Kept<&'held mut Asked> {
        let asked = if let Some(known) = held.take() {
            known
        } else {
            let kept = self.inner.get_custom_value(ASKED).await?;
            kept.and_then(|kept| serde_json::from_slice(&kept).ok()).unwrap_or_default()
        };
        Ok(held.insert(asked))
    }

    async fn keep(&self, asked: &Asked) -> Kept<()> {
        let text = serde_json::to_vec(asked).unwrap_or_default();
        self.inner.set_custom_value(ASKED, text).await
    }
}

/// Whether it is a key that the library is about to ask for.
fn is_new(request: &GossipRequest) -> bool {
    !request.sent_out && matches!(request.info, SecretInfo::KeyRequest(_))
}
