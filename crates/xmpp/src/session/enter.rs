//! Into rooms, and out of them.

use std::time::Duration;

use jid::{BareJid, FullJid, Jid, ResourcePart};
use nuncio_core::{
    event::{EventKind, RoomState},
    receipt::Retry,
};
use smol_str::{SmolStr, format_smolstr};
use xmpp_parsers::{
    disco::DiscoInfoQuery,
    iq::Iq,
    minidom::Element,
    muc::muc::{History, Muc},
    ns,
};

use super::{
    Session,
    muc_user::{Destroyed, Told, code},
    questions::About,
    rooms::{FORGOTTEN, RETRY, Stay},
    xml::{Failure, attribute},
};

/// Why a join was refused, and how long to wait where it may go better without anybody doing anything.
fn refusal(condition: &str) -> (&'static str, Option<Duration>) {
    match condition {
        "not-authorized" => ("it wants another password: set `password` in `rooms`", None),
        "forbidden" => ("we are banned from it", None),
        // So says a room, too, that its owner has not opened yet (XEP-0045 §10.1.2).
        "item-not-found" => ("there is no such room yet: check its address", Some(FORGOTTEN)),
        "not-allowed" => ("rooms may not be made there, or not by us", None),
        "not-acceptable" => {
            ("it wants us to be called as we are registered there: set that `nick`", None)
        }
        "registration-required" => ("it is for members only: have us made one", None),
        "service-unavailable" => ("it is full, or there are no rooms there", Some(RETRY)),
        "gone" => ("the room is gone", None),
        "jid-malformed" => ("our name cannot be used there: set another `nick`", None),
        "policy-violation" => ("its rules keep us out", None),
        "remote-server-not-found" => ("its server cannot be found: check the address", Some(RETRY)),
        _ => ("it cannot be joined for now", Some(RETRY)),
    }
}

/// What a join waits under for its delivery.
pub(super) fn join_id(room: &BareJid) -> SmolStr {
    format_smolstr!("join {room}")
}

/// What a leave waits under for its delivery.
pub(super) fn leave_id(room: &BareJid) -> SmolStr {
    format_smolstr!("leave {room}")
}

impl Session {
    /// Joins the rooms whose time has come, and asks for no history (XEP-0045 §7.2).
    pub(super) fn join_due_rooms(&mut self) {
        for jid in self.rooms.take_due(self.now.uptime) {
            let Some(room) = self.rooms.get_mut(&jid) else { continue };
            room.occupants.forget_all();
            let mut ask = Muc::new().with_history(History::new().with_maxstanzas(0));
            ask.password = room.password.as_ref().map(|password| password.expose().to_owned());
            let address = room.address();
            self.send(self.presence().with_to(address).with_payload(ask));
        }
    }

    /// Our own presence says that we are in a room. Whether that is new.
    pub(super) fn on_entered(&mut self, address: &FullJid, told: &Told) -> bool {
        let jid = address.to_bare();
        let Some(room) = self.rooms.get_mut(&jid) else { return false };
        if !matches!(room.stay, Stay::Asked(_) | Stay::Due(_)) {
            return false;
        }
        room.enter(self.now.uptime);
        room.nick = address.resource().to_owned();
        let settled = self.awaited.done(&join_id(&jid));
        self.settle(settled);
        if told.has(code::CREATED) {
            self.open_new_room(&jid);
        }
        self.show_picture_to(&jid);
        self.open_archive(&jid);
        self.ask_about(&jid);
        if let Some(room) = self.room_id(&jid) {
            let name = SmolStr::new(address.resource().as_str());
            self.report(EventKind::OwnName { room: Some(room.clone()), name });
            self.report(EventKind::Room { room, state: RoomState::Joined });
        }
        true
    }

    /// We were turned away.
    pub(super) fn on_join_refused(&mut self, from: &Jid, failure: &Failure) {
        let jid = from.to_bare();
        let now = self.now.uptime;
        let Some(room) = self.rooms.get_mut(&jid) else { return };
        if !matches!(room.stay, Stay::Asked(_)) {
            return;
        }
        let conflict = failure.condition == "conflict";
        if conflict && room.rename(now) {
            return;
        }
        if failure.condition == "not-acceptable" && !room.asked_nick {
            room.asked_nick = true;
            return self.ask_reserved_nick(&jid);
        }
        let (ours, again) = if conflict {
            ("every name that we tried is taken there: set another `nick`", Some(RETRY))
        } else {
            refusal(&failure.condition)
        };
        let why = failure.explain(ours);
        match again {
            Some(least) => room.put_off(least, now),
            None => room.stay = Stay::Refused(why.clone()),
        }
        let retry = again.map_or(Retry::Never, |_| Retry::Later(None));
        // Perhaps we made it, and were cut off before its service had heard that it may open: then
        // nobody else can open it. Whoever did not make it is refused.
        if failure.condition == "item-not-found" {
            self.open_new_room(&jid);
        }
        let words = format!("cannot join `{jid}`: {why}");
        let settled = self.awaited.refuse(&join_id(&jid), &jid, &words, retry);
        self.settle(settled);
        if let Some(room) = self.room_id(&jid) {
            tracing::warn!(%room, %why, "Cannot join the room.");
            self.report(EventKind::Room { room, state: RoomState::Refused { why } });
        }
    }

    /// Asks a room what we are to be called there (XEP-0045 §7.12).
    fn ask_reserved_nick(&mut self, room: &BareJid) {
        let node = Some("x-roomuser-item".to_owned());
        self.ask(room, About::Nick, |id| Iq::from_get(id, DiscoInfoQuery { node }));
    }

    /// A room says what we are to be called there, or does not: the join is tried once more.
    pub(super) fn on_reserved_nick(&mut self, jid: &BareJid, answer: Option<&Element>) {
        let identity = answer.and_then(|answer| answer.get_child("identity", ns::DISCO_INFO));
        let name = identity.and_then(|identity| attribute(identity, "name"));
        let nick = name.and_then(|name| Some(ResourcePart::new(name).ok()?.into_owned()));
        let room = self.rooms.get_mut(jid).filter(|room| matches!(room.stay, Stay::Asked(_)));
        if let Some(room) = room {
            room.nick = nick.unwrap_or_else(|| room.nick.clone());
            room.stay = Stay::Due(self.now.uptime);
        }
        self.join_due_rooms();
    }

    /// We are not in a room any more, because we wanted to or because we had to.
    pub(super) fn on_left(&mut self, jid: &BareJid, told: &Told) {
        let (now, rejoin_after) = (self.now.uptime, self.settings.rejoin_after);
        let Some(room) = self.rooms.get_mut(jid) else { return };
        let gone = room.occupants.forget_all();
        let (why, least) = match &told.destroyed {
            Some(Destroyed { other: Some(other) }) => {
                (told.explain(&format!("the room is gone, its people went to `{other}`")), None)
            }
            Some(Destroyed { other: None }) => (told.explain("the room is gone"), None),
            None if told.has(code::BANNED) => (told.explain("we were banned"), None),
            None if told.has(code::SHUTDOWN) => {
                (told.explain("the service shuts down"), Some(RETRY))
            }
            None if told.has(code::NO_LONGER_WELCOME) || told.has(code::MEMBERS_ONLY) => {
                (told.explain("it is for members only: have us made one"), None)
            }
            None if told.has(code::FAILURE) => (told.explain("the service lost us"), Some(RETRY)),
            None if told.has(code::KICKED) => (told.explain("we were kicked"), rejoin_after),
            None => (told.explain("we left"), rejoin_after),
        };
        if room.stay == Stay::Leaving {
            self.rooms.remove(jid);
        } else {
            match least {
                Some(least) => room.put_off(least, now),
                None => room.stay = Stay::Refused(why.clone()),
            }
        }
        let settled = self.awaited.done(&leave_id(jid));
        self.settle(settled);
        self.report_left(jid, gone, why);
    }

    /// A room says that we are not in it, and never said that we left: its server lost us.
    pub(super) fn on_forgotten(&mut self, jid: &BareJid, why: &str) {
        let now = self.now.uptime;
        let Some(room) = self.rooms.get_mut(jid).filter(|room| room.is_in()) else { return };
        let gone = room.occupants.forget_all();
        room.put_off(FORGOTTEN, now);
        self.report_left(jid, gone, why.to_owned());
    }

    fn report_left(&mut self, jid: &BareJid, gone: Vec<nuncio_policy::Presence>, why: String) {
        self.close_archive(jid);
        self.report_gone(gone);
        if let Some(room) = self.room_id(jid) {
            tracing::info!(%room, %why, "Left the room.");
            self.report(EventKind::Room { room, state: RoomState::Left { why } });
        }
    }
}
