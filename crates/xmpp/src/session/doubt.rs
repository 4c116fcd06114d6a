//! What may have arrived, though nobody said so, and what an archive knows of it (XEP-0313): what was
//! open when a stream was lost, and what a process that was killed left behind.
//!
//! A delivery keeps its receipt until the archive in which it would stand has been heard from where
//! that ended when it was sent. If it is there, it arrived. If it is not, that proves nothing: what
//! we wrote to the lost connection may still be on its way, and is never sent twice.

mod killed;

pub(super) use killed::{changed, name, names};

use std::time::Duration;

use jid::{BareJid, Jid};
use jiff::Timestamp;
use nuncio_core::{content::Losses, event::MessageId, receipt::Receipt};
use smol_str::SmolStr;
use xmpp_parsers::{message::Message, ns};

use super::{
    Effect, Session, Ticket,
    rooms::Room,
    xml::{attribute, find},
};

/// How long a delivery waits for a stream on which an archive can be asked.
const PATIENCE: Duration = Duration::from_mins(5);

/// Where a delivery would stand.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) archive: BareJid,
    pub(super) since: Since,
}

/// From where an archive is to be heard.
#[derive(Debug, Clone)]
pub(super) enum Since {
    /// After this, for it was the archive's end when it was sent.
    End(SmolStr),
    /// From this time on, for it was made then by a process that was killed.
    Made(Timestamp),
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

/// The deliveries that may have arrived, the oldest first, and until when each waits: without end as
/// long as there was no stream since.
#[derive(Debug, Default)]
pub(super) struct Doubts(Vec<(Doubt, Option<Duration>)>);

impl Since {
    fn why(&self) -> &'static str {
        match self {
            Self::End(_) => "the connection was cut",
            Self::Made(_) => "the bot ended while it was being sent",
        }
    }
}

impl Doubts {
    /// How many are of deliveries that this process took.
    pub(super) fn len(&self) -> usize {
        let ours = |(doubt, _): &&(Doubt, _)| matches!(doubt.sent.since, Since::End(_));
        self.0.iter().filter(ours).count()
    }

    /// A stream begins, on which archives can be asked.
    pub(super) fn begin(&mut self, now: Duration) {
        self.0.iter_mut().for_each(|(_, until)| _ = until.get_or_insert(now + PATIENCE));
    }

    /// When the next one has waited for too long.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.0.iter().filter_map(|(_, until)| *until).min()
    }

    /// From where an archive is to be asked because of what a cut left open.
    pub(super) fn end(&self, archive: &BareJid) -> Option<SmolStr> {
        self.of(archive).find_map(|sent| match &sent.since {
            Since::End(after) => Some(after.clone()),
            Since::Made(_) => None,
        })
    }

    /// From when on an archive is to be looked through because of what a kill left open.
    pub(super) fn made(&self, archive: &BareJid) -> Option<Timestamp> {
        let made = self.of(archive).filter_map(|sent| match sent.since {
            Since::End(_) => None,
            Since::Made(time) => Some(time),
        });
        made.min()
    }

    fn of<'a>(&'a self, archive: &BareJid) -> impl Iterator<Item = &'a Sent> {
        let sent = self.0.iter().map(|(doubt, _)| &doubt.sent);
        sent.filter(move |sent| sent.archive == *archive)
    }

    fn settle(
        &mut self,
        is_meant: impl Fn(&Doubt, Option<Duration>) -> bool,
        what: &str,
    ) -> Vec<Effect> {
        let meant = self.0.extract_if(.., |(doubt, until)| is_meant(doubt, *until));
        let in_doubt = |doubt: Doubt| {
            let why = format!("{}, and {what}", doubt.sent.since.why());
            Receipt::in_doubt(why).with_losses(doubt.losses)
        };
        meant.map(|(doubt, _)| Effect::Settle(doubt.ticket, in_doubt(doubt))).collect()
    }
}

impl Session {
    /// Notes where a delivery to a place will stand, if an archive there was heard to its end.
    pub(super) fn note_sent(&mut self, ticket: Ticket, to: &BareJid) {
        let is_room = self.rooms.get(to).is_some();
        let archive = if is_room { to.clone() } else { self.settings.account.clone() };
        if let Some(after) = self.archives.end_of(&archive) {
            self.awaited.sent(ticket, Sent { archive, since: Since::End(after) });
        }
    }

    /// The stream is gone: what was open waits for an archive, or is in doubt at once.
    pub(super) fn settle_lost(&mut self, why: &str) {
        let (lost, doubts) = self.awaited.lost(why);
        self.effects
            .extend(lost.into_iter().map(|(ticket, receipt)| Effect::Settle(ticket, receipt)));
        let until = self.now.uptime + PATIENCE;
        self.doubts.0.extend(doubts.into_iter().map(|doubt| (doubt, Some(until))));
    }

    /// Takes note of a message of an archive that is ours; if it is one that we were in doubt of, it
    /// arrived.
    pub(super) fn resolve(&mut self, archive: &BareJid, from: &Jid, at: &str, message: &Message) {
        let room = self.rooms.get(archive);
        let is_ours = match room {
            Some(room) => is_our_voice(room, from, message),
            None => from.to_bare() == self.settings.account,
        };
        if !is_ours {
            return;
        }
        let is_room = room.is_some();
        let origin = find(&message.payloads, "origin-id", ns::SID);
        let origin = origin.and_then(|origin| attribute(origin, "id"));
        let names = [message.id.as_ref().map(|id| id.0.as_str()), origin];
        let called = |name: &SmolStr| {
            if is_room {
                MessageId::new(at).sent_as(name.clone())
            } else {
                MessageId::new(name.clone())
            }
        };
        for name in names.into_iter().flatten().map(SmolStr::new) {
            self.archives.note_ours(archive, &name, called(&name));
        }
        let is_name = |name: &SmolStr| names.contains(&Some(name.as_str()));
        let found = self.doubts.0.iter_mut().position(|(doubt, _)| {
            let Some(part) = doubt.names.iter().position(is_name) else { return false };
            let name = doubt.names.remove(part);
            doubt.id.get_or_insert_with(|| called(&name));
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
    pub(super) fn stay_in_doubt(&mut self, archive: &BareJid, what: &str) {
        let settled = self.doubts.settle(|doubt, _| doubt.sent.archive == *archive, what);
        self.effects.extend(settled);
    }

    /// Gives up on what has waited for too long.
    pub(super) fn expire_doubts(&mut self) {
        let now = self.now.uptime;
        let is_late = |_: &Doubt, until: Option<Duration>| until.is_some_and(|until| until <= now);
        let settled = self.doubts.settle(is_late, "no archive could be asked whether it arrived");
        self.effects.extend(settled);
    }
}

/// Whether an archived message of a room is ours. The room's own name of us tells, whatever we were
/// called then (XEP-0421); where it gives none, our nick.
fn is_our_voice(room: &Room, from: &Jid, message: &Message) -> bool {
    match (room.own_id(), room.id_in(message)) {
        (Some(ours), Some(its)) => *ours == its,
        _ => *from == room.address(),
    }
}
