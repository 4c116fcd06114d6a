//! What went out and has not been answered, so that each delivery gets its one receipt.

use std::time::Duration;

use jid::BareJid;
use nuncio_core::{
    content::Losses,
    event::MessageId,
    receipt::{Receipt, Retry},
};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{
    Ticket,
    doubt::{Doubt, Sent},
};

/// How long the server may take to confirm what it was handed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most deliveries under way; the house keeps the others.
const MAX_TICKETS: usize = 256;

/// A delivery and its receipt.
pub(super) type Settled = (Ticket, Receipt);

/// The deliveries under way and their stanzas that will be answered, by name.
#[derive(Debug, Default)]
pub(super) struct Awaited {
    tickets: FxHashMap<Ticket, Progress>,
    open: FxHashMap<SmolStr, Open>,
}

#[derive(Debug)]
struct Progress {
    /// How many of its stanzas are open.
    open: usize,
    losses: Losses,
    /// The network's name of its first message.
    id: Option<MessageId>,
    until: Duration,
    /// Where it would stand in an archive.
    sent: Option<Sent>,
}

/// A stanza that will be answered.
#[derive(Debug)]
struct Open {
    ticket: Ticket,
    /// Who answers it, beside our own server.
    to: BareJid,
    /// What its answer says.
    proof: Proof,
}

/// What tells that a stanza arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// The room shows it to us.
    Reflection,
    /// The server says that it has it; where it never does, that it is written.
    Handed,
    /// It is done.
    Done,
}

impl Awaited {
    /// Whether another delivery can be begun, beside those that are in doubt.
    pub(super) fn has_room(&self, in_doubt: usize) -> bool {
        self.tickets.len().saturating_add(in_doubt) < MAX_TICKETS
    }

    /// Whether nothing is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }

    /// When the next one has waited for too long.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.tickets.values().map(|progress| progress.until).min()
    }

    /// Begins a delivery that consists of these stanzas.
    pub(super) fn begin(
        &mut self,
        ticket: Ticket,
        stanzas: &[SmolStr],
        to: &BareJid,
        proof: Proof,
        losses: Losses,
        now: Duration,
    ) {
        for id in stanzas {
            // The same output once more: the first try was settled, or is now.
            self.open.insert(id.clone(), Open { ticket, to: to.clone(), proof });
        }
        let progress =
            Progress { open: stanzas.len(), losses, id: None, until: now + PATIENCE, sent: None };
        self.tickets.insert(ticket, progress);
    }

    /// What a delivery changes: that message's name is what its receipt says.
    pub(super) fn changes(&mut self, ticket: Ticket, id: &MessageId) {
        if let Some(progress) = self.tickets.get_mut(&ticket) {
            progress.id = Some(id.clone());
        }
    }

    /// Whether a room will show us a message under this name.
    pub(super) fn is_expected(&self, id: &str, room: &BareJid) -> bool {
        let open = self.open.get(id);
        open.is_some_and(|open| open.proof == Proof::Reflection && open.to == *room)
    }

    /// A room shows us a message that it was expected to show.
    pub(super) fn reflected(&mut self, id: &str, name: Option<MessageId>) -> Option<Settled> {
        let ticket = self.open.remove(id)?.ticket;
        if let Some(progress) = self.tickets.get_mut(&ticket) {
            progress.id = progress.id.take().or(name);
        }
        self.close(ticket, Receipt::confirmed)
    }

    /// The server has a stanza.
    pub(super) fn acked(&mut self, id: &str) -> Option<Settled> {
        self.handed(id, Receipt::confirmed)
    }

    /// A stanza is written, and nobody will say more.
    pub(super) fn written(&mut self, id: &str) -> Option<Settled> {
        self.handed(id, |_| Receipt::sent())
    }

    fn handed(
        &mut self,
        id: &str,
        receipt: impl FnOnce(Option<MessageId>) -> Receipt,
    ) -> Option<Settled> {
        let open = self.open.get(id).filter(|open| open.proof == Proof::Handed)?;
        let ticket = open.ticket;
        self.open.remove(id);
        if let Some(progress) = self.tickets.get_mut(&ticket) {
            progress.id = progress.id.take().or_else(|| Some(MessageId::new(id)));
        }
        self.close(ticket, receipt)
    }

    /// Something is done.
    pub(super) fn done(&mut self, id: &str) -> Option<Settled> {
        let ticket = self.open.remove(id)?.ticket;
        self.close(ticket, |_| Receipt::confirmed(None))
    }

    /// Another question takes the place of one.
    pub(super) fn rename(&mut self, id: &str, new: SmolStr) {
        if let Some(open) = self.open.remove(id) {
            self.open.insert(new, open);
        }
    }

    /// Somebody refuses a stanza: whoever it went to, or `from` is not asked.
    pub(super) fn refuse(
        &mut self,
        id: &str,
        from: &BareJid,
        why: &str,
        retry: Retry,
    ) -> Option<Settled> {
        let ticket = self.open.get(id).filter(|open| open.to == *from)?.ticket;
        self.fail(ticket, why, retry)
    }

    /// A stanza did not go out.
    pub(super) fn unsent(&mut self, id: &str, why: &str) -> Option<Settled> {
        let ticket = self.open.get(id)?.ticket;
        self.fail(ticket, why, Retry::Later(None))
    }

    /// What waited for too long.
    pub(super) fn expire(&mut self, now: Duration) -> Vec<Settled> {
        if self.deadline().is_none_or(|at| at > now) {
            return Vec::new();
        }
        let late =
            |(ticket, progress): (&Ticket, &Progress)| (progress.until <= now).then_some(*ticket);
        let mut late: Vec<Ticket> = self.tickets.iter().filter_map(late).collect();
        late.sort_unstable();
        self.open.retain(|_, open| !late.contains(&open.ticket));
        let why = format!("nothing came back of it in {} s", PATIENCE.as_secs());
        late.into_iter().filter_map(|ticket| self.doubt(ticket, &why)).collect()
    }

    /// Where a delivery would stand in an archive.
    pub(super) fn sent(&mut self, ticket: Ticket, sent: Sent) {
        if let Some(progress) = self.tickets.get_mut(&ticket) {
            progress.sent = Some(sent);
        }
    }

    /// The stream is gone: whatever was open is in doubt, until an archive tells more where one can.
    pub(super) fn lost(&mut self, why: &str) -> (Vec<Settled>, Vec<Doubt>) {
        let mut tickets: Vec<Ticket> = self.tickets.keys().copied().collect();
        tickets.sort_unstable();
        let mut open = std::mem::take(&mut self.open);
        let (mut lost, mut doubts) = (Vec::new(), Vec::new());
        for ticket in tickets {
            let sent = self.tickets.get_mut(&ticket).and_then(|progress| progress.sent.take());
            let Some(sent) = sent else {
                lost.extend(self.doubt(ticket, why));
                continue;
            };
            let Some(Progress { losses, id, .. }) = self.tickets.remove(&ticket) else { continue };
            let names = open.extract_if(|_, open| open.ticket == ticket).map(|(name, _)| name);
            doubts.push(Doubt { ticket, names: names.collect(), sent, losses, id });
        }
        (lost, doubts)
    }

    fn doubt(&mut self, ticket: Ticket, why: &str) -> Option<Settled> {
        let losses = self.tickets.remove(&ticket)?.losses;
        Some((ticket, Receipt::in_doubt(why).with_losses(losses)))
    }

    fn fail(&mut self, ticket: Ticket, why: &str, retry: Retry) -> Option<Settled> {
        self.open.retain(|_, open| open.ticket != ticket);
        self.tickets.remove(&ticket)?;
        Some((ticket, Receipt::failed(why, retry)))
    }

    /// One of a delivery's stanzas is answered.
    fn close(
        &mut self,
        ticket: Ticket,
        receipt: impl FnOnce(Option<MessageId>) -> Receipt,
    ) -> Option<Settled> {
        let progress = self.tickets.get_mut(&ticket)?;
        progress.open = progress.open.saturating_sub(1);
        if progress.open > 0 {
            return None;
        }
        let Progress { losses, id, .. } = self.tickets.remove(&ticket)?;
        Some((ticket, receipt(id).with_losses(losses)))
    }
}
