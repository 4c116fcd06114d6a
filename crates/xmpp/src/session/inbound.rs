//! What the server hands us.

use jid::{BareJid, Jid};
use nuncio_core::{event::EventKind, receipt::Retry};
use smol_str::SmolStr;
use tokio_xmpp::Stanza;
use xmpp_parsers::{
    message::{Message, MessageType},
    ns,
};

use super::{
    Session, Way, archive,
    muc_user::{Told, code},
    xml::{DIRECT_INVITE, Failure, attribute, find},
};

impl Session {
    /// Takes a stanza.
    pub(super) fn stanza(&mut self, stanza: Stanza) {
        self.hear_room(&stanza);
        match stanza {
            Stanza::Message(message) => self.on_message(&message),
            Stanza::Presence(presence) => self.on_presence(&presence),
            Stanza::Iq(iq) => self.on_iq(iq),
        }
    }

    fn on_message(&mut self, message: &Message) {
        if let Some(archived) = archive::archived(message) {
            return self.on_archived(message.from.as_ref(), archived);
        }
        // Without a sender it is our own server's, who has nothing to say that we would obey.
        let Some(from) = &message.from else { return };
        if message.payloads.iter().any(|payload| payload.ns() == ns::CARBONS) {
            // We asked for none: whoever sends one shows us what somebody else is to have said.
            return;
        }
        if self.on_bookmark_changed(from, message) {
            return;
        }
        match message.type_ {
            MessageType::Error => self.on_error(from, message),
            MessageType::Groupchat => match from.try_as_full() {
                Ok(occupant) => {
                    let room = occupant.to_bare();
                    self.within(&room, message, |session| {
                        session.on_room_speech(occupant, message);
                    });
                }
                Err(room) => self.on_room_notice(room, message),
            },
            _ if self.is_to_wait(from, message) => {}
            _ => self.on_personal(from, message),
        }
    }

    /// Something for us alone.
    pub(super) fn on_personal(&mut self, from: &Jid, message: &Message) {
        let account = self.settings.account.clone();
        self.within(&account, message, |session| session.take_personal(from, message));
    }

    pub(super) fn take_personal(&mut self, from: &Jid, message: &Message) {
        if !self.on_invite(from, message) {
            self.on_private(from, message);
        }
    }

    /// Something of ours was refused.
    fn on_error(&mut self, from: &Jid, message: &Message) {
        let Some(id) = &message.id else { return };
        let failure = Failure::of(&message.payloads);
        let (ours, retry) = match failure.condition.as_str() {
            "item-not-found" | "recipient-unavailable" => ("there is nobody there", Retry::Never),
            "forbidden" | "not-allowed" => ("we may not do that there", Retry::Never),
            "policy-violation" => ("a rule of theirs is against it", Retry::Never),
            "not-acceptable" => ("we are not in the room any more", Retry::Later(None)),
            "resource-constraint" | "remote-server-timeout" | "remote-server-not-found" => {
                ("it cannot be reached for now", Retry::Later(None))
            }
            _ => ("it was refused", Retry::Never),
        };
        let why = failure.explain(ours);
        let settled = self.awaited.refuse(&id.0, &from.to_bare(), &why, retry);
        if settled.is_none() {
            tracing::debug!(network = %self.network, %from, %why, "A message was refused.");
        }
        self.settle(settled);
        if failure.condition == "not-acceptable" && from.is_bare() {
            self.on_forgotten(&from.to_bare(), "the room lost us");
        }
    }

    /// What a room itself says: its subject, or that its configuration changed.
    fn on_room_notice(&mut self, room: &BareJid, message: &Message) {
        let told = Told::read(&message.payloads);
        self.on_moderation(room, message);
        let Some(known) = self.rooms.get_mut(room) else { return };
        if !message.subjects.is_empty() && message.bodies.is_empty() {
            known.history = false;
        }
        if told.has(code::SEMI_ANONYMOUS) {
            known.occupants.hide();
        }
        let configured = [code::CONFIGURED, code::NON_ANONYMOUS, code::SEMI_ANONYMOUS];
        if known.is_in() && configured.into_iter().any(|code| told.has(code)) {
            let room = room.clone();
            self.ask_about(&room);
        }
    }

    /// An invitation, through the room (XEP-0045 §7.8.2) or past it (XEP-0249). Whether it is one.
    fn on_invite(&mut self, from: &Jid, message: &Message) -> bool {
        let through = find(&message.payloads, "x", ns::MUC_USER)
            .and_then(|told| told.get_child("invite", ns::MUC_USER));
        let direct = find(&message.payloads, "x", DIRECT_INVITE);
        let (room, who) = match (through, direct) {
            (Some(invite), _) => {
                let room = from.to_bare();
                let who = attribute(invite, "from").and_then(|who| Jid::new(who).ok());
                let who = who.map(|who| self.evidence.through(&room, &who));
                (Some(room), who)
            }
            (None, Some(invite)) => {
                let room = attribute(invite, "jid").and_then(|room| BareJid::new(room).ok());
                (room, self.person(from))
            }
            (None, None) => return false,
        };
        if let (Some(jid), Some(from)) = (room, who)
            && let Some(room) = self.room_id(&jid)
        {
            if let Some(known) = self.rooms.get_mut(&jid) {
                known.invited(self.now.uptime);
            }
            self.report(EventKind::Invite { from, room });
        }
        true
    }

    /// What became of a stanza of ours.
    pub(super) fn followed(&mut self, id: &str, way: Way) {
        let settled = match way {
            Way::Acked => self.awaited.acked(id),
            Way::Written if !self.acks => self.awaited.written(id),
            Way::Written => None,
            Way::Lost(why) => self.awaited.unsent(id, &why),
        };
        self.settle(settled);
    }

    /// Whether a text is from our own server, or from our own account on it.
    pub(super) fn is_ours(&self, from: &str) -> bool {
        let account = &self.settings.account;
        from == account.as_str() || from == account.domain().as_str()
    }

    /// Something that we do not know.
    pub(super) fn report_unknown(&mut self, what: &str) {
        self.report(EventKind::Unknown { what: SmolStr::new(what) });
    }
}
