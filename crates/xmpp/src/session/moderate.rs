//! Keeping a room in order (XEP-0045 §8 to §10, XEP-0425), and asking people in (XEP-0045 §7.8.2,
//! XEP-0249).
//!
//! A role is somebody's who is there, and is changed by his nick; an affiliation is an address's.
//! Setting one replaces another, so whoever is not there is looked up first: power given must not
//! lower an owner, nor power taken lift a ban.

use jid::{BareJid, Jid, ResourcePart};
use nuncio_core::{
    action::Action,
    content::Losses,
    delivery::OutputKey,
    event::MessageId,
    receipt::{Fidelity, Receipt, Retry},
};
use nuncio_policy::Power;
use smol_str::SmolStr;
use xmpp_parsers::{
    iq::Iq,
    message::{Id, Message, MessageType},
    minidom::Element,
    ns,
};

use super::{
    Effect, Outgoing, Session, Ticket,
    awaited::Proof,
    muc_user::Rank,
    outbound::Refusal,
    questions::About,
    xml::{
        DIRECT_INVITE, FASTEN, Failure, MODERATE, MODERATE_BEFORE, MUC_ADMIN, RETRACT,
        RETRACT_BEFORE, attribute, element, text,
    },
};
use crate::content::clean;

/// Somebody as far as the room shows him.
#[derive(Debug)]
struct Whom {
    /// Where he is there.
    nick: Option<ResourcePart>,
    /// Where that is known.
    address: Option<BareJid>,
    /// Where he is there.
    rank: Option<Rank>,
}

/// An affiliation that is changed only if the list of another holds somebody, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lookup {
    whom: BareJid,
    /// Whether he is to be on the list.
    listed: bool,
    then: &'static str,
}

/// What a power is in a room.
enum Standing {
    /// A role, and the one below it.
    Role(&'static str, &'static str),
    /// An affiliation.
    Affiliation(&'static str),
}

fn standing(power: Power) -> Option<Standing> {
    Some(match power {
        Power::Voice => Standing::Role("participant", "visitor"),
        Power::Op => Standing::Role("moderator", "participant"),
        Power::Admin => Standing::Affiliation("admin"),
        Power::Owner => Standing::Affiliation("owner"),
        Power::Halfop => return None,
    })
}

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

    fn promote(
        &mut self,
        ticket: Ticket,
        room: &BareJid,
        who: &str,
        power: Power,
    ) -> Result<(), Refusal> {
        let Some(standing) = standing(power) else {
            self.settle_now(ticket, Receipt::unsupported(power.as_str()));
            return Ok(());
        };
        // A nick that looks like somebody's address is not he, and gains nothing by it.
        let whom = match address(who) {
            Ok(address) => self.addressed(room, &address),
            Err(_) => self.whom(room, who),
        };
        if whom.rank.is_some_and(|rank| held(rank) >= Some(power)) {
            self.settle_now(ticket, Receipt::confirmed(None));
            return Ok(());
        }
        match (standing, whom.rank) {
            (Standing::Role(role, _), _) => self.set_role(ticket, room, who, &whom, role),
            (Standing::Affiliation("admin"), None) => {
                let lookup = Lookup { whom: address(who)?, listed: false, then: "admin" };
                self.look_up(ticket, room, "owner", lookup)
            }
            (Standing::Affiliation(affiliation), _) => {
                self.affiliate(ticket, room, who, &whom, affiliation, None)
            }
        }
    }

    fn demote(
        &mut self,
        ticket: Ticket,
        room: &BareJid,
        who: &str,
        power: Power,
    ) -> Result<(), Refusal> {
        let Some(standing) = standing(power) else {
            self.settle_now(ticket, Receipt::unsupported(power.as_str()));
            return Ok(());
        };
        let whom = self.whom(room, who);
        match whom.rank.map(held) {
            Some(has) if has < Some(power) => {
                self.settle_now(ticket, Receipt::confirmed(None));
                return Ok(());
            }
            Some(Some(has)) if has > power => {
                let why = format!("`{who}` is `{has}` there, which is more: take that");
                return Err((why, Retry::Never));
            }
            _ => {}
        }
        match (standing, whom.rank) {
            (Standing::Role(_, below), _) => self.set_role(ticket, room, who, &whom, below),
            (Standing::Affiliation(affiliation), None) => {
                let lookup = Lookup { whom: address(who)?, listed: true, then: "member" };
                self.look_up(ticket, room, affiliation, lookup)
            }
            // He was trusted, and a room for members only is still his.
            (Standing::Affiliation(_), Some(_)) => {
                self.affiliate(ticket, room, who, &whom, "member", None)
            }
        }
    }

    /// Whoever is meant by a name: whose address it is, else who is called so.
    fn whom(&self, room: &BareJid, who: &str) -> Whom {
        if let Ok(address) = address(who) {
            let addressed = self.addressed(room, &address);
            if addressed.nick.is_some() {
                return addressed;
            }
        }
        let nick = ResourcePart::new(who).ok();
        let room = self.rooms.get(room);
        let found = nick.and_then(|nick| {
            let occupant = room?.occupants.get(&nick)?;
            Some((nick.into_owned(), occupant))
        });
        match found {
            Some((nick, occupant)) => {
                Whom { nick: Some(nick), address: occupant.real.clone(), rank: Some(occupant.rank) }
            }
            None => Whom { nick: None, address: address(who).ok(), rank: None },
        }
    }

    /// Whoever has an address, and is in the room or not.
    fn addressed(&self, room: &BareJid, address: &BareJid) -> Whom {
        let room = self.rooms.get(room);
        let found = room.and_then(|room| room.occupants.find(address));
        Whom {
            nick: found.map(|(nick, _)| nick.clone()),
            address: Some(address.clone()),
            rank: found.map(|(_, occupant)| occupant.rank),
        }
    }

    fn set_role(
        &mut self,
        ticket: Ticket,
        room: &BareJid,
        who: &str,
        whom: &Whom,
        role: &str,
    ) -> Result<(), Refusal> {
        let Some(nick) = &whom.nick else {
            return Err((format!("`{who}` is not in the room"), Retry::Never));
        };
        self.set_item(ticket, room, &[("nick", nick.as_str()), ("role", role)], None)
    }

    fn affiliate(
        &mut self,
        ticket: Ticket,
        room: &BareJid,
        who: &str,
        whom: &Whom,
        affiliation: &str,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let of = match (&whom.address, &whom.nick) {
            (Some(address), _) => ("jid", address.as_str()),
            // The room knows who he is.
            (None, Some(nick)) => ("nick", nick.as_str()),
            (None, None) => {
                let why = format!(
                    "there is no `{who}` in the room; by address, somebody is `name@server`"
                );
                return Err((why, Retry::Never));
            }
        };
        self.set_item(ticket, room, &[("affiliation", affiliation), of], reason)
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

    /// Asks for the list of an affiliation, before one is changed.
    fn look_up(
        &mut self,
        ticket: Ticket,
        room: &BareJid,
        affiliation: &str,
        lookup: Lookup,
    ) -> Result<(), Refusal> {
        let payload = about_item(&[("affiliation", affiliation)], None);
        let asked = self.ask(room, About::Lookup(lookup), |id| Iq::Get {
            from: None,
            to: None,
            id,
            payload,
        });
        let id = asked.ok_or_else(unasked)?;
        self.expect(ticket, id, room);
        Ok(())
    }

    /// A room shows the list of an affiliation: now it is changed, or there is nothing to do.
    pub(super) fn on_listed(&mut self, id: &str, room: &BareJid, list: &Element, lookup: &Lookup) {
        let Lookup { whom, listed, then } = lookup;
        let mut items = list.children().filter(|child| child.is("item", MUC_ADMIN));
        let is_he = |item: &Element| {
            let jid = attribute(item, "jid").and_then(|jid| BareJid::new(jid).ok());
            jid.as_ref() == Some(whom)
        };
        if items.any(is_he) != *listed {
            let settled = self.awaited.done(id);
            return self.settle(settled);
        }
        let payload = about_item(&[("affiliation", *then), ("jid", whom.as_str())], None);
        let asked = self.ask(room, About::Act, |id| Iq::Set { from: None, to: None, id, payload });
        if let Some(next) = asked {
            return self.awaited.rename(id, next);
        }
        let (why, retry) = unasked();
        let settled = self.awaited.refuse(id, room, &why, retry);
        self.settle(settled);
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

/// The power that a rank is in a room where voice matters.
fn held(rank: Rank) -> Option<Power> {
    rank.power(true)
}

/// A question about an occupant or an address, or what is to be made of it.
fn about_item(item: &[(&str, &str)], reason: Option<Element>) -> Element {
    let item = element("item", MUC_ADMIN, item, reason);
    element("query", MUC_ADMIN, &[], [item])
}

fn unasked() -> Refusal {
    ("the room's service does not answer".to_owned(), Retry::Later(None))
}

/// The address of somebody.
fn address(who: &str) -> Result<BareJid, Refusal> {
    let jid = Jid::new(who).ok().map(Jid::into_bare).filter(|jid| jid.node().is_some());
    jid.ok_or_else(|| (format!("`{who}` is no address: somebody is `name@server`"), Retry::Never))
}
