//! Whether the rooms that we are in still know us (XEP-0410).
//!
//! A room whose service was cut off or began anew has forgotten us and does not say so; we would be
//! a ghost in it, who hears nothing. So a room that is silent is asked, by a ping of our own
//! address in it. One question is open at a time.

use std::{hash::BuildHasher as _, time::Duration};

use jid::{BareJid, Jid};
use rustc_hash::FxBuildHasher;
use smol_str::SmolStr;
use tokio_xmpp::Stanza;
use xmpp_parsers::{iq::Iq, message::MessageType, minidom::Element, ping::Ping, presence};

use super::{Session, questions::About, rooms::Room, xml::Failure};

/// What a room's service says that answers for us, and does not send the ping on to us.
const OPTIMISED: &str = "http://jabber.org/protocol/muc#self-ping-optimization";

/// How many times as long as a connection a room may be silent before it is asked.
const SILENCE: u32 = 4;

/// The same where each ping comes back through us, and so costs two stanzas of ours.
const SILENCE_OF_OTHERS: u32 = 8;

/// How long a service may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the rooms of a service that does not answer are left alone.
const REST: Duration = Duration::from_mins(2);

/// The least time between two questions: many rooms cost no more than one.
const PACE: Duration = Duration::from_secs(1);

/// The one question that may be open, and when the next may be asked.
#[derive(Debug, Default)]
pub(super) struct Vigil {
    open: Option<Open>,
    next: Duration,
}

/// A room was asked.
#[derive(Debug)]
struct Open {
    room: BareJid,
    question: SmolStr,
    until: Duration,
}

impl Session {
    /// Takes a stanza as a sign of life, if it is one: what only an occupant is sent.
    pub(super) fn hear_room(&mut self, stanza: &Stanza) {
        let from = match stanza {
            Stanza::Message(message) if message.type_ == MessageType::Groupchat => &message.from,
            Stanza::Presence(presence) if presence.type_ != presence::Type::Error => &presence.from,
            _ => return,
        };
        if let Some(room) = from.as_ref().map(Jid::to_bare) {
            self.know_room(&room);
        }
    }

    /// A room knows us now: it is asked when it has been silent for a while. How long is another
    /// time for each room and stream, so that what began together does not go on together.
    pub(super) fn know_room(&mut self, jid: &BareJid) {
        let connection = self.settings.ping_timeout;
        let share = FxBuildHasher.hash_one((self.nonce, jid)) % 64;
        let now = self.now.uptime;
        let Some(room) = self.rooms.get_mut(jid) else { return };
        let times = if room.said.has(OPTIMISED) { SILENCE } else { SILENCE_OF_OTHERS };
        let silence = connection.saturating_mul(times);
        let more = (silence / 256).saturating_mul(u32::try_from(share).unwrap_or(0));
        room.ask_at = now.saturating_add(silence).saturating_add(more);
    }

    /// All rooms are to be asked: the stream goes on, and nobody knows what happened meanwhile.
    pub(super) fn doubt_rooms(&mut self) {
        self.vigil = Vigil::default();
        let now = self.now.uptime;
        self.rooms.iter_mut().for_each(|room| room.ask_at = now);
    }

    /// The stream is another: what was asked is not answered any more.
    pub(super) fn begin_vigil(&mut self) {
        self.vigil = Vigil::default();
    }

    /// When the next room is to be asked, or the last one has not answered.
    pub(super) fn vigil_deadline(&self) -> Option<Duration> {
        match &self.vigil.open {
            Some(open) => Some(open.until),
            None => {
                self.rooms.iter().filter_map(Room::asked_at).min().map(|at| at.max(self.vigil.next))
            }
        }
    }

    /// Asks the room that is due, if none is being asked.
    pub(super) fn keep_vigil(&mut self) {
        let now = self.now.uptime;
        if let Some(open) = self.vigil.open.take_if(|open| open.until <= now) {
            self.questions.forget(&open.question);
            tracing::debug!(network = %self.network, room = %open.room, "A room does not answer.");
            self.leave_alone(&open.room);
        }
        if self.vigil.open.is_some() || self.vigil.next > now {
            return;
        }
        let due = self.rooms.iter().filter_map(|room| Some((room.asked_at()?, room)));
        let first = due.filter(|(at, _)| *at <= now).min_by_key(|(at, _)| *at);
        let Some(room) = first.map(|(_, room)| room.address()) else { return };
        self.vigil.next = now + PACE;
        let bare = room.to_bare();
        let Some(question) = self.questions.begin(&bare, About::Vigil) else { return };
        self.send(Iq::from_get(question.to_string(), Ping).with_to(room.into()));
        self.vigil.open = Some(Open { room: bare, question, until: now + PATIENCE });
    }

    /// The answer of a room that was asked (XEP-0410 §3.2).
    pub(super) fn on_vigil_answer(
        &mut self,
        jid: &BareJid,
        answer: Result<Option<Element>, Failure>,
    ) {
        self.vigil.open = None;
        let condition = answer.err().map(|failure| failure.condition);
        match condition.as_deref() {
            // Where we do not know pings ourselves, it was us who was asked.
            None | Some("service-unavailable" | "feature-not-implemented") => self.know_room(jid),
            // Our server or theirs is cut off or busy; that says nothing of the room.
            Some("remote-server-not-found" | "remote-server-timeout" | "resource-constraint") => {
                self.leave_alone(jid);
            }
            Some("item-not-found") => {
                self.on_forgotten(jid, "the room does not know us by our name");
            }
            Some(_) => self.on_forgotten(jid, "the room lost us"),
        }
    }

    /// Nothing is known of a service's rooms, and they are asked later: else a service that is gone
    /// would hold up all others, a question at a time.
    fn leave_alone(&mut self, room: &BareJid) {
        let later = self.now.uptime + REST;
        for room in self.rooms.iter_mut().filter(|other| other.jid.domain() == room.domain()) {
            room.ask_at = room.ask_at.max(later);
        }
    }
}
