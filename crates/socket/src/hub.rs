//! Who is connected, who is in which room, and what goes to whom.
//!
//! One task owns it; nothing in it waits.

mod ledger;
mod requests;
mod speech;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use nuncio_core::action::{Action, Output};
use nuncio_core::delivery::Delivery;
use nuncio_core::place::Place;
use nuncio_core::receipt::{Receipt, Retry};
use smol_str::SmolStr;
use tokio_util::sync::CancellationToken;

use self::ledger::{Ledger, Reached};
use self::requests::Requests;
use self::speech::Speech;
use crate::names::{ConnId, Names};
use crate::pipe::{Inlet, Ticket};
use crate::protocol::{Outcome, RequestId, Response, Said, to_line};
use crate::session::{Heard, Person};

/// Who is connected, who is in which room, and what goes to whom.
#[derive(Debug)]
pub(crate) struct Hub {
    names: Names,
    bot: SmolStr,
    clients: BTreeMap<ConnId, Client>,
    rooms: HashMap<SmolStr, BTreeSet<ConnId>>,
    ledger: Ledger,
    requests: Requests,
}

#[derive(Debug)]
struct Client {
    person: Person,
    inlet: Inlet,
    /// Ends the connection at once.
    kill: CancellationToken,
    /// Whether it has said its last, and goes when all is answered.
    leaving: bool,
}

impl Hub {
    /// Nobody is connected.
    pub(crate) fn new(names: Names, bot: SmolStr) -> Self {
        Self {
            names,
            bot,
            clients: BTreeMap::new(),
            rooms: HashMap::new(),
            ledger: Ledger::default(),
            requests: Requests::default(),
        }
    }

    /// Somebody is there. `kill` ends his connection.
    pub(crate) fn open(
        &mut self,
        conn: ConnId,
        person: Person,
        inlet: Inlet,
        kill: CancellationToken,
    ) {
        self.clients.insert(conn, Client { person, inlet, kill, leaving: false });
    }

    /// He said something: those in the room hear it, and his request is remembered.
    pub(crate) fn heard(&mut self, conn: ConnId, heard: &Heard, now: Duration) {
        if heard.room.is_none() || heard.id.is_some() {
            let overtaken = self.requests.begin(conn, heard.line, heard.id.clone(), now);
            self.tell_done(conn, overtaken);
        }
        let (Some(room), Some(client)) = (&heard.room, self.clients.get(&conn)) else { return };
        let said = Said {
            room: Some(room.to_string()),
            from: client.person.speaker.identities().next().map(ToString::to_string),
            name: client.person.name.to_string(),
            text: heard.text.clone(),
            form: heard.form,
            ..Said::default()
        };
        let line: Arc<str> = to_line(&Response::Message(said)).into();
        for member in self.members(room).filter(|&member| member != conn).collect::<Vec<_>>() {
            self.offer(member, Arc::clone(&line), None);
        }
    }

    /// He enters a room.
    pub(crate) fn join(&mut self, conn: ConnId, room: &SmolStr, to: Option<RequestId>) {
        self.rooms.entry(room.clone()).or_default().insert(conn);
        self.tell(conn, &Response::Joined { to, room: room.to_string() });
    }

    /// He leaves a room.
    pub(crate) fn leave(&mut self, conn: ConnId, room: &SmolStr, to: Option<RequestId>) {
        if let Some(members) = self.rooms.get_mut(room) {
            members.remove(&conn);
        }
        self.tell(conn, &Response::Left { to, room: room.to_string() });
    }

    /// What he was sent up to this ticket has left for him.
    pub(crate) fn wrote(&mut self, conn: ConnId, up_to: Ticket, now: Duration) {
        let acks = self.clients.get(&conn).is_some_and(|client| client.person.acks);
        self.ledger.wrote(conn, up_to, acks, now);
    }

    /// He says that he has what was sent under a key.
    pub(crate) fn acked(&mut self, conn: ConnId, key: &str) {
        self.ledger.acked(conn, key);
    }

    /// He has said his last; he goes when all that he asked is answered.
    pub(crate) fn leaving(&mut self, conn: ConnId) {
        for members in self.rooms.values_mut() {
            members.remove(&conn);
        }
        if let Some(client) = self.clients.get_mut(&conn) {
            client.leaving = true;
        }
        self.let_go(conn);
    }

    /// His connection is gone; of what was sent to him, the writer had begun with this.
    pub(crate) fn closed(&mut self, conn: ConnId, begun: Option<Ticket>) {
        self.forget(conn);
        self.ledger.closed(conn, begun);
    }

    /// Sends what the house wants said. Everything else is not supported.
    pub(crate) fn deliver(&mut self, delivery: Delivery, now: Duration) {
        let Output { to, action, about, last, failed } = delivery.output();
        let Action::Say { content, form } = action else {
            let what = action.command().path().to_owned();
            return delivery.settle(Receipt::unsupported(&what));
        };
        let asked = about.as_ref().and_then(|id| self.names.line(id));
        let key = delivery.key().as_str();
        let mut speech = Speech::new(&self.bot, key, to.room(), content, *form);
        let last = *last;
        let hearers: Vec<ConnId> = match to {
            Place::Room(room) => self.members(room.room()).collect(),
            Place::Private { peer, .. } => match self.names.conn(peer) {
                Some(conn) if self.clients.contains_key(&conn) => vec![conn],
                _ => return delivery.settle(Receipt::failed("the client is gone", Retry::Never)),
            },
        };
        let refused = delivery.is_refusal();
        let failed = *failed;
        let ticket = self.ledger.enter(delivery, speech.losses());
        for conn in hearers {
            let answers = asked.filter(|(asker, _)| *asker == conn);
            let request = answers.and_then(|(_, line)| self.requests.replied(conn, line, now));
            let line = match answers {
                Some(_) => speech.reply(request),
                None => speech.message(),
            };
            self.ledger.expect(ticket, conn);
            if !self.offer(conn, line, Some(ticket)) {
                self.ledger.settle(ticket, conn, Reached::Not);
            }
        }
        self.ledger.seal(ticket);
        if let Some((conn, line)) = asked.filter(|_| last) {
            let outcome = match (refused, failed) {
                (true, _) => Outcome::Refused,
                (false, true) => Outcome::Failed,
                (false, false) => Outcome::Answered,
            };
            let done = self.requests.end(conn, line, outcome);
            self.tell_done(conn, done);
            self.let_go(conn);
        }
    }

    /// Heeds what is due.
    pub(crate) fn tick(&mut self, now: Duration) {
        self.ledger.tick(now);
        while let Some((conn, done)) = self.requests.overdue(now) {
            self.tell_done(conn, done);
            self.let_go(conn);
        }
    }

    /// When [`Hub::tick`] is wanted next.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        [self.ledger.next_due(), self.requests.next_due()].into_iter().flatten().min()
    }

    /// Takes leave of everybody; what waits for them is still written.
    pub(crate) fn close(&mut self, reason: &str) {
        let conns: Vec<ConnId> = self.clients.keys().copied().collect();
        for conn in conns {
            self.tell(conn, &Response::Bye { reason: reason.into() });
            self.forget(conn);
        }
    }

    fn members<'a>(&'a self, room: &str) -> impl Iterator<Item = ConnId> + use<'a> {
        self.rooms.get(room).into_iter().flatten().copied()
    }

    fn tell(&mut self, conn: ConnId, response: &Response) {
        self.offer(conn, to_line(response).into(), None);
    }

    fn tell_done(&mut self, conn: ConnId, done: Option<Response>) {
        if let Some(done) = done {
            self.tell(conn, &done);
        }
    }

    /// Whether it was put into the client's queue; one whose queue is full is disconnected.
    fn offer(&mut self, conn: ConnId, line: Arc<str>, ticket: Option<Ticket>) -> bool {
        let Some(client) = self.clients.get(&conn) else { return false };
        if client.inlet.offer(line, ticket).is_ok() {
            return true;
        }
        tracing::info!(%conn, "Disconnected a client of the socket that does not read.");
        client.kill.cancel();
        self.forget(conn);
        false
    }

    /// Closes the queue of one who is leaving and has all his answers.
    fn let_go(&mut self, conn: ConnId) {
        let leaving = self.clients.get(&conn).is_some_and(|client| client.leaving);
        if leaving && !self.requests.is_waiting(conn) {
            self.forget(conn);
        }
    }

    fn forget(&mut self, conn: ConnId) {
        self.clients.remove(&conn);
        self.requests.forget(conn);
        for members in self.rooms.values_mut() {
            members.remove(&conn);
        }
    }
}

#[cfg(test)]
mod tests;
