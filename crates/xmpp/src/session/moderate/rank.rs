//! Roles and affiliations (XEP-0045 §8.3 to §10.7): who is meant, and what he is given or loses.
//!
//! A role is somebody's who is there, and is changed by his nick; an affiliation is an address's.
//! Setting one replaces another, so whoever is not there is looked up first: power given must not
//! lower an owner, nor power taken lift a ban.

use jid::{BareJid, ResourcePart};
use nuncio_core::receipt::{Receipt, Retry};
use nuncio_policy::Power;
use xmpp_parsers::{iq::Iq, minidom::Element};

use super::{about_item, address, unasked};
use crate::session::{
    Session, Ticket,
    muc_user::Rank,
    outbound::Refusal,
    questions::About,
    xml::{MUC_ADMIN, attribute},
};

/// Somebody as far as the room shows him.
#[derive(Debug)]
pub(super) struct Whom {
    /// Where he is there.
    pub(super) nick: Option<ResourcePart>,
    /// Where that is known.
    address: Option<BareJid>,
    /// Where he is there.
    rank: Option<Rank>,
}

/// An affiliation that is changed only if the list of another holds somebody, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::session) struct Lookup {
    pub(super) whom: BareJid,
    /// Whether he is to be on the list.
    pub(super) listed: bool,
    pub(super) then: &'static str,
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
    pub(super) fn promote(
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

    pub(super) fn demote(
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
    pub(super) fn whom(&self, room: &BareJid, who: &str) -> Whom {
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

    pub(super) fn affiliate(
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

    /// Asks for the list of an affiliation, before one is changed.
    pub(super) fn look_up(
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
    pub(in crate::session) fn on_listed(
        &mut self,
        id: &str,
        room: &BareJid,
        list: &Element,
        lookup: &Lookup,
    ) {
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
}

/// The power that a rank is in a room where voice matters.
fn held(rank: Rank) -> Option<Power> {
    rank.power(true)
}
