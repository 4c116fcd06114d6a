//! Where the stanza at hand stands in an archive: what comes of it waits its turn, and bears the
//! archive's name of it.

use jid::BareJid;
use jiff::Timestamp;
use nuncio_core::{
    cursor::{Mark, Position, Source},
    event::{ArchiveState, Event, EventKey, MessageId, Timing},
};
use smol_str::{SmolStr, format_smolstr};
use xmpp_parsers::message::Message;

use super::{Archives, Reached, Stage};
use crate::session::{Effect, Session, speech::stanza_id};

/// The most live events that wait for what is late, in all archives together. Beyond that they go
/// before it; what is told twice is known by its key.
const MAX_HELD: usize = 1024;

/// After so many messages without an event, one says how far we are: ours have none.
const MAX_PASSED: u32 = 50;

/// Where a stanza stands.
#[derive(Debug)]
pub(super) struct Passage {
    archive: BareJid,
    /// The archive's name of it, as far as one can believe that.
    id: Option<SmolStr>,
    /// When it was said, where it is late.
    late: Option<Timestamp>,
    /// How many events came of it.
    parts: u32,
}

/// An event that waits.
#[derive(Debug)]
pub(super) struct Held {
    id: Option<SmolStr>,
    part: u32,
    event: Event,
}

impl Archives {
    /// Whether the stanza at hand is from an archive.
    pub(in crate::session) fn is_late(&self) -> bool {
        self.passage.as_ref().is_some_and(|passage| passage.late.is_some())
    }

    /// What the archive that the stanza at hand is from calls it.
    pub(in crate::session) fn late_id(&self) -> Option<MessageId> {
        let passage = self.passage.as_ref().filter(|passage| passage.late.is_some())?;
        passage.id.as_ref().map(|id| MessageId::new(id.clone()))
    }
}

impl Session {
    /// Takes a live stanza that an archive may hold.
    pub(in crate::session) fn within(
        &mut self,
        archive: &BareJid,
        message: &Message,
        take: impl FnOnce(&mut Self),
    ) {
        let id = stanza_id(message, archive.as_str()).map(|id| SmolStr::new(id.as_str()));
        let (late, parts) = (None, 0);
        self.archives.passage = Some(Passage { archive: archive.clone(), id, late, parts });
        take(self);
        let Some(Passage { archive, id: Some(at), parts: 0, .. }) = self.archives.passage.take()
        else {
            return;
        };
        let time = self.now.wall;
        let Some(known) = self.archives.open.get_mut(&archive) else { return };
        if !matches!(known.stage, Stage::Heard) {
            return;
        }
        known.passed += 1;
        if known.passed >= MAX_PASSED {
            known.passed = 0;
            let heard = ArchiveState::Heard { late: 0 };
            self.report_archive(&archive, heard, Some(Reached { at, time }));
        }
    }

    /// Takes a stanza from an archive.
    pub(super) fn within_late(
        &mut self,
        archive: &BareJid,
        reached: Reached,
        take: impl FnOnce(&mut Self),
    ) {
        let Reached { at, time } = reached;
        let (id, late) = (Some(at), Some(time));
        self.archives.passage = Some(Passage { archive: archive.clone(), id, late, parts: 0 });
        take(self);
        let told = self.archives.passage.take().is_some_and(|passage| passage.parts > 0);
        if let Some(known) = self.archives.open.get_mut(archive).filter(|_| told) {
            known.late += 1;
            known.unmarked = None;
        }
    }

    /// Passes an event on, where it stands.
    pub(in crate::session) fn pass_on(&mut self, mut event: Event) {
        let Some(passage) = &mut self.archives.passage else { return self.push(event) };
        if event.timing == Timing::History {
            return self.push(event);
        }
        let (archive, id, part) = (passage.archive.clone(), passage.id.clone(), passage.parts);
        passage.parts += 1;
        if let Some(time) = passage.late {
            event.timing = Timing::Late;
            return self.push_named(&archive, id, part, Some(time), event);
        }
        let has_past = self.archives.has_past(&archive);
        let Some(known) = self.archives.open.get_mut(&archive) else { return self.push(event) };
        let catching = matches!(known.stage, Stage::Unknown(_) | Stage::Catching { .. });
        if catching && has_past && self.archives.held < MAX_HELD {
            self.archives.held += 1;
            return known.held.push_back(Held { id, part, event });
        }
        if !known.is_named() {
            return self.push(event);
        }
        // What was said before it may still wait to hear where it comes from.
        let whole = archive != self.settings.account || !self.domains.is_waited_for();
        let heard = matches!(known.stage, Stage::Heard);
        let counts = heard && whole && event.timing == Timing::Live;
        let time = counts.then_some(event.at);
        self.push_named(&archive, id, part, time, event);
    }

    /// Lets go what waited: under the archive's names where they are known, and with marks where
    /// all that is late has been told.
    pub(super) fn let_go(&mut self, archive: &BareJid) {
        let Some(known) = self.archives.open.get_mut(archive) else { return };
        let (held, named) = (std::mem::take(&mut known.held), known.is_named());
        let heard = matches!(known.stage, Stage::Heard);
        self.archives.held = self.archives.held.saturating_sub(held.len());
        for Held { id, part, event } in held {
            if named {
                let counts = heard && event.timing == Timing::Live;
                let time = counts.then_some(event.at);
                self.push_named(archive, id, part, time, event);
            } else {
                self.push(event);
            }
        }
    }

    /// Whether a message of an archive is not one that waits already. Live it says more of who said
    /// it; one that the server kept for us says no more than the archive's, which is in its order.
    pub(super) fn is_new(&mut self, archive: &BareJid, id: &str) -> bool {
        let Some(known) = self.archives.open.get_mut(archive) else { return false };
        let before = known.held.len();
        let is_it = |held: &Held| held.id.as_deref() == Some(id);
        known.held.retain(|held| !is_it(held) || held.event.timing == Timing::Live);
        let is_live = known.held.iter().any(is_it);
        let dropped = before.saturating_sub(known.held.len());
        self.archives.held = self.archives.held.saturating_sub(dropped);
        !is_live
    }

    /// Passes on an event under the archive's name of it; `time` marks how far we are.
    fn push_named(
        &mut self,
        archive: &BareJid,
        id: Option<SmolStr>,
        part: u32,
        time: Option<Timestamp>,
        mut event: Event,
    ) {
        if let Some(id) = id {
            event.key = key(archive, &id, part);
            if *archive == self.settings.account {
                self.archives.latest.tell(&id);
            }
            if let Some(time) = time {
                if let Some(known) = self.archives.open.get_mut(archive) {
                    known.passed = 0;
                }
                self.place_in(archive, &mut event, Reached { at: id, time });
            }
        }
        self.push(event);
    }

    pub(super) fn push(&mut self, event: Event) {
        self.effects.push(Effect::Event(event));
    }
}

/// The name of what came of a message: the archive's, within that archive. No number of ours has a
/// slash.
fn key(archive: &BareJid, id: &str, part: u32) -> EventKey {
    EventKey::new(match part {
        0 => format_smolstr!("{archive}/{id}"),
        part => format_smolstr!("{archive}/{id}/{part}"),
    })
}

/// A mark; none where a name is too long to be kept.
pub(super) fn mark(archive: &BareJid, at: &str) -> Option<Mark> {
    let source = Source::new(archive.as_str())?;
    Some(Mark { source, at: Position::new(at)? })
}
