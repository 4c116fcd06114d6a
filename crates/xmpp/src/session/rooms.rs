//! The rooms that we want to be in, and how far we are.

use std::{collections::BTreeMap, time::Duration};

use jid::{BareJid, DomainRef, FullJid, ResourcePart};
use nuncio_core::{config::Secret, receipt::Retry};
use smol_str::SmolStr;
use xmpp_parsers::{message::Message, ns, presence::Presence};

use super::{
    disco::Description,
    occupants::Occupants,
    parse::MAX_ID,
    xml::{attribute, find},
};
use crate::{
    config::{self, Settings},
    content::clean,
};

/// How long we wait for the answer to a join before we ask again.
const ANSWER: Duration = Duration::from_mins(1);

/// The least and the most that we wait before we try a room again.
pub(super) const RETRY: Duration = Duration::from_secs(30);
pub(super) const RETRY_MOST: Duration = Duration::from_mins(10);

/// The same where a room does not know any more that we are in it: nobody wants us out.
pub(super) const FORGOTTEN: Duration = Duration::from_secs(1);

/// The least time between two tries that invitations bring about.
const INVITED: Duration = Duration::from_secs(10);

/// The most rooms that we keep in mind.
const MAX_ROOMS: usize = 4096;

/// How many names we try in a room where ours are taken.
const MAX_NICKS: u32 = 8;

/// The rooms that we want to be in, by address.
#[derive(Debug)]
pub(super) struct Rooms {
    rooms: BTreeMap<BareJid, Room>,
    /// What we are called where nothing else is said.
    nick: ResourcePart,
}

/// A room that we want to be in.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) jid: BareJid,
    /// What we want to be called.
    wanted: ResourcePart,
    /// What we are called, or ask to be.
    pub(super) nick: ResourcePart,
    pub(super) password: Option<Secret>,
    /// Whether nothing but a bookmark wants it.
    pub(super) bookmarked: bool,
    /// Whether it was asked what we are to be called.
    pub(super) asked_nick: bool,
    pub(super) stay: Stay,
    pub(super) occupants: Occupants,
    /// What the room says of itself.
    pub(super) said: Description,
    /// Whether what it sends may still be history: it ends with the subject (XEP-0045 §7.2.15).
    pub(super) history: bool,
    /// When to ask it that, if it says nothing.
    pub(super) ask_at: Duration,
    /// How often in a row it went wrong.
    tries: u32,
    /// How many names were taken.
    taken: u32,
    /// When we asked last.
    asked: Duration,
}

/// Our standing in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stay {
    /// To be joined at this time.
    Due(Duration),
    /// Asked for; to be asked again at this time.
    Asked(Duration),
    /// We are in it, since this time.
    In(Duration),
    /// We are leaving it.
    Leaving,
    /// We were turned away and do not try again on this stream.
    Refused(String),
}

impl Rooms {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut rooms = Self { rooms: BTreeMap::new(), nick: settings.nick.clone() };
        for config::Room { jid, nick, password } in &settings.rooms {
            rooms.want(jid, Some(nick), password.clone());
        }
        rooms
    }

    /// Wants a room. Whether we are in it already; `None` where there are too many.
    pub(super) fn want(
        &mut self,
        jid: &BareJid,
        nick: Option<&ResourcePart>,
        password: Option<Secret>,
    ) -> Option<bool> {
        if self.rooms.len() >= MAX_ROOMS && !self.rooms.contains_key(jid) {
            return None;
        }
        let nick = nick.unwrap_or(&self.nick);
        let room = self.rooms.entry(jid.clone()).or_insert_with(|| Room::new(jid, nick));
        room.password = password.or_else(|| room.password.take());
        room.bookmarked = false;
        if matches!(room.stay, Stay::In(_)) {
            return Some(true);
        }
        if !matches!(room.stay, Stay::Asked(_)) {
            room.stay = Stay::Due(Duration::ZERO);
        }
        Some(false)
    }

    /// A bookmark wants a room, which nothing else may have wanted before.
    pub(super) fn follow(
        &mut self,
        jid: &BareJid,
        nick: Option<&ResourcePart>,
        password: Option<Secret>,
    ) {
        if self.rooms.get(jid).is_none_or(|room| room.bookmarked) {
            self.want(jid, nick, password);
            if let Some(room) = self.rooms.get_mut(jid) {
                room.bookmarked = true;
            }
        }
    }

    /// The rooms that nothing but a bookmark wants.
    pub(super) fn bookmarked(&self) -> Vec<BareJid> {
        let rooms = self.rooms.values().filter(|room| room.bookmarked);
        rooms.map(|room| room.jid.clone()).collect()
    }

    /// A stream begins, or one has ended: all rooms are to be joined.
    pub(super) fn begin(&mut self, now: Duration) {
        self.rooms.retain(|_, room| room.stay != Stay::Leaving);
        for room in self.rooms.values_mut() {
            room.occupants = Occupants::default();
            (room.stay, room.tries, room.taken) = (Stay::Due(now), 0, 0);
            room.asked_nick = false;
            room.nick = room.wanted.clone();
        }
    }

    pub(super) fn get(&self, jid: &BareJid) -> Option<&Room> {
        self.rooms.get(jid)
    }

    pub(super) fn get_mut(&mut self, jid: &BareJid) -> Option<&mut Room> {
        self.rooms.get_mut(jid)
    }

    /// Whether a domain is a service that has a room of ours: no person has an address there.
    pub(super) fn is_service(&self, domain: &DomainRef) -> bool {
        self.rooms.keys().any(|room| room.domain() == domain)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Room> {
        self.rooms.values()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Room> {
        self.rooms.values_mut()
    }

    pub(super) fn remove(&mut self, jid: &BareJid) -> Option<Room> {
        self.rooms.remove(jid)
    }

    /// When the next room is due.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.rooms.values().filter_map(Room::due).min()
    }

    /// Takes the rooms that are due.
    pub(super) fn take_due(&mut self, now: Duration) -> Vec<BareJid> {
        let is_due = |room: &&mut Room| room.due().is_some_and(|at| at <= now);
        let take = |room: &mut Room| {
            (room.stay, room.asked) = (Stay::Asked(now + ANSWER), now);
            room.jid.clone()
        };
        self.rooms.values_mut().filter(is_due).map(take).collect()
    }

    /// What we say to the rooms that we are in when we go.
    pub(super) fn farewells(&self, words: &str) -> Vec<Presence> {
        let there = |room: &&Room| matches!(room.stay, Stay::In(_) | Stay::Asked(_));
        self.rooms.values().filter(there).map(|room| room.farewell(Some(words))).collect()
    }

    /// The room to speak in.
    pub(super) fn speaking(&self, jid: &BareJid) -> Result<&Room, (String, Retry)> {
        let Some(room) = self.rooms.get(jid) else {
            return Err((format!("we are not in `{jid}`: join it first"), Retry::Never));
        };
        match &room.stay {
            Stay::In(_) => Ok(room),
            Stay::Refused(why) => Err((format!("we are not in `{jid}`: {why}"), Retry::Never)),
            _ => Err((format!("we are not in `{jid}` yet"), Retry::Later(None))),
        }
    }
}

impl Room {
    fn new(jid: &BareJid, nick: &ResourcePart) -> Self {
        Self {
            jid: jid.clone(),
            wanted: nick.clone(),
            nick: nick.clone(),
            password: None,
            bookmarked: false,
            asked_nick: false,
            stay: Stay::Due(Duration::ZERO),
            occupants: Occupants::default(),
            said: Description::default(),
            history: false,
            ask_at: Duration::ZERO,
            tries: 0,
            taken: 0,
            asked: Duration::ZERO,
        }
    }

    /// What we are called in it, in full.
    pub(super) fn address(&self) -> FullJid {
        self.jid.with_resource(&self.nick)
    }

    /// The room's own name of us (XEP-0421).
    pub(super) fn own_id(&self) -> Option<&SmolStr> {
        self.occupants.get(&self.nick)?.id.as_ref()
    }

    /// The room's own name of whoever said something: one that gives us a name takes out what people
    /// claim to be called.
    pub(super) fn id_in(&self, message: &Message) -> Option<SmolStr> {
        let id = find(&message.payloads, "occupant-id", ns::OID)?;
        let id = attribute(id, "id").filter(|id| id.len() <= MAX_ID)?;
        self.own_id().map(|_| SmolStr::new(id))
    }

    /// Whether only those speak who have been given voice.
    pub(super) fn is_moderated(&self) -> bool {
        self.said.has("muc_moderated")
    }

    pub(super) fn is_in(&self) -> bool {
        matches!(self.stay, Stay::In(_))
    }

    /// When to ask it whether it knows us, if we are in it.
    pub(super) fn asked_at(&self) -> Option<Duration> {
        self.is_in().then_some(self.ask_at)
    }

    /// When we asked last to be let in.
    pub(super) fn asked(&self) -> Duration {
        self.asked
    }

    fn due(&self) -> Option<Duration> {
        match self.stay {
            Stay::Due(at) | Stay::Asked(at) => Some(at),
            _ => None,
        }
    }

    /// The presence that leaves it.
    pub(super) fn farewell(&self, words: Option<&str>) -> Presence {
        let mut presence = Presence::unavailable().with_to(self.address());
        if let Some(words) = words {
            presence.set_status("", clean(words));
        }
        presence
    }

    /// We are in it now.
    pub(super) fn enter(&mut self, now: Duration) {
        (self.stay, self.history, self.taken) = (Stay::In(now), true, 0);
    }

    /// Takes another name, as long as there is one to try.
    pub(super) fn rename(&mut self, now: Duration) -> bool {
        self.taken += 1;
        let wanted = self.wanted.as_str();
        let name = match self.taken {
            few @ 1..=3 => format!("{wanted}{}", "_".repeat(few as usize)),
            many => format!("{wanted}-{}", many - 2),
        };
        let name = ResourcePart::new(&name).ok().filter(|_| self.taken <= MAX_NICKS);
        let Some(name) = name else { return false };
        (self.nick, self.stay) = (name.into_owned(), Stay::Due(now));
        true
    }

    /// Tries again later and later; a stay that lasted says that the last time is forgiven.
    pub(super) fn put_off(&mut self, least: Duration, now: Duration) {
        if matches!(self.stay, Stay::In(since) if now > since + RETRY_MOST) {
            self.tries = 0;
        }
        let factor = 1_u32.checked_shl(self.tries).unwrap_or(u32::MAX);
        let wait = least.saturating_mul(factor).min(RETRY_MOST.max(least));
        self.tries = self.tries.saturating_add(1).min(16);
        self.taken = 0;
        self.nick = self.wanted.clone();
        self.stay = Stay::Due(now + wait);
    }

    /// Somebody invites us: a room that we could not enter is tried at once, but not as often as
    /// somebody may invite.
    pub(super) fn invited(&mut self, now: Duration) {
        if matches!(self.stay, Stay::Due(_) | Stay::Refused(_)) {
            self.stay = Stay::Due(now.max(self.asked + INVITED));
        }
    }
}
