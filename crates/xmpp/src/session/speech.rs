//! What is said to us, and what comes back of what we said.

use jid::{FullJid, Jid};
use nuncio_core::{
    event::{EventKind, MessageId, Timing, Topic},
    place::{Address, Place},
};
use smol_str::{SmolStr, format_smolstr};
use xmpp_parsers::{message::Message, ns};

use super::{
    Session,
    authors::Author,
    interpret::Voice,
    muc_user::{Told, code},
    parse::MAX_ID,
    xml::{attribute, find},
};

impl Session {
    /// Somebody says something in a room.
    pub(super) fn on_room_speech(&mut self, address: &FullJid, message: &Message) {
        let jid = address.to_bare();
        let Some(room) = self.rooms.get_mut(&jid).filter(|room| room.is_in()) else { return };
        if message.bodies.is_empty() && !message.subjects.is_empty() {
            let is_news = !std::mem::take(&mut room.history) && !self.archives.is_late();
            return self.on_subject(address, message, is_news);
        }
        // A stamp counts only while the room tells what was said before we came; afterwards it is
        // the speaker's, who could hide his words behind it.
        let delayed = find(&message.payloads, "delay", ns::DELAY).is_some();
        let nick_is_ours = *address.resource() == *room.nick;
        let timing = match room.history && delayed {
            _ if self.archives.is_late() => Timing::Late,
            true => Timing::History,
            false => Timing::Live,
        };
        let id = self.archives.late_id().or_else(|| stanza_id(message, jid.as_str()));
        if nick_is_ours
            && timing == Timing::Live
            && self.on_reflection(address, message, id.as_ref())
        {
            return;
        }
        let Some(place) = self.room_id(&jid).map(Place::Room) else { return };
        let speaker = match timing {
            // Whoever is called so now need not be he.
            Timing::History => self.evidence.occupant(address, None),
            Timing::Late => {
                let shown = Told::read(&message.payloads).real;
                self.evidence.recalled(address, shown.as_ref())
            }
            Timing::Live => self.occupant(address),
        };
        let author = match timing {
            Timing::Live => self.author(address),
            // A nick may have been another's since.
            Timing::Late => {
                let room = self.rooms.get(&jid);
                room.and_then(|room| room.id_in(message)).map(Author::Occupant)
            }
            Timing::History => None,
        };
        let voice = Voice {
            speaker,
            name: SmolStr::new(address.resource().as_str()),
            place,
            at: jid.into(),
            author: if nick_is_ours { Some(Author::We) } else { author },
            own: nick_is_ours || self.is_own(address) || self.is_answer_of_ours(message, timing),
            timing,
            id,
        };
        self.tell_of_stay(address, timing);
        self.report_meaning(message, voice);
    }

    /// What we said comes back: the proof that it went out. Whether anybody waited for it.
    fn on_reflection(
        &mut self,
        address: &FullJid,
        message: &Message,
        name: Option<&MessageId>,
    ) -> bool {
        let origin = find(&message.payloads, "origin-id", ns::SID);
        let origin = origin.and_then(|origin| attribute(origin, "id"));
        let id = message.id.as_ref().map(|id| id.0.as_str());
        let room = address.to_bare();
        let mut ids = [id, origin].into_iter().flatten();
        let Some(id) = ids.find(|id| self.awaited.is_expected(id, &room)) else { return false };
        // To others it left as what the room passes on, and without a name of the room's it has no
        // other.
        let left_as = sent_as(message).unwrap_or(id);
        let name = name.map_or(left_as, MessageId::as_str);
        let name = MessageId::new(name).sent_as(left_as);
        self.recall.said(&room.into(), Author::We, address.resource().as_str(), &name, left_as);
        let settled = self.awaited.reflected(id, Some(name));
        self.settle(settled);
        true
    }

    /// Somebody says something to us alone, in person or through a room.
    pub(super) fn on_private(&mut self, from: &Jid, message: &Message) {
        let id = origin_id(message).map(MessageId::new);
        if self.rooms.get(&from.to_bare()).is_some() {
            return self.on_private_of_room(from, message, id);
        }
        // Through a room that we are not in: nobody that we know. The mark is the sender's client's,
        // who may leave it out; then its service tells.
        let marked = find(&message.payloads, "x", ns::MUC_USER).is_some();
        let Some(speaker) = self.person(from).filter(|_| !marked) else { return };
        let Some(name) = from.node().map(|node| SmolStr::new(node.as_str())) else { return };
        let bare = from.to_bare();
        let place = Place::private(self.network.clone(), Address::new(bare.as_str()));
        let own = bare == self.settings.account;
        let delay = find(&message.payloads, "delay", ns::DELAY);
        let by = delay.and_then(|delay| attribute(delay, "from"));
        let stored = by.is_some_and(|by| self.is_ours(by));
        // What our server kept for us was said while we were away, if we were there before.
        let timing = match stored {
            _ if self.archives.is_late() => Timing::Late,
            true if self.archives.has_past(&self.settings.account) => Timing::Late,
            true => Timing::History,
            false => Timing::Live,
        };
        let author = Some(Author::Person(bare.clone()));
        let at = bare.into();
        if timing == Timing::Live && !own {
            self.on_courtesies(from, &at, message, self.may_see_us(from));
        }
        self.report_meaning(message, Voice { speaker, name, place, at, author, own, timing, id });
    }

    /// A private message through a room belongs to that room.
    fn on_private_of_room(&mut self, from: &Jid, message: &Message, id: Option<MessageId>) {
        let Ok(address) = from.try_as_full() else { return };
        let room = self.rooms.get(&from.to_bare()).filter(|room| room.is_in());
        let Some(known) = room.and_then(|room| room.occupants.get(address.resource())) else {
            return;
        };
        let peer = format_smolstr!("{address} ({})", known.stay.as_str());
        let via = self.room_id(&from.to_bare());
        let place = Place::Private { network: self.network.clone(), peer: Address::new(peer), via };
        let speaker = self.occupant(address);
        let own = self.is_own(address);
        self.tell_of_stay(address, Timing::Live);
        let name = SmolStr::new(address.resource().as_str());
        let (author, timing) = (self.author(address), Timing::Live);
        let at = from.clone();
        if !own {
            // Whoever is in the room sees that we are.
            self.on_courtesies(from, &at, message, true);
        }
        self.report_meaning(message, Voice { speaker, name, place, at, author, own, timing, id });
    }

    /// A room's subject: if we set it, somebody waits for it. The first is what it was about before
    /// we came (XEP-0045 §7.2.15).
    fn on_subject(&mut self, address: &FullJid, message: &Message, is_news: bool) {
        if let Some(id) = &message.id
            && self.awaited.is_expected(&id.0, &address.to_bare())
        {
            let settled = self.awaited.reflected(&id.0, None);
            self.settle(settled);
        }
        if Told::read(&message.payloads).has(code::CONFIGURED) {
            self.ask_about(&address.to_bare());
        }
        let jid = address.to_bare();
        let is_ours = self.rooms.get(&jid).is_none_or(|room| *address.resource() == *room.nick);
        let text = message.get_best_subject(Vec::new()).map(|(_, text)| text.clone());
        if let (true, false, Some(room), Some(text)) = (is_news, is_ours, self.room_id(&jid), text)
        {
            let (speaker, name) =
                (self.occupant(address), SmolStr::new(address.resource().as_str()));
            self.report(EventKind::Topic(Topic { speaker, name, room, text }));
        }
    }

    /// Whether something late bears the name of an output: whatever we were called then, it is ours.
    fn is_answer_of_ours(&self, message: &Message, timing: Timing) -> bool {
        let id = message.id.as_ref().map(|id| id.0.as_str());
        let ours = |id: &str| {
            let rest = id.strip_prefix(self.network.as_str());
            rest.is_some_and(|rest| rest.starts_with('/') && rest.contains('#'))
        };
        timing == Timing::Late && id.is_some_and(ours)
    }

    /// Whether an occupant is our own account, over whatever connection.
    fn is_own(&self, address: &FullJid) -> bool {
        let room = self.rooms.get(&address.to_bare());
        let occupant = room.and_then(|room| room.occupants.get(address.resource()));
        occupant.is_some_and(|occupant| occupant.real.as_ref() == Some(&self.settings.account))
    }

    /// From now on the house wants to hear when the stay is over.
    fn tell_of_stay(&mut self, address: &FullJid, timing: Timing) {
        if timing == Timing::Live
            && let Some(room) = self.rooms.get_mut(&address.to_bare())
            && let Some(occupant) = room.occupants.get_mut(address.resource())
        {
            occupant.told = true;
        }
    }

    /// By what we know an occupant again who said something.
    fn author(&self, address: &FullJid) -> Option<Author> {
        let occupants = &self.rooms.get(&address.to_bare())?.occupants;
        let occupant = occupants.get(address.resource())?;
        Some(match &occupant.id {
            Some(id) => Author::Occupant(id.clone()),
            None => Author::Stay(SmolStr::new(occupant.stay.as_str())),
        })
    }
}

/// By which name its sender corrects a message (XEP-0308).
pub(super) fn sent_as(message: &Message) -> Option<&str> {
    let id = message.id.as_ref().map(|id| id.0.as_str());
    id.filter(|id| !id.is_empty() && id.len() <= MAX_ID)
}

/// By which name one peer speaks of the other's message: its origin-id, where it has one (XEP-0359).
fn origin_id(message: &Message) -> Option<&str> {
    let origin = find(&message.payloads, "origin-id", ns::SID);
    let origin = origin.and_then(|origin| attribute(origin, "id"));
    origin.filter(|id| id.len() <= MAX_ID).or(sent_as(message))
}

/// A message's name by whoever is entitled to give it (XEP-0359).
pub(super) fn stanza_id(message: &Message, by: &str) -> Option<MessageId> {
    let ids = message.payloads.iter().filter(|payload| payload.is("stanza-id", ns::SID));
    let mut ids = ids.filter(|id| attribute(id, "by") == Some(by));
    let id = ids.find_map(|id| attribute(id, "id"))?;
    (id.len() <= MAX_ID).then(|| MessageId::new(id))
}
