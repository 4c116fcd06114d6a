//! What a process that was killed may have said already.
//!
//! The answer of a command that only says something leaves while it is written that it did. Where the
//! kill came between, the archive tells of the command once more, and its answer has the same name as
//! before: so what goes to a place waits until its archive has been heard to the end, and what stands
//! there is not said again.

use jid::BareJid;
use nuncio_core::{
    action::Output,
    delivery::OutputKey,
    event::MessageId,
    receipt::{Receipt, Retry},
    recent::Recent,
};
use smol_str::SmolStr;

use super::{Archive, Archives, Stage};
use crate::session::{
    Effect, Session, Ticket,
    doubt::{changed, name, names},
    upload::place_of,
};

/// How many messages of ours are kept in mind that archives told of.
const MAX_OURS: usize = 4096;

/// Our messages that archives told of, by archive and the name that they left under.
#[derive(Debug)]
pub(super) struct Ours(Recent<(BareJid, SmolStr), MessageId>);

impl Default for Ours {
    fn default() -> Self {
        Self(Recent::new(MAX_OURS))
    }
}

/// A delivery that waits.
#[derive(Debug)]
pub(super) struct Waiting {
    ticket: Ticket,
    key: OutputKey,
    output: Output,
}

impl Archives {
    /// How many deliveries wait.
    pub(in crate::session) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Takes note of a message of ours by the name that it left under, and what the network calls it.
    pub(in crate::session) fn note_ours(
        &mut self,
        archive: &BareJid,
        name: &SmolStr,
        called: MessageId,
    ) {
        self.ours.0.put((archive.clone(), name.clone()), called);
    }

    /// Keeps a delivery until an archive is heard, if that has begun and there may be something late.
    fn keep(&mut self, archive: &BareJid, delivery: impl FnOnce() -> Waiting) -> bool {
        if !self.has_past(archive) {
            return false;
        }
        match self.open.get_mut(archive) {
            Some(Archive {
                stage: Stage::Unknown(_) | Stage::Catching { .. }, waiting, ..
            }) => {
                waiting.push(delivery());
                self.waiting += 1;
                true
            }
            _ => false,
        }
    }

    fn take_waiting(&mut self, archive: &BareJid) -> Vec<Waiting> {
        let Some(known) = self.open.get_mut(archive) else { return Vec::new() };
        let waiting = std::mem::take(&mut known.waiting);
        self.waiting = self.waiting.saturating_sub(waiting.len());
        waiting
    }

    /// What became of a delivery that its place has already; of one that it has in part nobody knows
    /// more.
    fn said_already(&self, archive: &BareJid, key: &OutputKey, output: &Output) -> Option<Receipt> {
        let ours = |name: SmolStr| self.ours.0.get(&(archive.clone(), name));
        // They leave in order: without the first there is none.
        let first = ours(name(key, 0))?;
        if names(key, output)?.into_iter().any(|name| ours(name).is_none()) {
            let why = "the bot was killed while it said this, and a part of it is there";
            return Some(Receipt::in_doubt(why));
        }
        Some(Receipt::confirmed(Some(changed(output).unwrap_or(first).clone())))
    }
}

impl Session {
    /// Whether nothing is to be done for a delivery now: it waits until it is known what stands at its
    /// place, or stands there, and is settled.
    pub(in crate::session) fn waits_or_is_there(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        output: &Output,
    ) -> bool {
        let Some(archive) = self.archive_of(&place_of(output)) else { return false };
        let delivery = || Waiting { ticket, key: key.clone(), output: output.clone() };
        if self.archives.keep(&archive, delivery) {
            return true;
        }
        let Some(receipt) = self.archives.said_already(&archive, key, output) else { return false };
        self.effects.push(Effect::Settle(ticket, receipt));
        true
    }

    /// An archive was heard to its end, or is not to be had: what waits for that goes on.
    pub(super) fn release_waiting(&mut self, archive: &BareJid) {
        for Waiting { ticket, key, output } in self.archives.take_waiting(archive) {
            self.act(ticket, &key, &output);
        }
    }

    /// An archive is heard no more: what waits for it was not tried.
    pub(super) fn give_back_waiting(&mut self, archive: &BareJid) {
        for Waiting { ticket, .. } in self.archives.take_waiting(archive) {
            let untried = Retry::Untried(Receipt::A_MOMENT);
            let receipt = Receipt::failed("the connection ended before it was sent", untried);
            self.effects.push(Effect::Settle(ticket, receipt));
        }
    }
}
