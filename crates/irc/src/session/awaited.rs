//! What went out and has not been answered, so that each delivery gets its one receipt.

use std::{collections::VecDeque, time::Duration};

use nuncio_core::{
    content::{Loss, Losses},
    event::MessageId,
    receipt::{Receipt, Retry},
};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Effect, Session, Ticket};
use crate::wire::{LineError, Verb};

/// How long the server may take to confirm what it was handed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The most deliveries under way; the house keeps the others.
const MAX_TICKETS: usize = 256;

/// A delivery and its receipt.
pub(super) type Settled = (Ticket, Receipt);

/// Whether something from the server answers a line of ours.
#[derive(Debug)]
pub(super) enum Answer {
    /// It does not.
    NotOurs,
    /// It does; with the receipt of its delivery, if nothing else is open.
    Ours(Option<Settled>),
}

/// The deliveries under way and the lines of theirs that the server will answer.
#[derive(Debug, Default)]
pub(super) struct Awaited {
    tickets: FxHashMap<Ticket, Progress>,
    /// In the order in which they went out.
    lines: VecDeque<Expected>,
    /// Deliveries whose last line was taken but is not known to have left.
    taken: Vec<Ticket>,
    labels: u64,
}

#[derive(Debug, Default)]
struct Progress {
    /// Lines that are out and not answered.
    open: u32,
    /// Lines that are out.
    lines: u32,
    /// Whether any line is answered by this server.
    answered: bool,
    /// When the last line had left; none before that.
    flushed: Option<Duration>,
    losses: Losses,
    id: Option<MessageId>,
}

/// A line that the server will answer.
#[derive(Debug)]
struct Expected {
    ticket: Ticket,
    label: Option<u64>,
    verb: Verb,
    /// Folded.
    target: SmolStr,
    /// What is to come back; None where the answer is not the text.
    text: Option<String>,
    /// Somebody whom a refusal may name instead of the target, folded.
    who: Option<SmolStr>,
    /// The PING behind it.
    fence: Option<u64>,
}

/// Something that we do, and what tells that it is done.
#[derive(Debug)]
pub(super) struct Act {
    pub(super) verb: Verb,
    /// The channel, folded.
    pub(super) target: SmolStr,
    /// Somebody whom a refusal may name instead, folded.
    pub(super) who: Option<SmolStr>,
    /// The PING behind it: with its PONG the act is done, if nothing was said of it.
    pub(super) fence: Option<u64>,
}

/// The server's word that it has what we said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Echo<'a> {
    pub(super) label: Option<u64>,
    pub(super) verb: Verb,
    /// Folded.
    pub(super) target: &'a str,
    pub(super) text: &'a str,
    pub(super) id: Option<&'a str>,
}

impl Awaited {
    /// Whether another delivery can be begun.
    pub(super) fn has_room(&self) -> bool {
        self.tickets.len() < MAX_TICKETS
    }

    /// A label for a line, unique on this connection.
    pub(super) fn label(&mut self) -> u64 {
        self.labels += 1;
        self.labels
    }

    /// Begins a delivery.
    pub(super) fn begin(&mut self, ticket: Ticket) {
        self.tickets.insert(ticket, Progress::default());
    }

    /// It could not be begun after all.
    pub(super) fn forget(&mut self, ticket: Ticket) {
        self.tickets.remove(&ticket);
    }

    /// Its next line cannot be built.
    pub(super) fn break_off(&mut self, ticket: Ticket, why: &LineError) -> Option<Settled> {
        self.tickets
            .remove(&ticket)
            .map(|_| (ticket, Receipt::failed(why.to_string(), Retry::Never)))
    }

    /// A line of it goes out, and nothing will answer it.
    pub(super) fn sent(&mut self, ticket: Ticket) {
        if let Some(progress) = self.tickets.get_mut(&ticket) {
            progress.lines += 1;
        }
    }

    /// A line of it goes out, and the server will answer it.
    pub(super) fn expect(
        &mut self,
        ticket: Ticket,
        label: Option<u64>,
        verb: Verb,
        target: SmolStr,
        text: Option<String>,
    ) {
        if let Some(progress) = self.tickets.get_mut(&ticket) {
            progress.open += 1;
            progress.lines += 1;
            progress.answered = true;
            let (who, fence) = (None, None);
            self.lines.push_back(Expected { ticket, label, verb, target, text, who, fence });
        }
    }

    /// A line of it goes out that does something.
    pub(super) fn expect_act(&mut self, ticket: Ticket, act: Act) {
        let Act { verb, target, who, fence } = act;
        self.expect(ticket, None, verb, target, None);
        if let Some(line) = self.lines.back_mut() {
            (line.who, line.fence) = (who, fence);
        }
    }

    /// The server has come past a PING of ours: what stood before it is done. One line of that; to
    /// be called until there is none.
    pub(super) fn pass(&mut self, fence: u64) -> Answer {
        match self.take(|line| line.fence == Some(fence)) {
            Some(found) => Answer::Ours(self.close(found.ticket)),
            None => Answer::NotOurs,
        }
    }

    /// All lines of a delivery were taken. One without lines is done.
    pub(super) fn taken(&mut self, ticket: Ticket, losses: Losses) -> Option<Settled> {
        let progress = self.tickets.get_mut(&ticket)?;
        progress.losses = progress.losses.and(losses);
        if progress.lines == 0 {
            self.tickets.remove(&ticket);
            return Some((ticket, Receipt::sent().with_losses(losses)));
        }
        self.taken.push(ticket);
        None
    }

    /// Everything that was taken has left.
    pub(super) fn flushed(&mut self, now: Duration) -> Vec<Settled> {
        let taken = std::mem::take(&mut self.taken);
        for ticket in &taken {
            if let Some(progress) = self.tickets.get_mut(ticket) {
                progress.flushed = Some(now);
            }
        }
        taken.into_iter().filter_map(|ticket| self.finish(ticket)).collect()
    }

    /// The server has a line of ours.
    pub(super) fn confirm(&mut self, echo: Echo<'_>) -> Answer {
        let found = self.take(|line| match (line.label, echo.label) {
            (Some(ours), Some(label)) => ours == label,
            _ => line.verb == echo.verb && line.target == echo.target && line.text.is_some(),
        });
        let Some(found) = found else { return Answer::NotOurs };
        let Some(progress) = self.tickets.get_mut(&found.ticket) else { return Answer::Ours(None) };
        progress.open = progress.open.saturating_sub(1);
        if let Some(loss) = found.text.and_then(|sent| loss(&sent, echo.text)) {
            progress.losses.insert(loss);
        }
        if progress.id.is_none() {
            progress.id = echo.id.map(MessageId::new);
        }
        Answer::Ours(self.finish(found.ticket))
    }

    /// The server answered a labelled line with nothing but `ACK`.
    pub(super) fn acknowledge(&mut self, label: u64, echoes: bool) -> Option<Settled> {
        let found = self.take(|line| line.label == Some(label))?;
        if echoes {
            // It tells us what it passes on, and did not.
            let why = "the server took it and passed nothing on: it may be filtered";
            return self
                .tickets
                .remove(&found.ticket)
                .map(|_| (found.ticket, Receipt::in_doubt(why)));
        }
        let progress = self.tickets.get_mut(&found.ticket)?;
        progress.open = progress.open.saturating_sub(1);
        self.finish(found.ticket)
    }

    /// Something that we did is seen to have happened.
    pub(super) fn confirm_act(&mut self, verb: Verb, target: &str) -> Option<Settled> {
        let found = self.take(|line| line.verb == verb && line.target == target)?;
        self.close(found.ticket)
    }

    /// A line that is answered without any text is done.
    fn close(&mut self, ticket: Ticket) -> Option<Settled> {
        let progress = self.tickets.get_mut(&ticket)?;
        progress.open = progress.open.saturating_sub(1);
        self.finish(ticket)
    }

    /// Something that we did is seen to have failed.
    pub(super) fn fail_act(
        &mut self,
        verb: Verb,
        target: &str,
        why: String,
        retry: Retry,
    ) -> Option<Settled> {
        let found = self.take(|line| line.verb == verb && line.target == target)?;
        self.tickets.remove(&found.ticket).map(|_| (found.ticket, Receipt::failed(why, retry)))
    }

    /// The server refused a line: the one with this label, else the first one to one of these
    /// names.
    pub(super) fn refuse(&mut self, label: Option<u64>, names: &[SmolStr], why: &str) -> Answer {
        let found = self.take(|line| match (line.label, label) {
            (Some(ours), Some(label)) => ours == label,
            _ => line.who.iter().chain([&line.target]).any(|name| names.contains(name)),
        });
        let Some(found) = found else { return Answer::NotOurs };
        let receipt = Receipt::failed(format!("the server refused it: {why}"), Retry::Never);
        Answer::Ours(self.tickets.remove(&found.ticket).map(|_| (found.ticket, receipt)))
    }

    /// What the server never answered.
    pub(super) fn expire(&mut self, now: Duration) -> Vec<Settled> {
        let late: Vec<Ticket> = self
            .tickets
            .iter()
            .filter(|(_, progress)| progress.flushed.is_some_and(|at| now >= at + PATIENCE))
            .map(|(ticket, _)| *ticket)
            .collect();
        self.lines.retain(|line| !late.contains(&line.ticket));
        let doubt = |ticket| {
            self.tickets.remove(&ticket);
            (ticket, Receipt::in_doubt("the server did not confirm it in time"))
        };
        late.into_iter().map(doubt).collect()
    }

    /// When the first of them is late.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.tickets.values().filter_map(|progress| Some(progress.flushed? + PATIENCE)).min()
    }

    /// The connection is gone: what had no line out failed, the rest is in doubt.
    pub(super) fn lost(&mut self, why: &str) -> Vec<Settled> {
        self.lines.clear();
        self.taken.clear();
        let receipt = |(ticket, progress): (Ticket, Progress)| {
            let receipt = match progress.lines {
                0 => Receipt::failed(format!("not sent: {why}"), Retry::Now),
                _ => Receipt::in_doubt(why),
            };
            (ticket, receipt)
        };
        self.tickets.drain().map(receipt).collect()
    }

    fn take(&mut self, is_it: impl Fn(&Expected) -> bool) -> Option<Expected> {
        let index = self.lines.iter().position(is_it)?;
        self.lines.remove(index)
    }

    /// The receipt of a delivery that has left and has no open line.
    fn finish(&mut self, ticket: Ticket) -> Option<Settled> {
        let progress = self.tickets.get(&ticket)?;
        if progress.open > 0 || progress.flushed.is_none() {
            return None;
        }
        let progress = self.tickets.remove(&ticket)?;
        let receipt =
            if progress.answered { Receipt::confirmed(progress.id) } else { Receipt::sent() };
        Some((ticket, receipt.with_losses(progress.losses)))
    }
}

/// What is missing from what came back.
fn loss(sent: &str, echoed: &str) -> Option<Loss> {
    if sent == echoed {
        return None;
    }
    // A room that takes no colours strips them; anything else is not what we said.
    let same_words = crate::content::words(sent) == crate::content::words(echoed);
    Some(if same_words { Loss::Styling } else { Loss::Truncated })
}

impl Session {
    /// Passes on the receipt that `finish` comes to, if any.
    pub(super) fn settle(&mut self, finish: impl FnOnce(&mut Awaited) -> Option<Settled>) {
        if let Some((ticket, receipt)) = finish(&mut self.awaited) {
            self.effects.push(Effect::Settle(ticket, receipt));
        }
    }

    /// Passes on the receipt of an answer, if any. Whether it was one.
    pub(super) fn take_answer(&mut self, answer: Answer) -> bool {
        match answer {
            Answer::NotOurs => false,
            Answer::Ours(settled) => {
                self.settle(|_| settled);
                true
            }
        }
    }

    /// Everything that was taken has left.
    pub(super) fn flushed(&mut self) {
        for (ticket, receipt) in self.awaited.flushed(self.now.uptime) {
            self.effects.push(Effect::Settle(ticket, receipt));
        }
    }
}
