//! What is said to us, and what comes back of what we said.

use jid::{FullJid, Jid};
use nuncio_core::{
    event::{EventKind, Form, Message as Said, MessageId, Timing},
    place::{Address, Place},
};
use nuncio_policy::Speaker;
use smol_str::{SmolStr, format_smolstr};
use xmpp_parsers::{
    message::{Message, MessageType},
    ns,
};

use super::{
    Session,
    told::{Told, code},
    xml::{attribute, find},
};

/// What stands before an action.
pub(super) const ACTION: &str = "/me ";

/// The longest id that we keep: longer ones are no honest client's.
const MAX_ID: usize = 512;

impl Session {
    /// Somebody says something in a room.
    pub(super) fn on_room_speech(&mut self, address: &FullJid, message: &Message) {
        let jid = address.to_bare();
        let Some(room) = self.rooms.get_mut(&jid).filter(|room| room.is_in()) else { return };
        if message.bodies.is_empty() {
            if !message.subjects.is_empty() {
                room.history = false;
                self.on_subject(address, message);
            }
            return;
        }
        // A stamp counts only while the room tells what was said before we came; afterwards it is
        // the speaker's, who could hide his words behind it.
        let delayed = find(&message.payloads, "delay", ns::DELAY).is_some();
        let timing = if room.history && delayed { Timing::History } else { Timing::Live };
        let nick_is_ours = *address.resource() == *room.nick;
        let id = stanza_id(message, jid.as_str());
        if nick_is_ours
            && timing == Timing::Live
            && self.on_reflection(address, message, id.as_ref())
        {
            return;
        }
        let Some(place) = self.room_id(&jid).map(Place::Room) else { return };
        let speaker = match timing {
            // Whoever is called so now need not be he.
            Timing::History | Timing::Late => self.evidence.occupant(address, None),
            Timing::Live => self.occupant(address),
        };
        let own = nick_is_ours || self.is_own(address);
        self.tell_of_stay(address, timing);
        self.report_speech(message, speaker, address.resource().as_str(), place, own, timing, id);
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
        let settled = self.awaited.reflected(id, name.cloned());
        self.settle(settled);
        true
    }

    /// Somebody says something to us alone, in person or through a room.
    pub(super) fn on_private(&mut self, from: &Jid, message: &Message) {
        if message.bodies.is_empty() {
            return;
        }
        let id = message.id.as_ref().filter(|id| id.0.len() <= MAX_ID);
        let id = id.map(|id| MessageId::new(id.0.as_str()));
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
        let timing = if stored { Timing::History } else { Timing::Live };
        self.report_speech(message, speaker, &name, place, own, timing, id);
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
        let name = address.resource().as_str();
        self.report_speech(message, speaker, name, place, own, Timing::Live, id);
    }

    /// A room's subject: if we set it, somebody waits for it.
    fn on_subject(&mut self, address: &FullJid, message: &Message) {
        if let Some(id) = &message.id
            && self.awaited.is_expected(&id.0, &address.to_bare())
        {
            let settled = self.awaited.reflected(&id.0, None);
            self.settle(settled);
        }
        if Told::read(&message.payloads).has(code::CONFIGURED) {
            self.ask_about(&address.to_bare());
        }
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

    #[expect(clippy::too_many_arguments, reason = "each says another thing of one message")]
    fn report_speech(
        &mut self,
        message: &Message,
        speaker: Speaker,
        name: &str,
        place: Place,
        own: bool,
        timing: Timing,
        id: Option<MessageId>,
    ) {
        let Some((_, body)) = message.get_best_body(Vec::new()) else { return };
        let (form, text) = match (message.type_ == MessageType::Headline, body.strip_prefix(ACTION))
        {
            (true, _) => (Form::Notice, body.as_str()),
            (false, Some(action)) => (Form::Emote, action),
            (false, None) => (Form::Text, body.as_str()),
        };
        let replaced = find(&message.payloads, "replace", ns::MESSAGE_CORRECT);
        let corrected = replaced.and_then(|replaced| attribute(replaced, "id"));
        let corrected = corrected.filter(|id| id.len() <= MAX_ID);
        let id = corrected.map(MessageId::new).or(id);
        let text = text.to_owned();
        let name = SmolStr::new(name);
        let said =
            Said { id, speaker, name, place, reply_to: None, form, own, text, content: None };
        let kind = match replaced {
            Some(_) => EventKind::Edit(said),
            None => EventKind::Message(said),
        };
        self.report_as(timing, kind);
    }
}

/// A message's name by whoever is entitled to give it (XEP-0359).
fn stanza_id(message: &Message, by: &str) -> Option<MessageId> {
    let ids = message.payloads.iter().filter(|payload| payload.is("stanza-id", ns::SID));
    let mut ids = ids.filter(|id| attribute(id, "by") == Some(by));
    let id = ids.find_map(|id| attribute(id, "id"))?;
    (id.len() <= MAX_ID).then(|| MessageId::new(id))
}
