//! One account's life as a state machine: stanzas and deliveries in, stanzas and events out.
//!
//! It reads no clock and does no I/O. A shell hands it what happened ([`Session::step`]), sends the
//! stanzas that it has to say when the flood limit allows ([`Session::next_stanza`]), and passes on
//! what it learnt ([`Session::effects`]).

mod archive;
mod authors;
mod awaited;
mod bookmarks;
mod courtesy;
mod disco;
mod domains;
mod doubt;
mod enter;
mod inbound;
mod interpret;
mod io;
mod moderate;
mod moderated;
mod muc_user;
mod occupants;
mod outbound;
mod parse;
mod phase;
mod presence;
mod profile;
mod questions;
mod quote;
mod relations;
mod rooms;
mod roster;
mod self_ping;
mod services;
mod speech;
mod text;
mod upload;
mod xml;

use std::{collections::VecDeque, time::Duration};

use nuncio_core::{
    event::{Event, EventKey, EventKind, LinkState, Timing},
    features::{Features, Support},
    moment::Moment,
};
use nuncio_policy::{Network, RoomId};
use smol_str::format_smolstr;
use tokio_xmpp::Stanza;

pub use self::{
    archive::NOWHERE,
    io::{Effect, Ending, Input, Outgoing, Ticket, Way},
    text::{read_stanza, write_stanza},
    upload::Put,
};
use self::{
    authors::Recall, awaited::Awaited, courtesy::Attentive, domains::Domains, interpret::Unread,
    outbound::MAX_TEXT_BYTES, phase::Phase, questions::Questions, rooms::Rooms, self_ping::Vigil,
    services::Services, upload::Uploads,
};
use crate::{config::Settings, evidence::Evidence};

/// The most stanzas that wait for the flood limit; beyond that the server is not read.
const MAX_QUEUED: usize = 256;

/// The state of one account's streams, one after another.
#[derive(Debug)]
pub struct Session {
    network: Network,
    settings: Settings,
    now: Moment,
    phase: Phase,
    nonce: u64,
    events: u64,
    /// How many stays of people began: their names never repeat.
    stays: u64,
    /// Whether the server confirms what it is handed.
    acks: bool,
    evidence: Evidence,
    rooms: Rooms,
    awaited: Awaited,
    doubts: doubt::Doubts,
    questions: Questions,
    recall: Recall,
    unread: Unread,
    attentive: Attentive,
    vigil: Vigil,
    profile: profile::Profile,
    archives: archive::Archives,
    services: Services,
    uploads: Uploads,
    domains: Domains,
    out: VecDeque<Outgoing>,
    effects: Vec<Effect>,
}

impl Session {
    /// A session that has not begun.
    pub fn new(network: Network, settings: Settings, now: Moment) -> Self {
        Self {
            phase: Phase::Offline,
            nonce: 0,
            events: 0,
            stays: 0,
            acks: false,
            evidence: Evidence::new(network.clone(), settings.trusted.clone()),
            rooms: Rooms::new(&settings),
            awaited: Awaited::default(),
            doubts: doubt::Doubts::default(),
            questions: Questions::default(),
            recall: Recall::default(),
            unread: Unread::default(),
            attentive: Attentive::default(),
            vigil: Vigil::default(),
            profile: profile::Profile::default(),
            archives: archive::Archives::default(),
            services: Services::default(),
            uploads: Uploads::default(),
            domains: Domains::default(),
            out: VecDeque::new(),
            effects: Vec::new(),
            network,
            settings,
            now,
        }
    }

    /// Takes one input.
    pub fn step(&mut self, input: Input<'_>, now: Moment) {
        self.now = now;
        match input {
            Input::Connecting => self.report_link(LinkState::Connecting),
            Input::Online { nonce, acks } => self.online(nonce, acks),
            Input::Suspended(why) => self.suspended(why),
            Input::Resumed => {
                self.phase = Phase::Online;
                self.report_link(LinkState::Online);
                self.doubt_rooms();
                self.be_patient();
            }
            Input::Stanza(stanza) => self.stanza(stanza),
            Input::Act(ticket, key, output) => self.act(ticket, key, output),
            Input::Followed(id, way) => self.followed(id, way),
            Input::Put(ticket, outcome) => self.on_put(ticket, outcome),
            Input::Tick => {}
            Input::Leave(words) => self.leave(words),
            Input::Closed(ending) => self.closed(ending),
        }
        self.tick();
    }

    /// What the steps so far want done, in order.
    pub fn effects(&mut self) -> impl Iterator<Item = Effect> + '_ {
        self.effects.drain(..)
    }

    /// The next stanza to send, when the flood limit allows one.
    pub fn next_stanza(&mut self) -> Option<Outgoing> {
        self.out.pop_front()
    }

    /// Whether there is a stanza to send.
    pub fn has_stanza(&self) -> bool {
        !self.out.is_empty()
    }

    /// Whether a delivery can be taken: what is taken goes out next.
    pub fn takes_deliveries(&self) -> bool {
        self.phase == Phase::Online
            && self.out.is_empty()
            && self.uploads.has_room()
            && self.awaited.has_room(self.held_back())
    }

    /// How many deliveries are taken and not under way.
    fn held_back(&self) -> usize {
        self.doubts.len() + self.uploads.held() + self.archives.waiting()
    }

    /// Whether the server should be read: not while it asks for more than may leave.
    pub fn takes_stanzas(&self) -> bool {
        self.out.len() < MAX_QUEUED
    }

    /// Whether stanzas may be sent.
    pub fn is_online(&self) -> bool {
        matches!(self.phase, Phase::Online | Phase::Leaving)
    }

    /// Whether the server confirms what it is handed.
    pub fn is_acked(&self) -> bool {
        self.acks
    }

    /// Whether nothing is left to say, and nothing of what was said is open.
    pub fn is_idle(&self) -> bool {
        self.out.is_empty() && self.awaited.is_empty() && self.uploads.is_empty()
    }

    /// When something is to be done even if nothing comes.
    pub fn deadline(&self) -> Option<Duration> {
        let rooms = self.rooms.deadline().into_iter().chain(self.vigil_deadline());
        let rooms = rooms.chain(self.archives.deadline()).chain(self.archive_settles());
        let rooms = rooms.min().filter(|_| self.phase == Phase::Online);
        let waiting =
            [rooms, self.awaited.deadline(), self.doubts.deadline(), self.domains.deadline()];
        waiting.into_iter().chain([self.uploads.deadline()]).flatten().min()
    }

    fn settle(&mut self, settled: Option<awaited::Settled>) {
        if let Some((ticket, receipt)) = settled {
            self.effects.push(Effect::Settle(ticket, receipt));
        }
    }

    fn send(&mut self, stanza: impl Into<Stanza>) {
        self.out.push_back(Outgoing { stanza: stanza.into(), follow: None });
    }

    /// Reports something that happens now.
    fn report(&mut self, kind: EventKind) {
        self.report_as(Timing::Live, kind);
    }

    /// Reports something under a key that we make: an id of the sender's could be anybody's.
    fn report_as(&mut self, timing: Timing, kind: EventKind) {
        let event = self.event(timing, kind);
        self.pass_on(event);
    }

    fn event(&mut self, timing: Timing, kind: EventKind) -> Event {
        self.events += 1;
        let key = EventKey::new(format_smolstr!("{:x}.{}", self.nonce, self.events));
        let (network, at) = (self.network.clone(), self.now.wall);
        Event { network, key, at, timing, mark: None, kind }
    }

    fn report_link(&mut self, state: LinkState) {
        self.report(EventKind::Link(state));
    }

    fn report_gone(&mut self, gone: Vec<nuncio_policy::Presence>) {
        if !gone.is_empty() {
            self.report(EventKind::Gone(gone));
        }
    }

    fn room_id(&self, room: &jid::BareJid) -> Option<RoomId> {
        self.evidence.room(room)
    }
}

/// What XMPP can do.
pub(crate) fn features() -> Features {
    Features {
        rooms: Support::Native,
        private: Support::Native,
        styling: Support::Native,
        links: Support::Emulated,
        code: Support::Emulated,
        mentions: Support::Native,
        multiline: Support::Native,
        emotes: Support::Native,
        edits: Support::Native,
        retractions: Support::Native,
        reactions: Support::Native,
        replies: Support::Native,
        typing: Support::Native,
        moderation: Support::Native,
        bans: Support::Native,
        powers: Support::Native,
        redactions: Support::Native,
        invites: Support::Native,
        members: Support::Native,
        confirms: Support::Native,
        lasting_peers: Support::Native,
        max_text_bytes: Some(MAX_TEXT_BYTES),
        ..Features::default()
    }
}

#[cfg(test)]
mod tests;
