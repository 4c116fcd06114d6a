//! One connection's life as a state machine: lines and deliveries in, lines and events out.
//!
//! It reads no clock and does no I/O. A shell hands it what happened ([`Session::step`]), sends the
//! lines that it has to say when the flood limit allows ([`Session::next_line`]), and passes on what
//! it learnt ([`Session::effects`]).

mod awaited;
mod caps;
mod ctcp;
mod greeting;
mod inbound;
mod io;
mod members;
mod moderation;
mod nick;
mod outbound;
mod peers;
mod ranks;
mod report;
mod rooms;
mod roster;
mod sasl;
mod speech;
mod timers;

use std::collections::{HashMap, VecDeque};

use nuncio_core::{
    event::LinkState,
    features::{Features, Support},
    moment::Moment,
};
use nuncio_policy::{Network, RoomId};
use smol_str::SmolStr;

use self::{
    awaited::Awaited, caps::Caps, ctcp::CtcpReplies, greeting::Login, members::Members, nick::Nick,
    outbound::Speech, peers::Peers, ranks::Ranks, rooms::Rooms, timers::Timers,
};
pub use self::{
    caps::Cap,
    io::{Effect, Ending, Input, Ticket},
};
use crate::{
    casemap::CaseMapping,
    config::Settings,
    evidence::Evidence,
    isupport::Isupport,
    wire::{Builder, Line, LineError, Verb},
};

/// How far a connection came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// There is none.
    Offline,
    /// It is not registered yet.
    Greeting,
    /// It is registered; the message of the day is still coming.
    Welcome,
    /// Deliveries are taken.
    Online,
}

/// The most lines that wait for the flood limit; beyond that the server is not read.
const MAX_QUEUED_LINES: usize = 256;

/// The state of one network's connection. It outlives the connections, one after another.
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
    caps: Caps,
    isupport: Isupport,
    evidence: Evidence,
    /// How this server compares names.
    names: CaseMapping,
    nick: Nick,
    rooms: Rooms,
    members: Members,
    ranks: Ranks,
    peers: Peers,
    /// The types of open batches, by reference.
    batches: HashMap<SmolStr, Batch>,
    awaited: Awaited,
    ctcp: CtcpReplies,
    timers: Timers,
    login: Login,
    lines: VecDeque<Line>,
    speech: Option<Speech>,
    effects: Vec<Effect>,
}

/// What a batch holds (`IRCv3` batch).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Batch {
    /// What was said before (`chathistory`, `znc.in/playback`).
    History,
    /// Anything else.
    Other,
}

impl Session {
    /// A session that has not begun.
    pub fn new(network: Network, settings: Settings, now: Moment) -> Self {
        Self {
            phase: Phase::Offline,
            nonce: 0,
            events: 0,
            stays: 0,
            caps: Caps::default(),
            isupport: Isupport::default(),
            evidence: Evidence::new(network.clone(), settings.casemapping, settings.trust),
            names: settings.casemapping,
            nick: Nick::new(&settings.nick),
            rooms: Rooms::new(&settings),
            members: Members::default(),
            ranks: Ranks::default(),
            peers: Peers::default(),
            batches: HashMap::new(),
            awaited: Awaited::default(),
            ctcp: CtcpReplies::default(),
            timers: Timers::default(),
            login: Login::Idle,
            lines: VecDeque::new(),
            speech: None,
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
            Input::Connected { nonce } => self.connected(nonce),
            Input::Line(received) => self.line(received),
            Input::Act(ticket, output) => self.act(ticket, output),
            Input::Flushed => self.flushed(),
            Input::Tick => self.tick(),
            Input::Leave(words) => self.leave(words),
            Input::Closed(why) => self.closed(why),
        }
    }

    /// What the steps so far want done, in order.
    pub fn effects(&mut self) -> impl Iterator<Item = Effect> + '_ {
        self.effects.drain(..)
    }

    /// The next line to send, when the flood limit allows one.
    ///
    /// What keeps the connection alive goes before what is said. A long text is cut to the room
    /// that there is now: our own prefix may have changed since it was handed in.
    pub fn next_line(&mut self) -> Option<Line> {
        self.lines.pop_front().or_else(|| self.next_spoken())
    }

    /// Whether there is a line to send.
    pub fn has_line(&self) -> bool {
        !self.lines.is_empty() || self.speech.is_some()
    }

    /// Whether a delivery can be taken: what is taken goes out next.
    pub fn takes_deliveries(&self) -> bool {
        self.phase == Phase::Online && self.speech.is_none() && self.awaited.has_room()
    }

    /// Whether the server should be read: not while it asks for more lines than may leave.
    pub fn takes_lines(&self) -> bool {
        self.lines.len() < MAX_QUEUED_LINES
    }

    /// The most bytes of a line that the server sends, its tags not counted.
    pub fn line_limit(&self) -> usize {
        self.isupport.linelen
    }

    /// Whether the server has taken us in.
    pub fn is_online(&self) -> bool {
        self.phase == Phase::Online
    }

    /// What the network can do, as far as it is known.
    pub fn features(&self) -> Features {
        let confirms = self.caps.has(Cap::EchoMessage) || self.caps.has(Cap::LabeledResponse);
        let target = self.isupport.nicklen;
        Features {
            max_text_bytes: Some(self.text_limit(target, Verb::Privmsg)),
            confirms: if confirms { Support::Native } else { Support::Absent },
            ..least_features()
        }
    }

    /// Begins a connection.
    fn connected(&mut self, nonce: u64) {
        self.nonce = nonce;
        self.caps = Caps::default();
        self.isupport = Isupport::default();
        self.names = self.settings.casemapping;
        self.evidence =
            Evidence::new(self.network.clone(), self.settings.casemapping, self.settings.trust);
        self.nick.begin();
        self.members = Members::default();
        self.ranks = Ranks::default();
        self.batches.clear();
        self.rooms.begin(self.now.uptime);
        self.timers.begin(self.now.uptime, self.settings.ping_timeout);
        self.lines.clear();
        self.phase = Phase::Greeting;
        self.greet();
    }

    /// Ends it: whatever was not settled is settled now.
    fn closed(&mut self, ending: &Ending) {
        self.phase = Phase::Offline;
        self.lines.clear();
        self.speech = None;
        self.members = Members::default();
        self.ranks = Ranks::default();
        self.batches.clear();
        self.peers.lose_all();
        self.rooms.begin(self.now.uptime);
        let (why, state) = match ending {
            Ending::Again(why) => (why, LinkState::Offline { why: why.clone() }),
            Ending::Refused(why) => (why, LinkState::Failed { why: why.clone() }),
        };
        for (ticket, receipt) in self.awaited.lost(why) {
            self.effects.push(Effect::Settle(ticket, receipt));
        }
        self.report_link(state);
    }

    fn leave(&mut self, words: &str) {
        if self.phase != Phase::Offline {
            self.lines.clear();
            self.send(Line::begin(Verb::Quit).last(words));
        }
    }

    fn close(&mut self, ending: Ending) {
        self.effects.push(Effect::Close(ending));
    }

    /// Queues a line. One that cannot be built is a name that the server made up; it is left out.
    fn send(&mut self, line: Result<Line, LineError>) {
        match line {
            Ok(line) => self.lines.push_back(line),
            Err(error) => tracing::debug!(network = %self.network, %error, "Left out a line."),
        }
    }

    /// A line whose parameters hold no blanks.
    fn command<'a>(
        verb: Verb,
        params: impl IntoIterator<Item = &'a str>,
    ) -> Result<Line, LineError> {
        Self::begin(verb, params).and_then(Builder::end)
    }

    /// A line's parameters before its last one.
    fn begin<'a>(
        verb: Verb,
        params: impl IntoIterator<Item = &'a str>,
    ) -> Result<Builder, LineError> {
        params.into_iter().try_fold(Line::begin(verb), Builder::middle)
    }

    fn room_id(&self, name: &str) -> Option<RoomId> {
        self.evidence.room(name)
    }
}

/// What IRC can do before the server has said anything.
pub(crate) fn least_features() -> Features {
    Features {
        rooms: Support::Native,
        private: Support::Native,
        styling: Support::Native,
        links: Support::Emulated,
        code: Support::Emulated,
        mentions: Support::Native,
        multiline: Support::Emulated,
        emotes: Support::Native,
        notices: Support::Native,
        moderation: Support::Native,
        bans: Support::Native,
        powers: Support::Native,
        invites: Support::Native,
        members: Support::Native,
        max_text_bytes: Some(350),
        ..Features::default()
    }
}

#[cfg(test)]
mod tests;
