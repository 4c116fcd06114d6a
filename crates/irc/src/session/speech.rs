//! What is said to us, and what comes back of what we said.

use irc::proto::Message;
use nuncio_core::{
    event::{EventKind, Form, Message as Said, MessageId, Timing},
    place::Place,
};
use nuncio_policy::{Presence, Speaker};
use smol_str::{SmolStr, format_smolstr};

use super::{Batch, Cap, Session, awaited::Echo, ctcp::Ctcp};
use crate::{
    content,
    evidence::Seen,
    wire::{Verb, prefix_parts, tag},
};

impl Session {
    /// A PRIVMSG or NOTICE.
    pub(super) fn on_speech(&mut self, message: &Message, verb: Verb, target: &str, text: &str) {
        // What a server says is for people to read in a log.
        let Some((nick, user, host)) = prefix_parts(message) else { return };
        let own = self.is_us(nick);
        let target = self.isupport.without_status(target);
        if own && self.on_echo(message, verb, target, text) {
            return self.on_own_prefix(user, host);
        }
        let (form, text) = match (verb, Ctcp::read(text)) {
            (Verb::Notice, Ctcp::None(text) | Ctcp::Action(text)) => (Form::Notice, text),
            (_, Ctcp::None(text)) => (Form::Text, text),
            (_, Ctcp::Action(text)) => (Form::Emote, text),
            (Verb::Privmsg, Ctcp::Other(word, rest)) if !own && self.is_us(target) => {
                return self.answer_ctcp(nick, word, rest);
            }
            (_, Ctcp::Other(..)) => return,
        };
        let folded = self.names.fold(target);
        let place = if self.isupport.is_channel(target) {
            match self.rooms.id(&folded).cloned().or_else(|| self.room_id(target)) {
                Some(room) => Place::Room(room),
                None => return,
            }
        } else {
            // An echo of ours that nobody waits for names its peer as the target.
            let peer = self.names.fold(if own { target } else { nick });
            let shown = if own { target } else { nick };
            let (user, host) = if own { ("", "") } else { (user, host) };
            let address = self.peers.address(&peer, shown, user, host);
            Place::private(self.network.clone(), address)
        };
        let timing = self.timing(message, &folded);
        if !own && timing == Timing::Live {
            self.see(nick, user, host);
        }
        let mut speaker = self.speaker(message);
        if let (Place::Room(room), false, Timing::Live) = (&place, own, timing) {
            speaker = self.in_power(speaker, message, room, &folded);
        }
        let (words, content) = content::read(text);
        let id = self.caps.has(Cap::MessageTags).then(|| tag(message, "msgid")).flatten();
        // The draft's name is what is in use; the other is what it will be called.
        let reply_to = tag(message, "+draft/reply").or_else(|| tag(message, "+reply"));
        let said = Said {
            id: id.map(MessageId::new),
            speaker,
            name: SmolStr::new(nick),
            place,
            reply_to: reply_to.map(MessageId::new),
            form,
            own,
            text: words,
            content,
            files: Vec::new(),
        };
        self.report_message(message, timing, EventKind::Message(said));
    }

    /// What we said comes back: the proof that it went out. Whether anybody waited for it.
    fn on_echo(&mut self, message: &Message, verb: Verb, target: &str, text: &str) -> bool {
        let target = self.names.fold(target);
        let label = tag(message, "label").and_then(|label| label.parse().ok());
        let id = tag(message, "msgid");
        let echo = Echo { label, verb, target: &target, text, id };
        let answer = self.awaited.confirm(echo);
        self.take_answer(answer)
    }

    /// Who sent a message, by all that vouches for it.
    pub(super) fn speaker(&self, message: &Message) -> Speaker {
        let Some((nick, user, host)) = prefix_parts(message) else { return Speaker::claimed([]) };
        let folded = self.names.fold(nick);
        let seen = Seen { nick, user, host, account: self.account(message, &folded) };
        let speaker = self.evidence.speaker(seen);
        match self.members.presence(&folded, user, host) {
            Some(presence) => speaker.at(presence.clone()),
            None => speaker,
        }
    }

    /// Somebody says something, now. Where names are compared by another rule than ours, two people
    /// may look like one, and nobody is known to stay anywhere.
    fn see(&mut self, nick: &str, user: &str, host: &str) {
        if !self.evidence.is_sound() {
            return;
        }
        let Self { members, network, nonce, stays, names, .. } = self;
        members.see(&names.fold(nick), (user, host), || {
            *stays += 1;
            Presence::new(network.clone(), format_smolstr!("{nonce:x}.{stays}"))
        });
    }

    /// The account that our server vouches for now.
    ///
    /// With account-tag every message says it, and one that does not is from somebody logged out.
    /// Elsewhere it is what we were told, as long as we are told of changes too.
    fn account<'a>(&'a self, message: &'a Message, folded: &str) -> Option<&'a str> {
        if self.caps.has(Cap::AccountTag) {
            return tag(message, "account").filter(|account| !matches!(*account, "" | "*"));
        }
        self.caps.has(Cap::AccountNotify).then(|| self.members.account(folded)).flatten()
    }

    /// Whether a message is said now, or repeated to us.
    fn timing(&self, message: &Message, folded_target: &str) -> Timing {
        let batch = tag(message, "batch").and_then(|reference| self.batches.get(reference));
        if batch == Some(&Batch::History) {
            return Timing::History;
        }
        // A server that cannot mark history may still date it.
        let since = self.rooms.since(folded_target);
        match (self.caps.has(Cap::Batch), self.server_time(message), since) {
            (false, Some(said), Some(since)) if said < since => Timing::History,
            _ => Timing::Live,
        }
    }
}
