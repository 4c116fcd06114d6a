//! What was asked and is not yet done.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::names::ConnId;
use crate::protocol::{Outcome, RequestId, Response};

/// How long a request waits for an answer, or for another one.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// How many requests of one client are remembered. One more, and the oldest is done.
pub(super) const MAX_REQUESTS: usize = 256;

/// What was asked and is not yet done.
#[derive(Debug, Default)]
pub(super) struct Requests {
    by_client: HashMap<ConnId, VecDeque<Request>>,
    // INVARIANT: in order of time, for every request waits equally long.
    dues: VecDeque<(Duration, ConnId, u64)>,
}

#[derive(Debug)]
struct Request {
    line: u64,
    id: Option<RequestId>,
    replies: u32,
    due: Duration,
}

impl Request {
    fn done(self, outcome: Outcome) -> Option<Response> {
        let Self { id, replies, .. } = self;
        id.map(|to| Response::Done { to, replies, outcome })
    }
}

impl Requests {
    /// A client asks something. Answers the end of its oldest request, where there were too many.
    pub(super) fn begin(
        &mut self,
        conn: ConnId,
        line: u64,
        id: Option<RequestId>,
        now: Duration,
    ) -> Option<Response> {
        let due = now + ANSWER_TIMEOUT;
        let requests = self.by_client.entry(conn).or_default();
        let oldest = if requests.len() < MAX_REQUESTS { None } else { requests.pop_front() };
        requests.push_back(Request { line, id, replies: 0, due });
        self.dues.push_back((due, conn, line));
        oldest.and_then(|request| request.done(Outcome::Silent))
    }

    /// A request gets a reply. Answers the client's name for it, where it has one.
    pub(super) fn replied(&mut self, conn: ConnId, line: u64, now: Duration) -> Option<RequestId> {
        let requests = self.by_client.get_mut(&conn)?;
        let request = requests.iter_mut().find(|request| request.line == line)?;
        request.replies += 1;
        request.due = now + ANSWER_TIMEOUT;
        request.id.clone()
    }

    /// A request is done.
    pub(super) fn end(&mut self, conn: ConnId, line: u64, outcome: Outcome) -> Option<Response> {
        self.remove(conn, line)?.done(outcome)
    }

    /// A request that waited too long, and what to tell of it.
    pub(super) fn overdue(&mut self, now: Duration) -> Option<(ConnId, Option<Response>)> {
        while let Some((_, conn, line)) = self.dues.pop_front_if(|(due, ..)| *due <= now) {
            let requests = self.by_client.get(&conn);
            let found = requests.and_then(|all| all.iter().find(|request| request.line == line));
            match found.map(|request| request.due) {
                None => {}
                Some(due) if due > now => self.put_off(due, conn, line),
                Some(_) => {
                    let request = self.remove(conn, line)?;
                    let replied = request.replies > 0;
                    let outcome = if replied { Outcome::Answered } else { Outcome::Silent };
                    return Some((conn, request.done(outcome)));
                }
            }
        }
        None
    }

    /// When [`Requests::overdue`] is wanted next.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.dues.front().map(|(due, ..)| *due)
    }

    /// Whether a client still waits for something.
    pub(super) fn is_waiting(&self, conn: ConnId) -> bool {
        self.by_client.get(&conn).is_some_and(|requests| !requests.is_empty())
    }

    /// A client is gone.
    pub(super) fn forget(&mut self, conn: ConnId) {
        self.by_client.remove(&conn);
    }

    fn put_off(&mut self, due: Duration, conn: ConnId, line: u64) {
        let at = self.dues.partition_point(|(other, ..)| *other <= due);
        self.dues.insert(at, (due, conn, line));
    }

    fn remove(&mut self, conn: ConnId, line: u64) -> Option<Request> {
        let requests = self.by_client.get_mut(&conn)?;
        let at = requests.iter().position(|request| request.line == line)?;
        requests.remove(at)
    }
}
