//! A permitted query on its way to a network, and the one answer that it gets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nuncio_policy::Permit;
use tokio::sync::{mpsc, oneshot};

use super::{Answer, Query, QueryError};

/// How many questions may wait for a network; the next is answered as too many.
const WAITING: usize = 16;

/// A permitted query on its way to a network. One that is dropped is answered as cut off.
#[derive(Debug)]
pub struct Question {
    permit: Permit,
    query: Query,
    answer: oneshot::Sender<Result<Answer, QueryError>>,
}

impl Question {
    /// Joins a query with what permits it.
    ///
    /// # Errors
    /// Where the permit is for another place or query, or the network takes none: it is answered,
    /// and not asked.
    pub fn new(
        permit: Permit,
        query: Query,
        answer: oneshot::Sender<Result<Answer, QueryError>>,
    ) -> Option<Self> {
        if *permit.command() == query.command() && permit.target() == query.room() {
            return Some(Self { permit, query, answer });
        }
        tracing::error!(command = %query.command(), "A query was not covered by its permit.");
        let why = format!("{} was not covered by its permit", query.command());
        tell(answer, Err(QueryError::Refused(why)));
        None
    }

    /// What is asked.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// What the network knows the file by that is asked for; see
    /// [`Attached::new`](crate::file::Attached::new).
    pub fn reference(&self) -> Option<&str> {
        match &self.query {
            Query::Fetch { file, .. } => Some(file.reference()),
            Query::Members { .. } | Query::Rooms { .. } => None,
        }
    }

    /// Answers it. Never waits.
    pub fn answer(self, answer: Result<Answer, QueryError>) {
        tell(self.answer, answer);
    }

    /// Waits until nobody waits for the answer any more: what is done for it may be left.
    ///
    /// # Cancel safety
    /// It may be asked again.
    pub async fn abandoned(&mut self) {
        self.answer.closed().await;
    }
}

pub(crate) fn tell(
    to: oneshot::Sender<Result<Answer, QueryError>>,
    answer: Result<Answer, QueryError>,
) {
    if to.send(answer).is_err() {
        tracing::debug!("An answer came that nobody waits for any more.");
    }
}

/// The questions that a transport takes: bounded, and never one whose permit is stale.
#[derive(Debug)]
pub struct Questions {
    queue: mpsc::Receiver<Question>,
    generation: Arc<AtomicU64>,
}

impl Questions {
    /// A queue of its length, and where questions go into it. `generation` is the policy's in force.
    pub fn new(generation: Arc<AtomicU64>) -> (mpsc::Sender<Question>, Self) {
        let (asks, queue) = mpsc::channel(WAITING);
        (asks, Self { queue, generation })
    }

    /// A queue that nothing comes through.
    pub fn none() -> Self {
        Self::new(Arc::default()).1
    }

    /// The next question; `None` when the house has closed.
    ///
    /// One that was permitted under a policy that is no longer in force goes back, to be decided
    /// again.
    ///
    /// # Cancel safety
    /// A question is either returned or still queued.
    pub async fn next(&mut self) -> Option<Question> {
        loop {
            let question = self.queue.recv().await?;
            if question.permit.generation() == self.generation.load(Ordering::Acquire) {
                return Some(question);
            }
            question.answer(Err(QueryError::Stale));
        }
    }
}

#[cfg(test)]
mod tests {
    use nuncio_policy::{Declared, Level, Networks, Policy, Registry, Sessions, Speaker};

    use super::*;
    use crate::gate::{self, Attempt};
    use crate::trigger::Trigger;

    /// Who is in a room.
    fn query(room: &str) -> Query {
        Query::Members { room: Networks::new().parse_room(room).expect("a room") }
    }

    /// What permits somebody to ask that.
    fn permit(query: &Query) -> Permit {
        let (declared, registry) = (Declared::default(), Registry::unknown());
        let policy = Policy::compile(&declared, &Networks::new(), &registry, 1);
        let ann = Networks::new().parse_user("u:irc:ann").expect("a person");
        let attempt = Attempt {
            trigger: Trigger::Typed(Speaker::claimed([ann])),
            command: query.command(),
            level: Level::Everyone,
            room: query.room().cloned(),
            target: query.room().cloned(),
        };
        let (policy, at) = (policy.expect("a policy").0, jiff::Timestamp::UNIX_EPOCH);
        gate::ask(&policy, &Sessions::default(), &attempt, at).expect("a permit")
    }

    #[test]
    fn a_permit_is_for_what_it_was_given() {
        let (asked, other) = (query("r:irc:#a"), query("r:irc:#b"));
        let (answer, _answered) = oneshot::channel();
        assert!(Question::new(permit(&asked), asked.clone(), answer).is_some());
        let (answer, mut answered) = oneshot::channel();
        assert!(Question::new(permit(&other), asked, answer).is_none());
        let answered = answered.try_recv().expect("an answer").map(drop);
        assert!(matches!(answered, Err(QueryError::Refused(_))), "{answered:?}");
    }

    #[tokio::test]
    async fn a_question_that_waits_across_a_change_of_policy_is_decided_again() {
        let generation = Arc::new(AtomicU64::new(1));
        let (asks, mut questions) = Questions::new(Arc::clone(&generation));
        let ask = || {
            let (answer, answered) = oneshot::channel();
            let asked = query("r:irc:#a");
            let question = Question::new(permit(&asked), asked, answer).expect("a question");
            asks.try_send(question).map(|()| answered)
        };
        let first = ask().expect("room");
        assert!(questions.next().await.is_some());
        assert!(first.await.is_err(), "it was dropped");
        let second = ask().expect("room");
        generation.store(2, Ordering::Release);
        drop(asks);
        assert!(questions.next().await.is_none());
        assert_eq!(second.await.expect("an answer").map(drop), Err(QueryError::Stale));
    }

    #[test]
    fn only_so_many_questions_wait() {
        let (asks, _questions) = Questions::new(Arc::new(AtomicU64::new(1)));
        for number in 0..=WAITING {
            let (answer, _) = oneshot::channel();
            let asked = query("r:irc:#a");
            let question = Question::new(permit(&asked), asked, answer).expect("a question");
            assert_eq!(asks.try_send(question).is_ok(), number < WAITING);
        }
    }
}
