//! Who comes and goes.

use jid::{FullJid, Jid, ResourcePart};
use nuncio_core::event::{Change, EventKind, Membership};
use nuncio_policy::Speaker;
use smol_str::SmolStr;
use xmpp_parsers::{
    ns,
    presence::{Presence, Type},
};

use super::{
    Session,
    muc_user::{Told, code},
    occupants::Stays,
    xml::{Failure, attribute, find},
};

impl Session {
    /// A presence of anybody.
    pub(super) fn on_presence(&mut self, presence: &Presence) {
        let Some(from) = &presence.from else { return };
        match presence.type_ {
            Type::Subscribe => self.on_subscribe(from),
            Type::Error => self.on_join_refused(from, &Failure::of(&presence.payloads)),
            Type::None | Type::Unavailable => {
                if let Ok(address) = from.try_as_full() {
                    self.on_occupant(address, presence);
                }
            }
            _ => {}
        }
    }

    /// Somebody wants to see our presence.
    fn on_subscribe(&mut self, from: &Jid) {
        let domain = from.domain().as_str();
        let accepted = self.settings.subscribers.iter().any(|subscriber| subscriber == domain);
        let answer = if accepted { Type::Subscribed } else { Type::Unsubscribed };
        tracing::info!(network = %self.network, %from, accepted, "Somebody asks for our presence.");
        self.send(Presence::new(answer).with_to(from.to_bare()));
    }

    /// An occupant of a room that we want to be in; anybody else's presence is nothing to us.
    fn on_occupant(&mut self, address: &FullJid, presence: &Presence) {
        let Some(room) = self.rooms.get(&address.to_bare()) else { return };
        let told = Told::read(&presence.payloads);
        let own = told.has(code::SELF) || (room.is_in() && *address.resource() == *room.nick);
        let available = presence.type_ == Type::None;
        let id = find(&presence.payloads, "occupant-id", ns::OID);
        let id = id.and_then(|id| attribute(id, "id")).filter(|id| id.len() <= 128);
        match (available, own) {
            (true, own) => self.on_there(address, &told, id, own),
            (false, true) => self.on_own_going(address, &told),
            (false, false) => self.on_going(address, &told, id, &presence.statuses),
        }
    }

    /// Somebody is in a room, or something about him changed.
    fn on_there(&mut self, address: &FullJid, told: &Told, id: Option<&str>, own: bool) {
        let Some(room) = self.rooms.get_mut(&address.to_bare()) else { return };
        let live = room.is_in();
        let mut stays = Stays { network: &self.network, nonce: self.nonce, last: &mut self.stays };
        let seen = room.occupants.see(address.resource(), told, id, &mut stays);
        self.report_gone(seen.gone.into_iter().collect());
        if own {
            return self.on_own_presence(address, told);
        }
        if seen.is_new && live {
            self.report_membership(address, Change::Join);
        }
    }

    /// Somebody is not in a room any more, or is called otherwise there.
    fn on_going(
        &mut self,
        address: &FullJid,
        told: &Told,
        id: Option<&str>,
        statuses: &std::collections::BTreeMap<xmpp_parsers::message::Lang, String>,
    ) {
        let renamed = told.nick.as_ref().filter(|_| told.has(code::RENAMED));
        let reason = told.reason.clone();
        let change = match renamed {
            Some(nick) => Change::Rename(SmolStr::new(nick.as_str())),
            None if told.has(code::BANNED) => Change::Ban(reason),
            None if told.has(code::KICKED) => Change::Kick(reason),
            None => Change::Leave(reason.or_else(|| statuses.values().next().cloned())),
        };
        self.report_membership(address, change);
        let Some(room) = self.rooms.get_mut(&address.to_bare()) else { return };
        let gone = room.occupants.forget(address.resource());
        if let Some(nick) = renamed {
            let mut stays =
                Stays { network: &self.network, nonce: self.nonce, last: &mut self.stays };
            room.occupants.see(nick, told, id, &mut stays);
        }
        self.report_gone(gone.into_iter().collect());
    }

    /// Our own presence in a room: we are in it, under this name.
    fn on_own_presence(&mut self, address: &FullJid, told: &Told) {
        let entered = self.on_entered(address, told);
        if !entered && let Some(room) = self.rooms.get_mut(&address.to_bare()) {
            room.nick = address.resource().to_owned();
        }
    }

    /// We are not in a room any more, or are called otherwise there.
    fn on_own_going(&mut self, address: &FullJid, told: &Told) {
        match told.nick.as_ref().filter(|_| told.has(code::RENAMED)) {
            Some(nick) => self.on_own_rename(address, nick),
            None => self.on_left(&address.to_bare(), told),
        }
    }

    fn on_own_rename(&mut self, address: &FullJid, nick: &ResourcePart) {
        let Some(room) = self.rooms.get_mut(&address.to_bare()) else { return };
        room.nick = nick.clone();
        let gone = room.occupants.forget(address.resource());
        self.report_gone(gone.into_iter().collect());
        let room = self.room_id(&address.to_bare());
        self.report(EventKind::OwnName { room, name: SmolStr::new(nick.as_str()) });
    }

    fn report_membership(&mut self, address: &FullJid, change: Change) {
        let Some(room) = self.room_id(&address.to_bare()) else { return };
        let who = self.occupant(address);
        let name = SmolStr::new(address.resource().as_str());
        let membership = Membership { who, name, room: Some(room), change };
        self.report(EventKind::Membership(membership));
    }

    /// An occupant of a room, with all that the room shows of him now.
    pub(super) fn occupant(&self, address: &FullJid) -> Speaker {
        let bare = address.to_bare();
        let room = self.rooms.get(&bare);
        let known = room.and_then(|room| Some((room, room.occupants.get(address.resource())?)));
        let Some((room, occupant)) = known else { return self.evidence.occupant(address, None) };
        let speaker = self.evidence.occupant(address, occupant.real.as_ref());
        let speaker = speaker.at(occupant.stay.clone());
        match (occupant.rank.power(room.is_moderated()), self.room_id(&bare)) {
            (Some(power), Some(room)) => speaker.with_power(room, power),
            _ => speaker,
        }
    }

    /// Whoever comes back over another connection may be somebody else.
    pub(super) fn begin_stays_anew(&mut self) {
        let mut stays = Stays { network: &self.network, nonce: self.nonce, last: &mut self.stays };
        for room in self.rooms.iter_mut() {
            room.occupants.begin_anew(&mut stays);
        }
    }
}
