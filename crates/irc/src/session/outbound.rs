//! What we are asked to do, and the words that we say.

use nuncio_core::{
    action::{Action, Output},
    config::Secret,
    content::{Content, Limits, Loss, Losses, Splitter},
    event::Form,
    place::Place,
    receipt::{Receipt, Retry},
};
use nuncio_policy::RoomId;
use smol_str::SmolStr;

use super::{
    Cap, Effect, Phase, Session, Ticket,
    ctcp::{self, ACTION_BYTES},
    moderation::Step,
};
use crate::{
    content,
    wire::{Builder, Line, LineError, Verb},
};

/// The most lines that one answer becomes; the rest is left out, and the receipt says so.
const MAX_PARTS: usize = 64;

/// A text on its way out, line by line.
#[derive(Debug)]
pub(super) struct Speech {
    pub(super) ticket: Ticket,
    target: SmolStr,
    form: Form,
    words: Splitter,
}

impl Speech {
    fn verb(&self) -> Verb {
        if self.form == Form::Notice { Verb::Notice } else { Verb::Privmsg }
    }
}

/// Why something cannot be done at all.
pub(super) type Refusal = (String, Retry);

impl Session {
    /// Does what is asked, or says why not.
    pub(super) fn act(&mut self, ticket: Ticket, output: &Output) {
        if self.phase != Phase::Online {
            let receipt = Receipt::failed("not connected", Retry::Now);
            return self.effects.push(Effect::Settle(ticket, receipt));
        }
        let done = match &output.action {
            Action::Say { content, form } => self.say(ticket, &output.to, content, *form),
            Action::Join { room, key } => self.act_join(ticket, room, key.clone()),
            Action::Leave { room, reason } => self.act_leave(ticket, room, reason.as_deref()),
            Action::Kick { who, reason } => {
                self.act_kick(ticket, &output.to, who, reason.as_deref())
            }
            Action::Topic { text } => self.act_topic(ticket, &output.to, text),
            action @ (Action::Ban { .. }
            | Action::Unban { .. }
            | Action::Promote { .. }
            | Action::Demote { .. }
            | Action::Invite { .. }) => self.moderate(ticket, &output.to, action),
            other => {
                let receipt = Receipt::unsupported(other.command().path());
                return self.effects.push(Effect::Settle(ticket, receipt));
            }
        };
        if let Err((why, retry)) = done {
            self.effects.push(Effect::Settle(ticket, Receipt::failed(why, retry)));
        }
    }

    fn say(
        &mut self,
        ticket: Ticket,
        to: &Place,
        content: &Content,
        form: Form,
    ) -> Result<(), Refusal> {
        let target = match to {
            Place::Room(room) => self.rooms.speaking_name(room)?,
            Place::Private { peer, .. } => self.peer(peer.as_str())?,
        };
        let words = Splitter::new(content.lines(content::PALETTE));
        self.awaited.begin(ticket);
        self.speech = Some(Speech { ticket, target, form, words });
        Ok(())
    }

    fn peer(&self, address: &str) -> Result<SmolStr, Refusal> {
        let gone =
            |_| (format!("`{address}` has left, and his nick may be another's now"), Retry::Never);
        self.peers.nick(address, |nick| self.names.fold(nick)).map_err(gone)
    }

    /// The next line of what is being said, cut to what the server passes on whole now.
    pub(super) fn next_spoken(&mut self) -> Option<Line> {
        let mut speech = self.speech.take()?;
        let verb = speech.verb();
        let frame = if speech.form == Form::Emote { ACTION_BYTES } else { 0 };
        let limits = Limits {
            max_bytes: self.text_limit(speech.target.len(), verb).saturating_sub(frame),
            max_lines: 1,
            max_parts: MAX_PARTS,
        };
        let line = match speech.words.next_part(&limits, &content::Codes) {
            Some(part) => {
                let text = part
                    .lines
                    .first()
                    .map_or_else(String::new, |line| content::write(line.spans()));
                let text = if frame > 0 { ctcp::action(&text) } else { text };
                match self.spoken(&speech, text) {
                    Ok(line) => Some(line),
                    Err(error) => {
                        self.settle(|awaited| awaited.break_off(speech.ticket, &error));
                        return None;
                    }
                }
            }
            None => None,
        };
        if line.is_none() || speech.words.is_done() {
            let losses = speech.words.losses();
            self.settle(|awaited| awaited.taken(speech.ticket, losses));
        } else {
            self.speech = Some(speech);
        }
        line
    }

    fn spoken(&mut self, speech: &Speech, text: String) -> Result<Line, LineError> {
        let labels = self.caps.has(Cap::LabeledResponse);
        let label = labels.then(|| self.awaited.label());
        let verb = speech.verb();
        let line = label.map_or_else(|| Line::begin(verb), |label| Line::labelled(label, verb));
        let line = line.limit(self.isupport.linelen).middle(&speech.target)?.last(&text)?;
        let echoes = self.caps.has(Cap::EchoMessage);
        if labels || echoes {
            let target = self.names.fold(&speech.target);
            self.awaited.expect(speech.ticket, label, verb, target, echoes.then_some(text));
        } else {
            self.awaited.sent(speech.ticket);
        }
        Ok(line)
    }

    /// The most bytes of a text that reach a target whole: the server puts our prefix before the
    /// line that it passes on, and cuts what is longer than a line.
    pub(super) fn text_limit(&self, target_bytes: usize, verb: Verb) -> usize {
        let prefix = self.nick.prefix_bytes(&self.isupport);
        let frame = ":".len()
            + prefix
            + " ".len()
            + verb.as_str().len()
            + " ".len()
            + target_bytes
            + " :\r\n".len();
        self.isupport.linelen.saturating_sub(frame)
    }

    /// As much of why we do something to a target as reaches everybody whole, and what that lost.
    pub(super) fn reason<'a>(
        &self,
        verb: Verb,
        target_bytes: usize,
        reason: &'a str,
    ) -> (&'a str, Losses) {
        let most = self.text_limit(target_bytes, verb);
        let kicklen = self.isupport.kicklen.filter(|_| verb == Verb::Kick);
        let most = most.min(kicklen.unwrap_or(usize::MAX));
        let (said, rest) = reason.split_at(reason.floor_char_boundary(most));
        (said, (!rest.is_empty()).then_some(Loss::Truncated).into_iter().collect())
    }

    fn act_join(
        &mut self,
        ticket: Ticket,
        room: &RoomId,
        key: Option<Secret>,
    ) -> Result<(), Refusal> {
        let name = room.room();
        let legal = self.isupport.is_channel(name) && !name.contains([',', ' ']);
        let keyed = key.as_ref().is_none_or(|key| !key.expose().contains([',', ' ']));
        if !legal || !keyed {
            return Err((format!("`{name}` and its key cannot be joined here"), Retry::Never));
        }
        self.awaited.begin(ticket);
        if self.want_room(name, key) {
            self.settle(|awaited| awaited.taken(ticket, Losses::NONE));
            return Ok(());
        }
        self.expect_act(ticket, Verb::Join, self.names.fold(name), Losses::NONE);
        Ok(())
    }

    fn act_leave(
        &mut self,
        ticket: Ticket,
        room: &RoomId,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let name = self.rooms.speaking_name(room).unwrap_or_else(|_| SmolStr::new(room.room()));
        let folded = self.names.fold(&name);
        self.awaited.begin(ticket);
        if !self.forget_room(&folded) {
            self.settle(|awaited| awaited.taken(ticket, Losses::NONE));
            return Ok(());
        }
        let line = Line::begin(Verb::Part).middle(&name);
        let reason = reason.map(|reason| self.reason(Verb::Part, name.len(), reason));
        let (line, losses) = match reason {
            Some((reason, losses)) => (line.and_then(|line| line.last(reason)), losses),
            None => (line.and_then(Builder::end), Losses::NONE),
        };
        let line = line.map_err(|error| {
            self.awaited.forget(ticket);
            (error.to_string(), Retry::Never)
        })?;
        self.send(Ok(line));
        self.expect_act(ticket, Verb::Part, folded, losses);
        Ok(())
    }

    fn act_kick(
        &mut self,
        ticket: Ticket,
        to: &Place,
        who: &str,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let name = self.acting_room(to)?;
        let (kick, losses) = self.kick(&name, who, reason);
        self.do_all(ticket, &name, vec![kick], losses)
    }

    /// The step that ends somebody's stay, and what of its reason is lost.
    pub(super) fn kick(&self, room: &str, who: &str, reason: Option<&str>) -> (Step, Losses) {
        let target_bytes = room.len() + " ".len() + who.len();
        let (reason, losses) = self.reason(Verb::Kick, target_bytes, reason.unwrap_or(who));
        let line = Line::begin(Verb::Kick).middle(room).and_then(|line| line.middle(who));
        let line = line.and_then(|line| line.last(reason));
        ((line, Verb::Kick, Some(self.names.fold(who))), losses)
    }

    fn act_topic(&mut self, ticket: Ticket, to: &Place, text: &str) -> Result<(), Refusal> {
        let name = self.acting_room(to)?;
        let most = self.text_limit(name.len(), Verb::Topic);
        let most = most.min(self.isupport.topiclen.unwrap_or(usize::MAX));
        if text.len() > most {
            let why = format!("a topic has at most {most} bytes here, not {}", text.len());
            return Err((why, Retry::Never));
        }
        let line = Line::begin(Verb::Topic).middle(&name).and_then(|line| line.last(text));
        self.do_all(ticket, &name, vec![(line, Verb::Topic, None)], Losses::NONE)
    }

    pub(super) fn acting_room(&self, to: &Place) -> Result<SmolStr, Refusal> {
        match to {
            Place::Room(room) => self.rooms.speaking_name(room),
            Place::Private { .. } => Err(("that is done in a room".to_owned(), Retry::Never)),
        }
    }

    fn expect_act(&mut self, ticket: Ticket, verb: Verb, target: SmolStr, losses: Losses) {
        self.awaited.expect(ticket, None, verb, target, None);
        self.settle(|awaited| awaited.taken(ticket, losses));
    }
}
