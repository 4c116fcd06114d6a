//! Keeping a room in order (XEP-0045 §8 to §10, XEP-0425), and asking people in (XEP-0045 §7.8.2,
//! XEP-0249).

mod rank;

use jid::{BareJid, Jid};
use nuncio_core::{
    action::Action,
    content::Losses,
    delivery::OutputKey,
    event::MessageId,
    receipt::{Fidelity, Receipt, Retry},
};
use smol_str::SmolStr;
use xmpp_parsers::{
    iq::Iq,
    message::{Id, Message, MessageType},
    minidom::Element,
    ns,
};

pub(super) use self::rank::Lookup;
use super::{
    Effect, Outgoing, Session, Ticket,
    awaited::Proof,
    outbound::Refusal,
    questions::About,
    xml::{
        DIRECT_INVITE, FASTEN, Failure, MODERATE, MODERATE_BEFORE, MUC_ADMIN, RETRACT,
        RETRACT_BEFORE, element, text,
    },
};
use crate::content::clean;

impl Session {
    /// Does something to a room or to somebody in it, or says why not.
    pub(super) fn moderate(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        room: &BareJid,
        action: &Action,
    ) -> Result<(), Refusal> {
        match action {
            Action::Kick { who, reason } => {
                let whom = self.whom(room, who);
                let nick = whom.nick.as_ref().map_or(who.as_str(), |nick| nick.as_str());
                let item = [("nick", &*clean(nick)), ("role", "none")];
                self.set_item(ticket, room, &item, reason.as_deref())
            }
            Action::Ban { who, reason } => {
                let whom = self.whom(room, who);
                self.affiliate(ticket, room, who, &whom, "outcast", reason.as_deref())
            }
            Action::Unban { who } => {
                let lookup = Lookup { whom: address(who)?, listed: true, then: "none" };
                self.look_up(ticket, room, "outcast", lookup)
            }
            Action::Promote { who, power } => self.promote(ticket, room, who, *power),
            Action::Demote { who, power } => self.demote(ticket, room, who, *power),
            Action::Redact { target, reason } => {
                self.redact(ticket, room, target, reason.as_deref())
            }
            Action::Invite { who, reason } => {
                self.invite(ticket, key, room, who, reason.as_deref())
            }
            other => {
                self.settle_now(ticket, Receipt::unsupported(other.command().path()));
                Ok(())
            }
        }
    }

    fn set_item(
        &mut self,
        ticket: Ticket,
        room: &BareJid,
        item: &[(&str, &str)],
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let reason = reason.map(|reason| text("reason", MUC_ADMIN, &clean(reason)));
        self.demand(ticket, room, about_item(item, reason))
    }

    /// Asks a room to do something, and lets the delivery wait for its answer.
    fn demand(&mut self, ticket: Ticket, room: &BareJid, payload: Element) -> Result<(), Refusal> {
        let asked = self.ask(room, About::Act, |id| Iq::Set { from: None, to: None, id, payload });
        let id = asked.ok_or_else(unasked)?;
        self.expect(ticket, id, room);
        Ok(())
    }

    /// A room refuses what we asked of it.
    pub(super) fn on_act_refused(&mut self, id: &str, room: &BareJid, failure: &Failure) {
        let why = failure.explain(match failure.condition.as_str() {
            "forbidden" | "not-allowed" => "we may not do that there",
            "item-not-found" => "nobody and nothing there is called so",
            "conflict" => "nobody would be left to own the room",
            "jid-malformed" => "that is no address",
            "feature-not-implemented" | "service-unavailable" => "its service cannot do that",
            _ => "it was refused",
        });
        let settled = self.awaited.refuse(id, room, &why, Retry::Never);
        self.settle(settled);
    }

    /// Takes back what somebody said, where the room can.
    fn redact(
        &mut self,
        ticket: Ticket,
        room: &BareJid,
        target: &MessageId,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let can = |feature| self.rooms.get(room).is_some_and(|room| room.said.has(feature));
        let id = [("id", target.as_str())];
        let reason = |namespace| reason.map(|reason| text("reason", namespace, &clean(reason)));
        let payload = if can(MODERATE) {
            let retract = element("retract", RETRACT, &[], []);
            let children = [Some(retract), reason(MODERATE)];
            element("moderate", MODERATE, &id, children.into_iter().flatten())
        } else if can(MODERATE_BEFORE) {
            let retract = element("retract", RETRACT_BEFORE, &[], []);
            let children = [Some(retract), reason(MODERATE_BEFORE)];
            let moderate =
                element("moderate", MODERATE_BEFORE, &[], children.into_iter().flatten());
            element("apply-to", FASTEN, &id, [moderate])
        } else {
            let why = "this room cannot take back what others said (XEP-0425)";
            let failed = Receipt::failed(why, Retry::Never);
            self.settle_now(ticket, Receipt { fidelity: Fidelity::Unsupported, ..failed });
            return Ok(());
        };
        self.demand(ticket, room, payload)
    }

    /// Asks somebody in: through a room for members only, so that he becomes one; past any other,
    /// for many clients hide what strangers send through rooms.
    fn invite(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        room: &BareJid,
        who: &str,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let whom = address(who)?;
        let reason = reason.map(clean);
        let known = self.rooms.get(room);
        let (to, payload) = if known.is_some_and(|room| room.said.has("muc_membersonly")) {
            let reason = reason.map(|reason| text("reason", ns::MUC_USER, &reason));
            let invite = element("invite", ns::MUC_USER, &[("to", whom.as_str())], reason);
            (room.clone(), element("x", ns::MUC_USER, &[], [invite]))
        } else {
            let password = known.and_then(|room| room.password.as_ref());
            let mut with = vec![("jid", room.as_str())];
            with.extend(password.map(|password| ("password", password.expose())));
            with.extend(reason.as_deref().map(|reason| ("reason", reason)));
            (whom, element("x", DIRECT_INVITE, &with, []))
        };
        let mut message = Message::new_with_type(MessageType::Normal, Jid::from(to.clone()));
        let name = SmolStr::new(key.as_str());
        message.id = Some(Id(name.to_string()));
        message.payloads.push(payload);
        self.out.push_back(Outgoing { stanza: message.into(), follow: Some(name.clone()) });
        let now = self.now.uptime;
        self.awaited.begin(ticket, &[name], &to, Proof::Handed, Losses::NONE, now);
        Ok(())
    }

    fn settle_now(&mut self, ticket: Ticket, receipt: Receipt) {
        self.effects.push(Effect::Settle(ticket, receipt));
    }
}

/// A question about an occupant or an address, or what is to be made of it.
fn about_item(item: &[(&str, &str)], reason: Option<Element>) -> Element {
    let item = element("item", MUC_ADMIN, item, reason);
    element("query", MUC_ADMIN, &[], [item])
}

pub(super) fn unasked() -> Refusal {
    ("the room's service does not answer".to_owned(), Retry::Later(None))
}

/// The address of somebody.
fn address(who: &str) -> Result<BareJid, Refusal> {
    let jid = Jid::new(who).ok().map(Jid::into_bare).filter(|jid| jid.node().is_some());
    jid.ok_or_else(|| (format!("`{who}` is no address: somebody is `name@server`"), Retry::Never))
}
