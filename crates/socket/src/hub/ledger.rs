//! What became of what was sent: one receipt for each delivery, however many it goes to.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use nuncio_core::content::Losses;
use nuncio_core::delivery::Delivery;
use nuncio_core::receipt::{Receipt, Retry};

use crate::names::ConnId;
use crate::pipe::Ticket;

/// How long we wait for a client to acknowledge.
pub(super) const ACK_TIMEOUT: Duration = Duration::from_secs(10);

/// How many a client may leave unacknowledged. One more, and the oldest counts as sent.
///
/// The house counts them as under way, and has a bound for all clients together.
pub(super) const MAX_UNACKED: usize = 16;

/// How far a delivery came at one client; the best of all of them counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    /// It did not go out.
    Not,
    /// The connection was cut under it.
    Doubt,
    /// It was handed to the connection.
    Sent,
    /// The client says that it has it.
    Confirmed,
}

/// The deliveries under way.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    last: u64,
    entries: BTreeMap<Ticket, Entry>,
    /// What each connection's writer has in its queue, oldest first.
    in_flight: HashMap<ConnId, VecDeque<Ticket>>,
    /// What each connection has still to acknowledge.
    unacked: HashMap<ConnId, VecDeque<Ticket>>,
    ack_dues: VecDeque<(Duration, ConnId, Ticket)>,
}

#[derive(Debug)]
struct Entry {
    delivery: Delivery,
    losses: Losses,
    waiting: usize,
    sealed: bool,
    best: Reached,
}

impl Ledger {
    /// Takes a delivery up.
    pub(super) fn enter(&mut self, delivery: Delivery, losses: Losses) -> Ticket {
        self.last += 1;
        let ticket = Ticket(self.last);
        // What is said into an empty room was said.
        let best = Reached::Sent;
        let entry = Entry { delivery, losses, waiting: 0, sealed: false, best };
        self.entries.insert(ticket, entry);
        ticket
    }

    /// It goes to this client too.
    pub(super) fn expect(&mut self, ticket: Ticket, conn: ConnId) {
        if let Some(entry) = self.entries.get_mut(&ticket) {
            if entry.waiting == 0 && !entry.sealed {
                entry.best = Reached::Not;
            }
            entry.waiting += 1;
            self.in_flight.entry(conn).or_default().push_back(ticket);
        }
    }

    /// It goes to nobody else.
    pub(super) fn seal(&mut self, ticket: Ticket) {
        if let Some(entry) = self.entries.get_mut(&ticket) {
            entry.sealed = true;
        }
        self.finish(ticket);
    }

    /// What became of it at one client.
    pub(super) fn settle(&mut self, ticket: Ticket, conn: ConnId, reached: Reached) {
        if let Some(tickets) = self.in_flight.get_mut(&conn) {
            tickets.retain(|other| *other != ticket);
        }
        self.resolve(ticket, reached);
    }

    /// A client's writer has written and flushed everything up to this.
    pub(super) fn wrote(&mut self, conn: ConnId, up_to: Ticket, acks: bool, now: Duration) {
        let Some(tickets) = self.in_flight.get_mut(&conn) else { return };
        let count = tickets.iter().take_while(|ticket| **ticket <= up_to).count();
        let written: Vec<Ticket> = tickets.drain(..count).collect();
        for ticket in written {
            if acks {
                self.await_ack(conn, ticket, now);
            } else {
                self.resolve(ticket, Reached::Sent);
            }
        }
    }

    /// A client says that it has what was sent under this key.
    pub(super) fn acked(&mut self, conn: ConnId, key: &str) {
        let Self { unacked, entries, .. } = self;
        let Some(tickets) = unacked.get_mut(&conn) else { return };
        let named = |ticket: &Ticket| {
            entries.get(ticket).is_some_and(|entry| entry.delivery.key().as_str() == key)
        };
        if let Some(ticket) = tickets.iter().position(named).and_then(|at| tickets.remove(at)) {
            self.resolve(ticket, Reached::Confirmed);
        }
    }

    /// A client is gone; its writer had begun with this.
    pub(super) fn closed(&mut self, conn: ConnId, begun: Option<Ticket>) {
        for ticket in self.unacked.remove(&conn).into_iter().flatten() {
            self.resolve(ticket, Reached::Doubt);
        }
        for ticket in self.in_flight.remove(&conn).into_iter().flatten() {
            let reached = if Some(ticket) <= begun { Reached::Doubt } else { Reached::Not };
            self.resolve(ticket, reached);
        }
    }

    /// Gives up waiting for acknowledgements that are due.
    pub(super) fn tick(&mut self, now: Duration) {
        while let Some((_, conn, ticket)) = self.ack_dues.pop_front_if(|(due, ..)| *due <= now) {
            let Some(tickets) = self.unacked.get_mut(&conn) else { continue };
            let at = tickets.iter().position(|other| *other == ticket);
            if at.and_then(|at| tickets.remove(at)).is_some() {
                self.resolve(ticket, Reached::Sent);
            }
        }
    }

    /// When [`Ledger::tick`] is wanted next.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.ack_dues.front().map(|(due, ..)| *due)
    }

    fn await_ack(&mut self, conn: ConnId, ticket: Ticket, now: Duration) {
        self.ack_dues.push_back((now + ACK_TIMEOUT, conn, ticket));
        let tickets = self.unacked.entry(conn).or_default();
        tickets.push_back(ticket);
        let oldest = if tickets.len() > MAX_UNACKED { tickets.pop_front() } else { None };
        if let Some(oldest) = oldest {
            self.resolve(oldest, Reached::Sent);
        }
    }

    fn resolve(&mut self, ticket: Ticket, reached: Reached) {
        if let Some(entry) = self.entries.get_mut(&ticket) {
            entry.waiting = entry.waiting.saturating_sub(1);
            entry.best = entry.best.max(reached);
        }
        self.finish(ticket);
    }

    fn finish(&mut self, ticket: Ticket) {
        let done = |entry: &Entry| entry.sealed && entry.waiting == 0;
        if !self.entries.get(&ticket).is_some_and(done) {
            return;
        }
        if let Some(Entry { delivery, losses, best, .. }) = self.entries.remove(&ticket) {
            delivery.settle(match best {
                Reached::Confirmed => Receipt::confirmed(None).with_losses(losses),
                Reached::Sent => Receipt::sent().with_losses(losses),
                Reached::Doubt => Receipt::in_doubt("the client went before it had it all"),
                Reached::Not => Receipt::failed("the client went without reading it", Retry::Never),
            });
        }
    }
}
