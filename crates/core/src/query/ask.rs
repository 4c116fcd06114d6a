//! A call's way to ask.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::{Answer, Query, QueryError};
use crate::dispatch::CallId;

/// How often a query is decided, where the policy changes each time while it waits.
const DECISIONS: usize = 4;
/// What is left of a call's time, when it is told that there is no answer.
const REST: Duration = Duration::from_secs(1);

/// What a call asks, on its way to the gate.
#[derive(Debug)]
pub struct Inquiry {
    /// Which call.
    pub(crate) call: CallId,
    /// What.
    pub(crate) query: Query,
    /// Where the answer goes.
    pub(crate) answer: oneshot::Sender<Result<Answer, QueryError>>,
}

/// A call's way to ask networks something. It is good for that call alone, while it runs.
#[derive(Clone, Debug)]
pub struct Asker {
    call: CallId,
    house: mpsc::Sender<Inquiry>,
    cancel: CancellationToken,
    /// When the call is dropped.
    ends: Instant,
}

impl Asker {
    pub(crate) fn new(
        call: CallId,
        house: mpsc::Sender<Inquiry>,
        cancel: CancellationToken,
        ends: Instant,
    ) -> Self {
        Self { call, house, cancel, ends }
    }

    /// Asks, and waits for the answer: as long as the network has for it, and a second less than
    /// the call has.
    ///
    /// # Errors
    /// [`QueryError`].
    pub async fn ask(&self, query: Query) -> Result<Answer, QueryError> {
        let network = query.network().clone();
        let ends = self.ends.checked_sub(REST).unwrap_or(self.ends);
        let until = (Instant::now() + query.patience()).min(ends);
        let asked = timeout_at(until, self.ask_again(query));
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(QueryError::Ended),
            asked = asked => asked.unwrap_or(Err(QueryError::Late(network))),
        }
    }

    async fn ask_again(&self, query: Query) -> Result<Answer, QueryError> {
        for _ in 0..DECISIONS {
            match self.ask_once(query.clone()).await {
                Err(QueryError::Stale) => {}
                answer => return answer,
            }
        }
        Err(QueryError::Stale)
    }

    async fn ask_once(&self, query: Query) -> Result<Answer, QueryError> {
        let network = query.network().clone();
        let (answer, answered) = oneshot::channel();
        let inquiry = Inquiry { call: self.call, query, answer };
        self.house.send(inquiry).await.map_err(|_| QueryError::Ended)?;
        answered.await.unwrap_or(Err(QueryError::Cut(network)))
    }
}
