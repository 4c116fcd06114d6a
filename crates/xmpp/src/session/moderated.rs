//! A room says that a message of somebody's is removed (XEP-0425), whoever had said it.

use jid::{BareJid, FullJid};
use nuncio_core::{
    event::{EventKind, MessageId, Retraction},
    place::Place,
};
use nuncio_policy::Speaker;
use smol_str::SmolStr;
use xmpp_parsers::{message::Message, minidom::Element};

use super::{
    Session,
    parse::MAX_ID,
    xml::{FASTEN, MODERATE, MODERATE_BEFORE, RETRACT, attribute, find},
};

/// What a room says of a message that is removed.
struct Removed<'a> {
    target: &'a str,
    by: Option<&'a str>,
    reason: Option<String>,
}

impl<'a> Removed<'a> {
    fn read(payloads: &'a [Element]) -> Option<Self> {
        let now = find(payloads, "retract", RETRACT).and_then(|retract| {
            Some((retract, retract.get_child("moderated", MODERATE)?, retract))
        });
        let before = || {
            let apply = find(payloads, "apply-to", FASTEN)?;
            let moderated = apply.get_child("moderated", MODERATE_BEFORE)?;
            Some((apply, moderated, moderated))
        };
        let (names, moderated, explains) = now.or_else(before)?;
        let target = attribute(names, "id").filter(|id| id.len() <= MAX_ID)?;
        let reason = explains.children().find(|child| child.name() == "reason").map(Element::text);
        let reason = reason.map(|why| why.trim().to_owned()).filter(|why| !why.is_empty());
        Some(Self { target, by: attribute(moderated, "by"), reason })
    }
}

impl Session {
    /// What a room itself says of a message, if it does. The moderator is whoever it says.
    pub(super) fn on_moderation(&mut self, room: &BareJid, message: &Message) {
        let Some(Removed { target, by, reason }) = Removed::read(&message.payloads) else { return };
        if self.rooms.get(room).is_none_or(|room| !room.is_in()) {
            return;
        }
        let Some(place) = self.room_id(room).map(Place::Room) else { return };
        let moderator = by.and_then(|by| FullJid::new(by).ok()).filter(|by| by.to_bare() == *room);
        let (speaker, name) = match moderator {
            Some(by) => (self.occupant(&by), SmolStr::new(by.resource().as_str())),
            None => (Speaker::claimed([]), SmolStr::default()),
        };
        let target = self.recall.id(&room.clone().into(), target);
        let target = MessageId::new(target.as_str());
        let retraction = Retraction { speaker, name, place, target, moderated: true, reason };
        self.report(EventKind::Retraction(retraction));
    }
}
