//! What we are asked to do, and the words that we say.

use jid::{BareJid, FullJid, Jid};
use nuncio_core::{
    action::{Action, Output},
    config::Secret,
    content::{Content, Limits, Losses, Part, Splitter},
    delivery::OutputKey,
    event::{Form, MessageId},
    place::Place,
    receipt::{Receipt, Retry},
};
use nuncio_policy::RoomId;
use smol_str::SmolStr;
use xmpp_parsers::{
    message::{Id, Lang, Message},
    minidom::Element,
    ns,
    stanza_id::OriginId,
};

use super::{
    Effect, Outgoing, Phase, Session, Ticket,
    authors::Author,
    awaited::Proof,
    doubt,
    enter::{join_id, leave_id},
    parse::ACTION,
    rooms::Stay,
    xml::{STYLING, element},
};
use crate::content::{self, Body, PALETTE, Xml, clean};

/// The most bytes of one message's text, as XML writes them: with what stands around it, about
/// half of what the strictest common server takes in one stanza.
pub(super) const MAX_TEXT_BYTES: usize = 16 * 1024;

/// The most bytes of why we do something, which may have to stand in an attribute.
const MAX_REASON_BYTES: usize = 1024;

/// The most messages that one answer becomes; the rest is left out, and the receipt says so.
pub(super) const MAX_PARTS: usize = 64;

/// Why something cannot be done at all.
pub(super) type Refusal = (String, Retry);

/// Whom a message goes to.
pub(super) struct Target {
    /// A message to him that says nothing yet.
    pub(super) message: Message,
    /// Whose refusal would count.
    pub(super) answers: BareJid,
    pub(super) proof: Proof,
}

impl Target {
    /// The address of the place.
    pub(super) fn at(&self) -> Jid {
        self.message.to.clone().unwrap_or_else(|| self.answers.clone().into())
    }

    /// A message with a part of what we say, and what of that is lost.
    pub(super) fn words(&self, name: &str, action: &str, part: &Part) -> (Message, Losses) {
        let Body { text, unstyled, losses } = content::write(part);
        let mut message = self.message.clone().with_body(Lang::new(), format!("{action}{text}"));
        message.payloads.push(OriginId { id: name.to_owned() }.into());
        if unstyled {
            message.payloads.push(element("unstyled", STYLING, &[], []));
        }
        (message, losses)
    }
}

/// What stands before the words.
pub(super) fn action_mark(form: Form) -> &'static str {
    if form == Form::Emote { ACTION } else { "" }
}

/// The limits of so many messages that begin with an action's mark.
pub(super) fn limits(max_parts: usize, action: &str) -> Limits {
    let max_bytes = MAX_TEXT_BYTES.saturating_sub(action.len());
    Limits { max_bytes, max_lines: usize::MAX, max_parts }
}

impl Session {
    /// Does what is asked, or says why not.
    pub(super) fn act(&mut self, ticket: Ticket, key: &OutputKey, output: &Output) {
        if self.phase != Phase::Online {
            let receipt = Receipt::failed("not connected", Retry::Now);
            return self.effects.push(Effect::Settle(ticket, receipt));
        }
        if self.uploads.hold(ticket, key, output) || self.waits_or_is_there(ticket, key, output) {
            return;
        }
        if reason(&output.action).is_some_and(|reason| reason.len() > MAX_REASON_BYTES) {
            let why = format!("the reason is too long: at most {MAX_REASON_BYTES} bytes");
            let receipt = Receipt::failed(why, Retry::Never);
            return self.effects.push(Effect::Settle(ticket, receipt));
        }
        let done = match &output.action {
            Action::Say { content, form: form @ (Form::Text | Form::Emote) } => {
                self.say(ticket, key, output, content, *form)
            }
            Action::File { file, .. } => self.act_file(ticket, key, output, file),
            Action::Edit { target, content } => {
                self.act_edit(ticket, key, &output.to, target, content)
            }
            Action::React { target, emoji } => {
                self.act_react(ticket, key, &output.to, target, emoji)
            }
            Action::Typing { on } => self.act_typing(ticket, key, &output.to, *on),
            Action::Retract { target } => self.act_retract(ticket, key, &output.to, target),
            Action::Join { room, key } => self.act_join(ticket, room, key.clone()),
            Action::Leave { room, reason } => self.act_leave(ticket, room, reason.as_deref()),
            Action::Topic { text } => self.act_topic(ticket, key, &output.to, text),
            action @ (Action::Kick { .. }
            | Action::Ban { .. }
            | Action::Unban { .. }
            | Action::Promote { .. }
            | Action::Demote { .. }
            | Action::Redact { .. }
            | Action::Invite { .. }) => self
                .acting_room(&output.to)
                .and_then(|room| self.moderate(ticket, key, &room, action)),
            other => {
                let receipt = match other {
                    Action::Say { .. } => Receipt::unsupported("notices"),
                    other => Receipt::unsupported(other.command().path()),
                };
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
        key: &OutputKey,
        output: &Output,
        content: &Content,
        form: Form,
    ) -> Result<(), Refusal> {
        let target = self.target(&output.to)?;
        let action = action_mark(form);
        let reply = output.about.as_ref().map(|about| self.reply_to(&target, about));
        let mut names = Vec::new();
        let losses = self.hand_over_words(&target, key, content, action, reply, &mut names);
        if names.is_empty() {
            let receipt = Receipt::sent().with_losses(losses);
            self.effects.push(Effect::Settle(ticket, receipt));
            return Ok(());
        }
        let Target { answers, proof, .. } = target;
        self.awaited.begin(ticket, &names, &answers, proof, losses, self.now.uptime);
        self.note_sent(ticket, &answers);
        Ok(())
    }

    /// Sends words of ours, with what they answer, as the messages that they become after those that
    /// have names already; what of them is lost.
    pub(super) fn hand_over_words(
        &mut self,
        target: &Target,
        key: &OutputKey,
        content: &Content,
        action: &str,
        mut reply: Option<Element>,
        names: &mut Vec<SmolStr>,
    ) -> Losses {
        let mut words = Splitter::new(content.lines(PALETTE));
        let mut styling = Losses::NONE;
        while let Some(part) = words.next_part(&limits(MAX_PARTS, action), &Xml) {
            let name = doubt::name(key, names.len());
            let (mut message, losses) = target.words(&name, action, &part);
            styling = styling.and(losses);
            message.payloads.extend(reply.take());
            self.hand_over(target, message, &name);
            names.push(name);
        }
        words.losses().and(styling)
    }

    /// Sends a message of ours under a name. What goes to one peer we recall now; what a room shows
    /// us, when it does.
    pub(super) fn hand_over(&mut self, target: &Target, mut message: Message, name: &SmolStr) {
        message.id = Some(Id(name.to_string()));
        let handed = target.proof == Proof::Handed;
        if handed && !message.bodies.is_empty() {
            let id = MessageId::new(name.clone());
            self.recall.said(&target.at(), Author::We, "", &id, name);
            if self.attentive.knows(&target.at()) {
                message.payloads.push(element("active", ns::CHATSTATES, &[], []));
            }
        }
        let follow = handed.then(|| name.clone());
        self.out.push_back(Outgoing { stanza: message.into(), follow });
    }

    pub(super) fn target(&self, to: &Place) -> Result<Target, Refusal> {
        match to {
            Place::Room(room) => {
                let room = self.rooms.speaking(&address(room)?)?;
                let message = Message::groupchat(Jid::from(room.jid.clone()));
                Ok(Target { message, answers: room.jid.clone(), proof: Proof::Reflection })
            }
            Place::Private { peer, .. } => {
                let to = self.peer(peer.as_str())?;
                let answers = to.to_bare();
                Ok(Target { message: Message::chat(to), answers, proof: Proof::Handed })
            }
        }
    }

    /// The address of a peer. One in a room is the very occupant whom we heard, not whoever has his
    /// nick by now.
    fn peer(&self, text: &str) -> Result<Jid, Refusal> {
        let (address, stay) = match text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")) {
            Some((address, stay)) => (address, Some(stay)),
            None => (text, None),
        };
        let wrong = |_| (format!("`{text}` is no address"), Retry::Never);
        let to = Jid::new(address).map_err(wrong)?;
        let bare = to.to_bare();
        if stay.is_none() && self.rooms.get(&bare).is_none() {
            return Ok(bare.into());
        }
        let occupant = FullJid::try_from(to).ok().filter(|occupant| {
            let room = self.rooms.get(&bare).filter(|room| room.is_in());
            let known = room.and_then(|room| room.occupants.get(occupant.resource()));
            known.is_some_and(|known| stay.is_none_or(|stay| known.stay.as_str() == stay))
        });
        let gone = || format!("`{address}` has left, and the nick may be another's now");
        occupant.map(Jid::from).ok_or_else(|| (gone(), Retry::Never))
    }

    fn act_join(
        &mut self,
        ticket: Ticket,
        room: &RoomId,
        key: Option<Secret>,
    ) -> Result<(), Refusal> {
        let jid = address(room)?;
        if jid.node().is_none() {
            return Err((self.no_room(jid.as_str()), Retry::Never));
        }
        if self.rooms.get(&jid).is_none() {
            self.forget_archive(&jid);
        }
        match self.rooms.want(&jid, None, key) {
            None => Err(("we are in too many rooms: leave one".to_owned(), Retry::Never)),
            Some(true) => {
                self.effects.push(Effect::Settle(ticket, Receipt::confirmed(None)));
                Ok(())
            }
            Some(false) => {
                self.expect(ticket, join_id(&jid), &jid);
                Ok(())
            }
        }
    }

    fn act_leave(
        &mut self,
        ticket: Ticket,
        room: &RoomId,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let jid = address(room)?;
        let there = self.rooms.get_mut(&jid).filter(|room| room.is_in());
        let Some(known) = there else {
            self.rooms.remove(&jid);
            self.effects.push(Effect::Settle(ticket, Receipt::confirmed(None)));
            return Ok(());
        };
        known.stay = Stay::Leaving;
        let farewell = known.farewell(reason);
        self.expect(ticket, leave_id(&jid), &jid);
        self.send(farewell);
        Ok(())
    }

    fn act_topic(
        &mut self,
        ticket: Ticket,
        key: &OutputKey,
        to: &Place,
        text: &str,
    ) -> Result<(), Refusal> {
        let room = self.acting_room(to)?;
        if text.len() > MAX_TEXT_BYTES {
            let most = MAX_TEXT_BYTES / 1024;
            return Err((format!("the subject is too long: at most {most} KiB"), Retry::Never));
        }
        let mut message = Message::groupchat(Jid::from(room.clone()));
        message.subjects.insert(Lang::new(), clean(text));
        message.id = Some(Id(key.as_str().to_owned()));
        self.send(message);
        let name = [SmolStr::new(key.as_str())];
        let now = self.now.uptime;
        self.awaited.begin(ticket, &name, &room, Proof::Reflection, Losses::NONE, now);
        Ok(())
    }

    fn acting_room(&self, to: &Place) -> Result<BareJid, Refusal> {
        match to {
            Place::Room(room) => Ok(self.rooms.speaking(&address(room)?)?.jid.clone()),
            Place::Private { .. } => Err(("that is done in a room".to_owned(), Retry::Never)),
        }
    }

    pub(super) fn expect(&mut self, ticket: Ticket, id: SmolStr, from: &BareJid) {
        self.awaited.begin(ticket, &[id], from, Proof::Done, Losses::NONE, self.now.uptime);
    }
}

fn address(room: &RoomId) -> Result<BareJid, Refusal> {
    let wrong = |_| (format!("`{}` is no room's address", room.room()), Retry::Never);
    BareJid::new(room.room()).map_err(wrong)
}

/// Why it is to be done, where that is said.
fn reason(action: &Action) -> Option<&str> {
    match action {
        Action::Leave { reason, .. }
        | Action::Kick { reason, .. }
        | Action::Ban { reason, .. }
        | Action::Redact { reason, .. }
        | Action::Invite { reason, .. } => reason.as_deref(),
        _ => None,
    }
}
