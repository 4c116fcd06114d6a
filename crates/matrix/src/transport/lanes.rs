//! What is on its way: one request after another for one room, those for other rooms beside it.

use nuncio_core::receipt::{Receipt, Retry};

use super::failure::Failure;
use crate::session::{Job, Request};

/// The most outputs that are on their way, or wait for another to their room.
const MOST: usize = 16;

/// The outputs that were taken and are not settled; `T` is what is settled.
#[derive(Debug)]
pub(super) struct Lanes<T> {
    lanes: Vec<Lane<T>>,
    numbers: u64,
}

#[derive(Debug)]
struct Lane<T> {
    number: u64,
    item: T,
    job: Job,
    /// What the first request made.
    made: Option<String>,
    /// Whether any request has left.
    begun: bool,
    flying: bool,
}

impl<T> Default for Lanes<T> {
    fn default() -> Self {
        Self { lanes: Vec::new(), numbers: 0 }
    }
}

impl<T> Lanes<T> {
    pub(super) fn has_room(&self) -> bool {
        self.lanes.len() < MOST
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    pub(super) fn push(&mut self, item: T, job: Job) {
        self.numbers += 1;
        let number = self.numbers;
        self.lanes.push(Lane { number, item, job, made: None, begun: false, flying: false });
    }

    /// Whether a request that is let could leave now.
    pub(super) fn is_ready(&self, is_let: impl Fn(&Request) -> bool) -> bool {
        self.ready(is_let).is_some()
    }

    /// The next request that may leave, of those that are let, and the number of its output.
    pub(super) fn next(&mut self, is_let: impl Fn(&Request) -> bool) -> Option<(u64, Request)> {
        let lane = self.ready(is_let).and_then(|at| self.lanes.get_mut(at))?;
        (lane.begun, lane.flying) = (true, true);
        Some((lane.number, lane.job.requests.front()?.clone()))
    }

    /// The first that is not on its way, and whose room no earlier one is for.
    fn ready(&self, is_let: impl Fn(&Request) -> bool) -> Option<usize> {
        let room = |lane: &Lane<T>| lane.job.requests.front().map(|next| next.room().to_owned());
        let is_let = |lane: &Lane<T>| lane.job.requests.front().is_some_and(&is_let);
        let mut busy: Vec<Option<String>> = Vec::with_capacity(self.lanes.len());
        self.lanes.iter().position(|lane| {
            let room = room(lane);
            let is_ready = !lane.flying && !busy.contains(&room) && is_let(lane);
            busy.push(room);
            is_ready
        })
    }

    /// What became of a request. What is settled by that.
    pub(super) fn done(
        &mut self,
        number: u64,
        result: Result<Option<String>, Failure>,
    ) -> Option<(T, Receipt)> {
        let at = self.lanes.iter().position(|lane| lane.number == number)?;
        let lane = self.lanes.get_mut(at)?;
        lane.flying = false;
        let receipt = match result {
            Err(failure) => failure.receipt(),
            Ok(made) => {
                lane.made = lane.made.take().or(made);
                lane.job.requests.pop_front();
                if !lane.job.requests.is_empty() {
                    return None;
                }
                let id = lane.made.take().map(nuncio_core::event::MessageId::new);
                Receipt::confirmed(id).with_losses(lane.job.losses)
            }
        };
        Some((self.lanes.remove(at).item, receipt))
    }

    /// Gives up what is not on its way.
    pub(super) fn give_up_waiting(&mut self) -> Vec<(T, Receipt)> {
        let (flying, waiting): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.lanes).into_iter().partition(|lane| lane.flying);
        self.lanes = flying;
        let why = "the connection ended before it was its turn";
        let receipt = |begun| {
            if begun {
                Receipt::in_doubt(why)
            } else {
                Receipt::failed(why, Retry::Untried(Receipt::A_MOMENT))
            }
        };
        waiting.into_iter().map(|lane| (lane.item, receipt(lane.begun))).collect()
    }

    /// Gives up everything: nobody knows what became of what was on its way.
    pub(super) fn give_up(&mut self, why: &str) -> Vec<(T, Receipt)> {
        let mut all = self.give_up_waiting();
        let flying = std::mem::take(&mut self.lanes).into_iter();
        all.extend(flying.map(|lane| (lane.item, Receipt::in_doubt(why))));
        all
    }
}

#[cfg(test)]
mod tests {
    use nuncio_core::{content::Losses, receipt::Stage};

    use super::*;

    fn typing(room: &str) -> Request {
        Request::Typing { room: room.try_into().expect("a room"), on: true }
    }

    fn any(_: &Request) -> bool {
        true
    }

    fn job(rooms: &[&str]) -> Job {
        Job { requests: rooms.iter().map(|room| typing(room)).collect(), losses: Losses::NONE }
    }

    #[test]
    fn requests_for_one_room_leave_one_after_another() {
        let mut lanes = Lanes::default();
        lanes.push("a1", job(&["!a:x", "!a:x"]));
        lanes.push("a2", job(&["!a:x"]));
        lanes.push("b", job(&["!b:x"]));
        assert_eq!(lanes.next(any), Some((1, typing("!a:x"))));
        assert_eq!(lanes.next(any), Some((3, typing("!b:x"))));
        assert_eq!(lanes.next(any), None);
        assert!(lanes.done(1, Ok(Some("$1".into()))).is_none());
        assert_eq!(lanes.next(any), Some((1, typing("!a:x"))));
        let (item, receipt) = lanes.done(1, Ok(Some("$2".into()))).expect("it is done");
        assert_eq!(
            (item, receipt),
            ("a1", Receipt::confirmed(Some(nuncio_core::event::MessageId::new("$1"))))
        );
        assert_eq!(lanes.next(any), Some((2, typing("!a:x"))));
    }

    #[test]
    fn what_is_not_let_holds_its_room_and_no_other() {
        let mut lanes = Lanes::default();
        lanes.push("a1", job(&["!a:x"]));
        lanes.push("a2", job(&["!a:x"]));
        lanes.push("b", job(&["!b:x"]));
        let not_a1 = |request: &Request| request.room() != "!a:x";
        assert_eq!(lanes.next(not_a1), Some((3, typing("!b:x"))));
        assert!(!lanes.is_ready(not_a1) && lanes.is_ready(any));
        assert_eq!(lanes.next(any), Some((1, typing("!a:x"))));
    }

    #[test]
    fn what_fails_is_settled_and_the_next_may_leave() {
        let mut lanes = Lanes::default();
        lanes.push("a1", job(&["!a:x", "!a:x"]));
        lanes.push("a2", job(&["!a:x"]));
        lanes.next(any);
        let (item, _) = lanes.done(1, Err(Failure::Limited(None))).expect("it has failed");
        assert_eq!((item, lanes.next(any)), ("a1", Some((2, typing("!a:x")))));
    }

    #[test]
    fn only_what_was_on_its_way_is_in_doubt() {
        let mut lanes = Lanes::default();
        lanes.push("a1", job(&["!a:x"]));
        lanes.push("a2", job(&["!a:x"]));
        lanes.next(any);
        let given_up: Vec<_> = lanes
            .give_up("cut")
            .into_iter()
            .map(|(item, receipt)| (item, matches!(receipt.stage, Stage::InDoubt { .. })))
            .collect();
        assert_eq!(given_up, [("a2", false), ("a1", true)]);
        assert!(lanes.is_empty());
    }
}
