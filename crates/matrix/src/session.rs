//! One account's life, without I/O and without a clock: what the homeserver tells becomes events,
//! and what is to be done becomes [requests](Request).
//!
//! A shell hands it what a sync brought ([`Session::update`]), passes on what it learnt
//! ([`Session::events`]), and carries out what it makes of an output ([`Session::act`]).

mod counted;
mod errands;
mod happened;
mod heard;
mod invites;
mod io;
mod knocks;
mod marks;
mod membership;
mod outbound;
mod questions;
mod request;
mod rooms;
mod shown;
mod speech;

use jiff::Timestamp;
use nuncio_core::{
    cursor::Mark,
    event::{ArchiveState, Event, EventKey, EventKind, LinkState, Timing},
    features::{Features, Support},
    moment::Moment,
};
use nuncio_policy::{CaseMapping, Network, RoomId, Speaker, UserId};
use rustc_hash::FxHashSet;
use smol_str::{SmolStr, format_smolstr};

use self::{
    counted::Counted, errands::Errands, happened::Happened, heard::Heard, marks::Marks,
    questions::Questions, rooms::Rooms,
};
pub use self::{
    errands::{Errand, Setback},
    io::{Ending, Seal, Since, Told, Update},
    outbound::Job,
    questions::{Progress, Step},
    request::{Membership, Request, Transaction},
    rooms::Join,
};
use crate::{config::Settings, content::MAX_BYTES};

/// The state of one account.
#[derive(Debug)]
pub struct Session {
    network: Network,
    settings: Settings,
    now: Moment,
    nonce: u64,
    reports: u64,
    rooms: Rooms,
    errands: Errands,
    questions: Questions,
    /// Conversations with one person.
    direct: FxHashSet<SmolStr>,
    heard: Heard,
    marks: Marks,
    counted: Counted,
    events: Vec<Event>,
}

impl Session {
    /// A session that has not begun. `nonce` tells its own event keys from every other's.
    pub fn new(network: Network, settings: Settings, nonce: u64, now: Moment) -> Self {
        Self {
            rooms: Rooms::new(&settings),
            errands: Errands::default(),
            questions: Questions::default(),
            network,
            settings,
            now,
            nonce,
            reports: 0,
            direct: FxHashSet::default(),
            heard: Heard::default(),
            marks: Marks::default(),
            counted: Counted::default(),
            events: Vec::new(),
        }
    }

    /// Tells the time.
    pub fn at(&mut self, now: Moment) -> &mut Self {
        self.now = now;
        self
    }

    /// A connection is being made.
    pub fn connecting(&mut self) {
        self.report(EventKind::Link(LinkState::Connecting));
    }

    /// We are logged in, have this name, and are in these rooms.
    pub fn online(&mut self, name: Option<&str>, rooms: impl IntoIterator<Item = String>) {
        let name = name.unwrap_or_else(|| self.settings.user.localpart());
        let name = SmolStr::new(name);
        self.report(EventKind::OwnName { room: None, name });
        self.report(EventKind::Link(LinkState::Online));
        self.rooms.begin(self.now.uptime);
        for room in rooms {
            self.enter(&room);
        }
        self.rooms.forget_others();
        self.marks.retain(|room| self.rooms.is_inside(room));
    }

    /// The connection is gone, or never came.
    pub fn closed(&mut self, ending: &Ending) {
        self.rooms.leave_all();
        self.cut_questions();
        self.report(EventKind::Link(match ending {
            Ending::Again(why) => LinkState::Offline { why: why.clone() },
            Ending::Refused(why) => LinkState::Failed { why: why.clone() },
        }));
    }

    /// Takes what a sync brought of a room.
    pub fn update(&mut self, update: &Update) {
        let is_new = self.rooms.follow(&update.room);
        self.enter(&update.room);
        if update.direct && !self.rooms.is_wanted(&update.room) {
            self.direct.insert(SmolStr::new(&update.room));
        }
        // With a third person it is a room like any other, and stays one.
        if update.members > 2 {
            self.direct.remove(update.room.as_str());
        }
        if let Some(successor) = &update.successor {
            self.ended(&update.room, successor);
        }
        let past = match (is_new, update.since) {
            (_, Since::Nothing) => update.timeline.len(),
            (true, _) => self.end_of_past(&update.timeline),
            (false, _) => 0,
        };
        for told in &update.late {
            self.happened(&update.room, told, Timing::Late, update.since);
        }
        if update.since == Since::Reopened {
            return;
        }
        let timing = match update.since {
            Since::Now => Timing::Live,
            Since::Absence | Since::Nothing | Since::Reopened => Timing::Late,
        };
        for (number, told) in update.timeline.iter().enumerate() {
            let timing = if number < past { Timing::History } else { timing };
            self.happened(&update.room, told, timing, update.since);
        }
        if update.since == Since::Now {
            self.read(&update.room, &update.timeline);
        }
        if is_new || update.since != Since::Now || !update.late.is_empty() || update.cut {
            self.archive(update, past);
        }
    }

    /// Says how far the room was heard: from there on nothing is lost.
    fn archive(&mut self, update: &Update, past: usize) {
        let Some(room) = self.room_id(&update.room) else { return };
        if update.timeline.is_empty() && update.late.is_empty() {
            return;
        }
        let live = if update.since == Since::Now { update.timeline.len() } else { past };
        let late = update.late.len() + update.timeline.len().saturating_sub(live);
        let state =
            if update.cut { ArchiveState::Cut { late } } else { ArchiveState::Heard { late } };
        let mark = self.marks.mark(&update.room);
        self.report_at(mark, EventKind::Archive { room: Some(room), state });
    }

    /// What was learnt so far, in order.
    pub fn events(&mut self) -> impl Iterator<Item = Event> + '_ {
        self.events.drain(..)
    }

    /// How much of a new room's timeline was said before we came: all up to our own arrival, and
    /// all of it where that is not to be seen.
    fn end_of_past(&self, timeline: &[Told]) -> usize {
        let arrives = |told: &Told| {
            Happened::read(&told.json).is_some_and(|event| event.is_arrival_of(self.me()))
        };
        timeline.iter().rposition(arrives).map_or(timeline.len(), |arrival| arrival + 1)
    }

    /// Something happened in a room. What is told once more does not stand where we are by now.
    fn happened(&mut self, room: &str, told: &Told, timing: Timing, since: Since) {
        let (Some(event), Some(id)) = (Happened::read(&told.json), self.room_id(room)) else {
            return;
        };
        let at = event.at().map_or(self.now.wall, |at| at.min(self.now.wall));
        if told.seal == Seal::Closed
            && timing != Timing::History
            && let Some(until) = self.until(self.now.wall.duration_since(at))
        {
            self.marks.hold(room, &event.id, until);
        }
        let mark = match (timing, since) {
            (Timing::History, _) => {
                self.marks.pass(room, &event.id);
                None
            }
            (_, Since::Reopened) => self.marks.release(room, &event.id),
            _ => self.marks.tell(room, &event.id, self.now.uptime),
        };
        let room = id;
        let kind = match told.seal {
            // State is never encrypted: whoever puts it into a message wants to be taken for it.
            Seal::Opened if event.state_key.is_some() => unknown("state within a message"),
            Seal::Open | Seal::Opened => self.kind(&event, &room, told, timing),
            Seal::Closed => unknown("an encrypted message without its key"),
            Seal::Broken => unknown("an encrypted message that no key opens"),
            Seal::Forged => unknown("an encrypted message under somebody else's name"),
        };
        let Some(kind) = kind else { return };
        let (network, key) = (self.network.clone(), EventKey::new(event.id.as_str()));
        self.events.push(Event { network, key, at, timing, mark, kind });
    }

    fn kind(
        &mut self,
        event: &Happened<'_>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<EventKind> {
        match (event.kind.as_str(), event.state_key.as_deref()) {
            ("m.room.message", None) => self.spoken(event, room, told, timing),
            ("m.sticker" | "m.poll.start" | "org.matrix.msc3381.poll.start", None) => {
                self.posted(event, room, told, timing)
            }
            ("m.reaction", None) => self.reaction(event, room, told, timing),
            ("m.room.redaction", None) => self.retraction(event, room, told, timing),
            ("m.room.member", Some(who)) => self.membership(event, who, room, told),
            ("m.room.topic", Some("")) => self.topic(event, room, told, timing),
            (kind, _) => unknown(kind),
        }
    }

    /// Who did something. Power is what he had when he did it, which nobody knows of the past.
    fn speaker(
        &self,
        event: &Happened<'_>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<Speaker> {
        let speaker = self.person(&event.sender)?;
        let power = told.power.filter(|_| timing == Timing::Live && !self.is_private(room));
        Some(match power {
            Some(power) => speaker.with_power(room.clone(), power),
            None => speaker,
        })
    }

    /// Somebody for whom the homeserver vouches.
    fn person(&self, user: &str) -> Option<Speaker> {
        UserId::new(&self.network, user, CaseMapping::Bytes).ok().map(Speaker::verified)
    }

    fn room_id(&self, room: &str) -> Option<RoomId> {
        RoomId::new(&self.network, room, CaseMapping::Bytes).ok()
    }

    fn is_private(&self, room: &RoomId) -> bool {
        self.direct.contains(room.room())
    }

    fn me(&self) -> &str {
        self.settings.user.as_str()
    }

    /// We are in a room.
    fn enter(&mut self, room: &str) {
        if let (true, Some(room)) = (self.rooms.enter(room), self.room_id(room)) {
            let state = nuncio_core::event::RoomState::Joined;
            self.report(EventKind::Room { room, state });
        }
    }

    /// Reports something of our own, under a key of our own.
    fn report(&mut self, kind: EventKind) {
        self.report_at(None, kind);
    }

    fn report_at(&mut self, mark: Option<Mark>, kind: EventKind) {
        self.reports += 1;
        let key = EventKey::new(format_smolstr!("{:x}.{}", self.nonce, self.reports));
        let (network, at): (_, Timestamp) = (self.network.clone(), self.now.wall);
        self.events.push(Event { network, key, at, timing: Timing::Live, mark, kind });
    }
}

/// Something that we do not know, by a name that is not too long.
#[expect(clippy::unnecessary_wraps, reason = "what an event may come to is optional elsewhere")]
fn unknown(what: &str) -> Option<EventKind> {
    let what = what.get(..what.floor_char_boundary(64)).unwrap_or_default();
    Some(EventKind::Unknown { what: what.into() })
}

/// What Matrix can do.
pub(crate) fn features() -> Features {
    Features {
        rooms: Support::Native,
        private: Support::Native,
        styling: Support::Native,
        links: Support::Native,
        code: Support::Native,
        mentions: Support::Native,
        multiline: Support::Native,
        emotes: Support::Native,
        notices: Support::Native,
        edits: Support::Native,
        retractions: Support::Native,
        reactions: Support::Native,
        replies: Support::Native,
        threads: Support::Native,
        typing: Support::Native,
        files: Support::Native,
        moderation: Support::Native,
        bans: Support::Native,
        powers: Support::Native,
        redactions: Support::Native,
        invites: Support::Native,
        pins: Support::Native,
        fetches: Support::Native,
        members: Support::Native,
        spaces: Support::Native,
        directory: Support::Native,
        verifications: Support::Native,
        confirms: Support::Native,
        deduplicates: Support::Native,
        lasting_peers: Support::Native,
        max_text_bytes: Some(MAX_BYTES),
    }
}

#[cfg(test)]
mod tests;
