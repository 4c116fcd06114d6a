//! What was open when a stream was lost: it may have arrived, and an archive knows (XEP-0313).
//!
//! A delivery keeps its receipt until the archive in which it would stand has been heard from where
//! that ended when it was sent. If it is there, it arrived. If it is not, that proves nothing: what
//! we wrote to the lost connection may still be on its way, and is never sent twice.

use std::time::Duration;

use jid::{BareJid, Jid};
use nuncio_core::{content::Losses, event::MessageId, receipt::Receipt};
use smol_str::SmolStr;
use xmpp_parsers::{message::Message, ns};

use super::{
    Effect, Session, Ticket,
    xml::{attribute, find},
};

/// How long a delivery waits for a stream on which an archive can be asked.
const PATIENCE: Duration = Duration::from_mins(5);

/// Where a delivery would stand.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) archive: BareJid,
    /// After this, for it was the archive's end when it was sent.
    pub(super) after: SmolStr,
}

/// A delivery that may have arrived.
#[derive(Debug)]
pub(super) struct Doubt {
    pub(super) ticket: Ticket,
    /// The names of its stanzas that nobody confirmed.
    pub(super) names: Vec<SmolStr>,
    pub(super) sent: Sent,
    pub(super) losses: Losses,
    /// The network's name of its first message, where that was confirmed.
    pub(super) id: Option<MessageId>,
}

/// The deliveries that may have arrived, the oldest first, and until when each waits.
#[derive(Debug, Default)]
pub(super) struct Doubts(Vec<(Doubt, Duration)>);

impl Doubts {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// When the next one has waited for too long.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.0.iter().map(|(_, until)| *until).min()
    }

    /// From where an archive is to be asked because of them.
    pub(super) fn since(&self, archive: &BareJid) -> Option<SmolStr> {
        let first = self.0.iter().find(|(doubt, _)| doubt.sent.archive == *archive);
        first.map(|(doubt, _)| doubt.sent.after.clone())
    }

    fn settle(&mut self, is_meant: impl Fn(&Doubt, Duration) -> bool, why: &str) -> Vec<Effect> {
        let meant = self.0.extract_if(.., |(doubt, until)| is_meant(doubt, *until));
        let in_doubt = |doubt: Doubt| Receipt::in_doubt(why).with_losses(doubt.losses);
        meant.map(|(doubt, _)| Effect::Settle(doubt.ticket, in_doubt(doubt))).collect()
    }
}

impl Session {
    /// Notes where a delivery to a place will stand, if an archive there was heard to its end.
    pub(super) fn note_sent(&mut self, ticket: Ticket, to: &BareJid) {
        let is_room = self.rooms.get(to).is_some();
        let archive = if is_room { to.clone() } else { self.settings.account.clone() };
        if let Some(after) = self.archives.end_of(&archive) {
            self.awaited.sent(ticket, Sent { archive, after });
        }
    }

    /// The stream is gone: what was open waits for an archive, or is in doubt at once.
    pub(super) fn settle_lost(&mut self, why: &str) {
        let (lost, doubts) = self.awaited.lost(why);
        self.effects
            .extend(lost.into_iter().map(|(ticket, receipt)| Effect::Settle(ticket, receipt)));
        let until = self.now.uptime + PATIENCE;
        self.doubts.0.extend(doubts.into_iter().map(|doubt| (doubt, until)));
    }

    /// Whether a message of an archive is one that we were in doubt of; then it arrived.
    pub(super) fn resolve(&mut self, archive: &BareJid, from: &Jid, at: &str, message: &Message) {
        let room = self.rooms.get(archive);
        let is_ours = match room {
            Some(room) => *from == room.address(),
            None => from.to_bare() == self.settings.account,
        };
        if !is_ours || self.doubts.0.is_empty() {
            return;
        }
        let is_room = room.is_some();
        let origin = find(&message.payloads, "origin-id", ns::SID);
        let origin = origin.and_then(|origin| attribute(origin, "id"));
        let names = [message.id.as_ref().map(|id| id.0.as_str()), origin];
        let is_name = |name: &SmolStr| names.contains(&Some(name.as_str()));
        let found = self.doubts.0.iter_mut().position(|(doubt, _)| {
            let Some(part) = doubt.names.iter().position(is_name) else { return false };
            let name = doubt.names.remove(part);
            let called =
                if is_room { MessageId::new(at).sent_as(name) } else { MessageId::new(name) };
            doubt.id.get_or_insert(called);
            true
        });
        if let Some(found) = found
            && self.doubts.0.get(found).is_some_and(|(doubt, _)| doubt.names.is_empty())
        {
            let (Doubt { ticket, id, losses, .. }, _) = self.doubts.0.remove(found);
            self.effects.push(Effect::Settle(ticket, Receipt::confirmed(id).with_losses(losses)));
        }
    }

    /// An archive was heard to its end, or is not to be had: what it does not have stays in doubt.
    pub(super) fn stay_in_doubt(&mut self, archive: &BareJid, why: &str) {
        let settled = self.doubts.settle(|doubt, _| doubt.sent.archive == *archive, why);
        self.effects.extend(settled);
    }

    /// Gives up on what has waited for too long.
    pub(super) fn expire_doubts(&mut self) {
        let now = self.now.uptime;
        let why = "the connection was cut, and no archive could be asked whether it arrived";
        let settled = self.doubts.settle(|_, until| until <= now, why);
        self.effects.extend(settled);
    }
}
