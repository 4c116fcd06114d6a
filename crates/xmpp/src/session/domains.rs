//! What the addresses of a domain are: people's, or rooms'.
//!
//! A room's service passes on what its occupants say to us alone, from the room's own address:
//! without the mark that an honest client leaves, it looks like a person's. So a domain that we do
//! not know is asked what it is (XEP-0030) when somebody first says something from there, and his
//! words wait for the answer; without one in time they are taken, and nobody is verified.

use std::{collections::VecDeque, time::Duration};

use jid::{BareJid, DomainRef, Jid};
use nuncio_policy::Speaker;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use xmpp_parsers::{message::Message, minidom::Element, ns};

use super::{
    Session,
    disco::Description,
    questions::About,
    xml::{DIRECT_INVITE, find},
};

/// How long words wait to hear where they come from.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long a domain that did not say what it is is not asked again.
const DOUBT: Duration = Duration::from_mins(5);

/// The most domains that we remember; whichever was met first is forgotten first.
const MAX_DOMAINS: usize = 1024;

/// The most domains that are asked at once; beyond that we doubt without asking.
const MAX_ASKED: usize = 32;

/// The most messages that wait; beyond that they do not.
const MAX_HELD: usize = 64;

/// What we know of domains.
#[derive(Debug, Default)]
pub(super) struct Domains {
    /// Those that are asked: the question's name, and when we give it up.
    asked: FxHashMap<SmolStr, (SmolStr, Duration)>,
    /// What came of it, and when.
    known: FxHashMap<SmolStr, (Kind, Duration)>,
    /// Those, as they were met.
    met: VecDeque<SmolStr>,
    held: VecDeque<(SmolStr, Message)>,
}

/// What the addresses of a domain are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    People,
    /// Rooms and their occupants: nobody there is a person.
    Rooms,
    /// There is no telling.
    Doubtful,
}

impl Domains {
    /// When the next one has not answered in time.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.asked.values().map(|(_, until)| *until).min()
    }

    /// Whether anything said waits for an answer.
    pub(super) fn is_waited_for(&self) -> bool {
        !self.held.is_empty()
    }

    fn kind(&self, domain: &str) -> Kind {
        self.known.get(domain).map_or(Kind::Doubtful, |(kind, _)| *kind)
    }

    fn learn(&mut self, domain: &str, kind: Kind, now: Duration) {
        self.asked.remove(domain);
        if self.known.insert(SmolStr::new(domain), (kind, now)).is_none() {
            self.met.push_back(SmolStr::new(domain));
            if self.met.len() > MAX_DOMAINS
                && let Some(first) = self.met.pop_front()
            {
                self.known.remove(&first);
            }
        }
    }

    /// Whether a domain may be asked: not one that left us in doubt a moment ago.
    fn may_ask(&self, domain: &str, now: Duration) -> bool {
        let doubted = self.known.get(domain).is_some_and(|(_, at)| *at + DOUBT > now);
        !doubted && self.asked.len() < MAX_ASKED
    }

    /// What waits for a domain that is not asked any more.
    fn release(&mut self) -> Vec<Message> {
        let mut released = Vec::new();
        for (domain, message) in std::mem::take(&mut self.held) {
            if self.asked.contains_key(&domain) {
                self.held.push_back((domain, message));
            } else {
                released.push(message);
            }
        }
        released
    }
}

impl Session {
    /// Who an address that is no room's of ours is. `None` where no person has addresses; nobody
    /// is verified where there is no telling.
    pub(super) fn person(&self, who: &Jid) -> Option<Speaker> {
        match self.kind_of(who.domain()) {
            Kind::People => Some(self.evidence.person(who)),
            Kind::Doubtful => Some(self.evidence.claimed(who)),
            Kind::Rooms => None,
        }
    }

    fn kind_of(&self, domain: &DomainRef) -> Kind {
        if self.rooms.is_service(domain) {
            return Kind::Rooms;
        }
        if domain == self.settings.account.domain() {
            return Kind::People;
        }
        match self.services.at(domain) {
            Some(said) => kind(said),
            None => self.domains.kind(domain.as_str()),
        }
    }

    /// Whether a message is to wait until its sender's domain has said what it is; then it comes
    /// back through [`Session::on_personal`].
    pub(super) fn is_to_wait(&mut self, from: &Jid, message: &Message) -> bool {
        let says =
            !message.bodies.is_empty() || find(&message.payloads, "x", DIRECT_INVITE).is_some();
        let marked = find(&message.payloads, "x", ns::MUC_USER).is_some();
        if from.node().is_none() || !says || marked || self.kind_of(from.domain()) != Kind::Doubtful
        {
            return false;
        }
        let domain = from.domain().as_str();
        let asked = self.domains.asked.contains_key(domain) || self.ask_domain(from.domain());
        let waits = asked && self.domains.held.len() < MAX_HELD;
        if waits {
            self.domains.held.push_back((SmolStr::new(domain), message.clone()));
        }
        waits
    }

    /// Whether a domain is asked now what it is, because nobody knows that yet.
    pub(super) fn asks_domain(&mut self, domain: &DomainRef) -> bool {
        self.kind_of(domain) == Kind::Doubtful
            && (self.domains.asked.contains_key(domain.as_str()) || self.ask_domain(domain))
    }

    fn ask_domain(&mut self, domain: &DomainRef) -> bool {
        let (name, now) = (domain.as_str(), self.now.uptime);
        if !self.domains.may_ask(name, now) {
            return false;
        }
        let jid = BareJid::from_parts(None, domain);
        let Some(id) = self.ask_info(&jid, About::Domain) else { return false };
        self.domains.asked.insert(SmolStr::new(name), (id, now + PATIENCE));
        true
    }

    /// A domain says what it is, or will not.
    pub(super) fn on_domain(&mut self, domain: &DomainRef, answer: Option<&Element>) {
        let kind = answer.map_or(Kind::Doubtful, |answer| kind(&Description::read(answer)));
        self.domains.learn(domain.as_str(), kind, self.now.uptime);
        self.release_held();
    }

    /// Gives up on the domains that did not answer in time.
    pub(super) fn doubt_late_domains(&mut self) {
        let now = self.now.uptime;
        let late = self.domains.asked.iter().filter(|(_, (_, until))| *until <= now);
        let late: Vec<_> = late.map(|(domain, (id, _))| (domain.clone(), id.clone())).collect();
        for (domain, id) in &late {
            self.questions.forget(id);
            self.domains.learn(domain, Kind::Doubtful, now);
        }
        if !late.is_empty() {
            self.release_held();
        }
    }

    /// A stream is over, and with it every question: what waits is taken as it is.
    pub(super) fn forget_domains(&mut self) {
        self.domains.asked.clear();
        self.release_held();
    }

    fn release_held(&mut self) {
        for message in self.domains.release() {
            if let Some(from) = message.from.clone() {
                self.on_personal(&from, &message);
            }
        }
        self.on_domains_known();
    }
}

/// What the addresses of a domain are that says this of itself.
fn kind(said: &Description) -> Kind {
    if said.is_conference() {
        Kind::Rooms
    } else if said.is_something() && !said.has(ns::MUC) {
        Kind::People
    } else {
        Kind::Doubtful
    }
}
