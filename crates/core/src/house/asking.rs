//! What calls ask networks, on its way through the gate.

use nuncio_policy::Permit;
use rustc_hash::FxHashMap;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::House;
use crate::dispatch::Input;
use crate::query::{Answer, Inquiry, Query, QueryError, Question};

/// How many inquiries may wait for the gate; whoever asks then waits.
const INQUIRIES: usize = 256;

/// Who waits for an answer.
type Asker = oneshot::Sender<Result<Answer, QueryError>>;

/// The inquiries that come, and who waits while one is decided.
#[derive(Debug)]
pub(super) struct Asking {
    way_in: mpsc::Sender<Inquiry>,
    inquiries: mpsc::Receiver<Inquiry>,
    /// INVARIANT: empty between steps.
    deciding: FxHashMap<u64, Asker>,
    last: u64,
}

impl Asking {
    pub(super) fn new() -> Self {
        let (way_in, inquiries) = mpsc::channel(INQUIRIES);
        Self { way_in, inquiries, deciding: FxHashMap::default(), last: 0 }
    }

    /// Where calls ask.
    pub(super) fn way_in(&self) -> mpsc::Sender<Inquiry> {
        self.way_in.clone()
    }

    /// The next inquiry.
    ///
    /// # Cancel safety
    /// None is lost.
    pub(super) async fn next(&mut self) -> Inquiry {
        match self.inquiries.recv().await {
            Some(inquiry) => inquiry,
            // Never: we hold the way in.
            None => std::future::pending().await,
        }
    }
}

impl House {
    /// Has an inquiry decided.
    pub(super) fn inquire(&mut self, inquiry: Inquiry) {
        let Inquiry { call, query, answer } = inquiry;
        let number = self.asking.last.wrapping_add(1);
        self.asking.last = number;
        self.asking.deciding.insert(number, answer);
        self.step(Input::Query { call, number, query: Box::new(query) });
    }

    /// Asks the network what may be asked, or says why not.
    pub(super) fn ask(&mut self, number: u64, ruled: Result<(Permit, Box<Query>), QueryError>) {
        let Some(asker) = self.asking.deciding.remove(&number) else { return };
        let (permit, query) = match ruled {
            Ok(ruled) => ruled,
            Err(why) => return crate::query::tell(asker, Err(why)),
        };
        let network = query.network().clone();
        let Some(outlet) = self.outlets.get(&network) else {
            return crate::query::tell(asker, Err(QueryError::Offline(network)));
        };
        let Some(question) = Question::new(permit, *query, asker) else { return };
        match outlet.questions.try_send(question) {
            Ok(()) => {}
            Err(TrySendError::Full(question)) => question.answer(Err(QueryError::Busy(network))),
            Err(TrySendError::Closed(question)) => {
                question.answer(Err(QueryError::Offline(network)));
            }
        }
    }
}
