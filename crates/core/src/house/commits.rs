//! Write sets on their way to the store, in their order: one batch is under way, and the rest waits
//! to become the next.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use crate::dispatch::CommitId;
use crate::store::{Store, StoreError, WriteSet};

/// How many write sets are committed at a time.
const SETS: usize = 512;
/// How many write sets may wait before no more events are heard.
const BACKLOG: usize = 4096;
/// How long a set that nothing waits for stays, so that others come along: a transaction costs as
/// much as fifty rows. A kill loses what it says, which is that an answer was given or arrived.
const LINGER: Duration = Duration::from_millis(5);

/// The write sets that are not committed yet.
#[derive(Default)]
pub(super) struct Commits {
    waiting: Vec<(CommitId, WriteSet)>,
    /// When the first of them has waited long enough; none while nothing waits.
    due: Option<Instant>,
    /// Whether something waits for one of them.
    awaited: bool,
    numbers: Vec<CommitId>,
    under_way: Option<BoxFuture<'static, Vec<Result<(), StoreError>>>>,
}

impl fmt::Debug for Commits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commits").field("waiting", &self.waiting.len()).finish_non_exhaustive()
    }
}

impl Commits {
    pub(super) fn push(&mut self, commit: CommitId, set: WriteSet, awaited: bool) {
        self.waiting.push((commit, set));
        self.awaited |= awaited;
        self.due.get_or_insert_with(|| Instant::now() + LINGER);
    }

    pub(super) fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }

    /// Whether so little waits that more may be caused.
    pub(super) fn have_room(&self) -> bool {
        self.waiting.len() < BACKLOG
    }

    /// When the next batch is to begin, if nothing hurries it.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due.filter(|_| self.under_way.is_none())
    }

    /// Has the next batch begin at once.
    pub(super) fn hurry(&mut self) {
        self.awaited = true;
    }

    /// Begins the next batch, if none is under way and one is due.
    pub(super) fn begin(&mut self, store: &Arc<dyn Store>) {
        let Some(due) = self.due() else { return };
        if !self.awaited && self.waiting.len() < SETS && Instant::now() < due {
            return;
        }
        let batch = self.waiting.drain(..self.waiting.len().min(SETS));
        let (numbers, sets): (Vec<_>, Vec<_>) = batch.unzip();
        self.numbers = numbers;
        if self.waiting.is_empty() {
            self.due = None;
            self.awaited = false;
        }
        let store = Arc::clone(store);
        self.under_way = Some(Box::pin(async move { store.commit(sets).await }));
    }

    /// The answers to the batch that is under way.
    ///
    /// # Cancel safety
    /// The batch stays under way.
    pub(super) async fn done(&mut self) -> Vec<(CommitId, Result<(), StoreError>)> {
        let results = match self.under_way.as_mut() {
            Some(batch) => batch.await,
            None => std::future::pending().await,
        };
        self.under_way = None;
        // A store that answers too little has not committed the rest.
        let results = results.into_iter().chain(std::iter::repeat(Err(StoreError::Closed)));
        self.numbers.drain(..).zip(results).collect()
    }

    /// Commits what is left when the house closes.
    pub(super) async fn finish(mut self, store: &dyn Store) {
        if let Some(batch) = self.under_way.take() {
            report(&batch.await);
        }
        let sets: Vec<_> = self.waiting.drain(..).map(|(_, set)| set).collect();
        if !sets.is_empty() {
            report(&store.commit(sets).await);
        }
    }
}

fn report(results: &[Result<(), StoreError>]) {
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        tracing::error!(%error, "Something was not written when the house closed.");
    }
}
