//! Calls of plugins: each is tried at once, and has a task of its own where it waits for something.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use nuncio_policy::Permit;
use rustc_hash::FxHashMap;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::dispatch::{CallId, Seed};
use crate::plugin::{Call, Effects, Failure, Plugin};
use crate::query::{Asker, Inquiry};
use crate::rules::Passwords;
use crate::services::Services;

/// How a call ended.
pub(super) type Outcome = Result<Effects, Failure>;

/// The calls that wait for something.
#[derive(Debug, Default)]
pub(super) struct Calls {
    tasks: JoinSet<Outcome>,
    numbers: FxHashMap<Id, CallId>,
}

/// What is called, and with what.
pub(super) struct Work<'a> {
    pub(super) call: CallId,
    pub(super) plugin: &'a (Arc<dyn Plugin>, Services),
    pub(super) permit: Permit,
    pub(super) seed: Seed,
    pub(super) deadline: Duration,
    pub(super) passwords: Option<Passwords>,
    /// Where it asks networks something.
    pub(super) house: mpsc::Sender<Inquiry>,
}

impl Calls {
    /// Begins a call. Gives its outcome where that is there at once, as it is for most commands: a
    /// task would cost more than they do.
    pub(super) fn begin(&mut self, work: Work<'_>, house: &CancellationToken) -> Option<Outcome> {
        let Work { call, plugin, permit, seed, deadline, passwords, house: inquiries } = work;
        let (plugin, services) = plugin;
        let span = tracing::debug_span!("call", command = %permit.command());
        let cancel = house.child_token();
        let ends = Instant::now() + deadline;
        let asker = Asker::new(call, inquiries, cancel.clone(), ends);
        let parts = seed.with(cancel.clone(), services.clone(), passwords, asker);
        let plugin = Arc::clone(plugin);
        let run = async move { plugin.call(Call::new(permit, parts)).await };
        let mut run: BoxFuture<'static, _> = Box::pin(AssertUnwindSafe(run).catch_unwind());
        if let Some(ended) = span.in_scope(|| (&mut run).now_or_never()) {
            return Some(ended.unwrap_or_else(|panic| Err(panicked(&*panic))));
        }
        let task = async move {
            let Ok(ended) = tokio::time::timeout(deadline, run).await else {
                cancel.cancel();
                return Err(Failure::Internal(format!("it took longer than {deadline:?}")));
            };
            ended.unwrap_or_else(|panic| Err(panicked(&*panic)))
        };
        let task = self.tasks.spawn(task.instrument(span));
        self.numbers.insert(task.id(), call);
        None
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// The next call that ends, and how.
    ///
    /// # Cancel safety
    /// No end is lost.
    pub(super) async fn next(&mut self) -> Option<(CallId, Outcome)> {
        let ended = self.tasks.join_next_with_id().await?;
        let (id, outcome) = ended.unwrap_or_else(|error| (error.id(), Err(aborted(&error))));
        Some((self.numbers.remove(&id)?, outcome))
    }

    /// Drops the calls that still wait.
    pub(super) fn abort(&mut self) {
        self.tasks.abort_all();
    }
}

fn panicked(panic: &(dyn Any + Send)) -> Failure {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Failure::Internal(format!("it panicked: {}", text.unwrap_or("the log has more")))
}

fn aborted(error: &JoinError) -> Failure {
    Failure::Internal(format!("it ended by itself: {error}"))
}
