//! What the server says.

use irc::proto::{BatchSubCommand, Command, Message};
use nuncio_core::event::{Change, EventKind, Membership, Timing, Topic};
use nuncio_policy::{RoomId, Speaker};
use smol_str::SmolStr;

use super::{Batch, Cap, Ending, Session, rooms::WHOX_TOKEN};
use crate::{
    content::words,
    evidence::Seen,
    wire::{Content, Line, Received, Verb, numeric, prefix_parts, tag},
};

/// The most batches that may be open at once; a server that opens more is not believed.
const MAX_BATCHES: usize = 64;

impl Session {
    /// Takes a line.
    pub(super) fn line(&mut self, received: Received) {
        self.timers.hear(self.now.uptime);
        let cut = received.cut;
        match received.content {
            Content::Unknown(_) => {
                self.report(EventKind::Unknown {
                    what: SmolStr::new_static("a line that is no message"),
                });
            }
            Content::Message(message) => self.message(&message, cut),
        }
        let gone = self.members.take_gone();
        if !gone.is_empty() {
            self.report(EventKind::Gone(gone));
        }
    }

    fn message(&mut self, message: &Message, cut: bool) {
        match &message.command {
            // Half a sentence is not what somebody said, and half a command another one.
            Command::PRIVMSG(..) | Command::NOTICE(..) if cut => {
                self.report(EventKind::Unknown {
                    what: SmolStr::new_static("a message that was too long"),
                });
            }
            Command::PRIVMSG(target, text) => self.on_speech(message, Verb::Privmsg, target, text),
            Command::NOTICE(target, text) => self.on_speech(message, Verb::Notice, target, text),
            Command::PING(token, last) => {
                let token = last.as_ref().unwrap_or(token);
                self.send(Line::begin(Verb::Pong).last(token));
            }
            Command::JOIN(room, account, _) => self.on_join(message, room, account.as_deref()),
            Command::PART(room, reason) => self.on_part(message, room, reason.as_deref()),
            Command::KICK(room, who, reason) => self.on_kick(message, room, who, reason.as_deref()),
            Command::QUIT(reason) => self.on_quit(message, reason.as_deref()),
            Command::NICK(new) => self.on_nick(message, new),
            Command::INVITE(who, room) => self.on_invite(message, who, room),
            Command::ACCOUNT(account) => self.on_account(message, account),
            Command::CHGHOST(user, host) => self.on_chghost(message, user, host),
            Command::TOPIC(room, text) => self.on_topic(message, room, text.as_deref()),
            Command::BATCH(reference, kind, _) => self.on_batch(message, reference, kind.as_ref()),
            Command::CAP(_, answer, first, last) => {
                self.on_cap(*answer, first.as_deref(), last.as_deref());
            }
            Command::AUTHENTICATE(challenge) => self.on_authenticate(challenge),
            Command::ERROR(words) => {
                self.close(Ending::Again(format!("the server closed the connection: {words}")));
            }
            Command::PONG(server, token) => self.on_pong(token.as_ref().unwrap_or(server)),
            Command::Raw(word, params) if word == "MODE" => {
                if let Some(room) = params.first() {
                    self.on_done(message, Verb::Mode, room);
                }
                self.on_mode(params, cut);
            }
            Command::Raw(word, params) if numeric(&message.command).is_none() => {
                self.on_word(message, word, params);
            }
            command => {
                if let Some((code, params)) = numeric(command) {
                    if let (353, true, [.., room, _]) = (code, cut, params) {
                        self.ranks.doubt(&self.names.fold(room));
                    }
                    self.on_numeric(message, code, params);
                }
            }
        }
    }

    fn on_word(&mut self, message: &Message, word: &str, params: &[String]) {
        match word {
            "ACK" => {
                let label = tag(message, "label").and_then(|label| label.parse().ok());
                let echoes = self.caps.has(Cap::EchoMessage);
                self.settle(|awaited| awaited.acknowledge(label?, echoes));
            }
            "FAIL" => self.on_refused(message, params),
            "WARN" | "NOTE" | "SETNAME" | "TAGMSG" | "AWAY" => {}
            _ => self.report(EventKind::Unknown { what: SmolStr::new(word) }),
        }
    }

    fn on_numeric(&mut self, message: &Message, code: u16, params: &[String]) {
        let words = params.last().map_or("", String::as_str);
        let about = params.get(1).map_or("", String::as_str);
        match code {
            1 => self.on_welcome(params.first().map_or("", String::as_str), words),
            5 => self.on_isupport(params),
            376 | 422 => self.on_ready(),
            341 => self.on_invited(params),
            353 => self.on_names(params),
            354 => self.on_whox(params),
            366 => self.ranks.end_names(&self.names.fold(about)),
            396 => self.on_own_host(about),
            731 => words.split(',').for_each(|nick| self.on_nick_free(nick)),
            902..=908 => self.on_login(code, words),
            421 if about == "CAP" => self.on_no_caps(),
            432 | 433 | 436 => self.on_nick_refused(words),
            437 if !self.isupport.is_channel(about) => self.on_nick_refused(words),
            464 => {
                let why = format!("the server refused our password ({words}): check `password`");
                self.close(Ending::Refused(why));
            }
            400..=599 | 609 | 716 if !self.on_join_refused(code, about, words) => {
                self.on_refused(message, params);
            }
            _ => {}
        }
    }

    /// The server refused a line of ours. It names the target among the parameters.
    fn on_refused(&mut self, message: &Message, params: &[String]) {
        let words = params.last().map_or("", String::as_str);
        let label = tag(message, "label").and_then(|label| label.parse().ok());
        let names: Vec<SmolStr> = params.iter().skip(1).map(|name| self.names.fold(name)).collect();
        let answer = self.awaited.refuse(label, &names, words);
        if !self.take_answer(answer) {
            tracing::debug!(network = %self.network, words, "The server refused something.");
        }
    }

    fn on_join(&mut self, message: &Message, room: &str, account: Option<&str>) {
        let Some((nick, user, host)) = prefix_parts(message) else { return };
        if self.is_us(nick) {
            self.on_own_prefix(user, host);
            return self.on_own_join(room, self.server_time(message));
        }
        let folded = self.names.fold(nick);
        let room_name = self.names.fold(room);
        self.members.join(&room_name, &folded);
        self.ranks.forget(&room_name, &folded);
        if self.caps.has(Cap::ExtendedJoin) {
            let account = account.filter(|account| *account != "*");
            self.members.set_account(&folded, account);
        }
        self.report_membership(message, Some(room), Change::Join);
    }

    fn on_part(&mut self, message: &Message, room: &str, reason: Option<&str>) {
        let Some((nick, ..)) = prefix_parts(message) else { return };
        if self.is_us(nick) {
            // Why somebody made us leave is what he says, and no log has that.
            return self.on_own_part(room, "we left".to_owned());
        }
        self.report_membership(message, Some(room), Change::Leave(reason.map(str::to_owned)));
        let (room, nick) = (self.names.fold(room), self.names.fold(nick));
        self.members.part(&room, &nick);
        self.ranks.forget(&room, &nick);
    }

    fn on_kick(&mut self, message: &Message, room: &str, who: &str, reason: Option<&str>) {
        let by = prefix_parts(message).map_or("the server", |(nick, ..)| nick);
        if self.is_us(who) {
            return self.on_own_part(room, format!("{by} kicked us"));
        }
        self.on_done(message, Verb::Kick, room);
        let (folded, nick) = (self.names.fold(room), self.names.fold(who));
        self.members.part(&folded, &nick);
        self.ranks.forget(&folded, &nick);
        let Some(room) = self.known_room(room) else { return };
        let who = self.evidence.speaker(Seen { nick: who, user: "", host: "", account: None });
        let change = Change::Kick(reason.map(str::to_owned));
        let kind = membership(who, nick, Some(room), change);
        self.report_message(message, Timing::Live, kind);
    }

    fn on_topic(&mut self, message: &Message, room: &str, text: Option<&str>) {
        self.on_done(message, Verb::Topic, room);
        let nick = prefix_parts(message).map(|(nick, ..)| nick).filter(|nick| !self.is_us(nick));
        let room = self.rooms.id(&self.names.fold(room)).cloned();
        let (Some(nick), Some(room)) = (nick, room) else { return };
        let (speaker, name) = (self.speaker(message), SmolStr::new(nick));
        let topic = Topic { speaker, name, room, text: words(text.unwrap_or_default()) };
        self.report_message(message, Timing::Live, EventKind::Topic(topic));
    }

    fn on_quit(&mut self, message: &Message, reason: Option<&str>) {
        let Some((nick, ..)) = prefix_parts(message) else { return };
        if self.is_us(nick) {
            return;
        }
        self.report_membership(message, None, Change::Leave(reason.map(str::to_owned)));
        let folded = self.names.fold(nick);
        self.members.quit(&folded);
        self.ranks.quit(&folded);
        self.peers.quit(&folded);
        self.on_nick_free(nick);
    }

    fn on_nick(&mut self, message: &Message, new: &str) {
        let Some((nick, ..)) = prefix_parts(message) else { return };
        if self.is_us(nick) {
            return self.on_own_nick(new);
        }
        self.report_membership(message, None, Change::Rename(SmolStr::new(new)));
        let (old, folded) = (self.names.fold(nick), self.names.fold(new));
        if old != folded {
            self.members.rename(&old, &folded);
            self.ranks.rename(&old, &folded);
        }
        self.peers.rename(&old, &folded, new);
        self.on_nick_free(nick);
    }

    fn on_invite(&mut self, message: &Message, who: &str, name: &str) {
        let Some(room) = self.room_id(name).filter(|_| self.is_us(who)) else { return };
        self.on_room_invite(name);
        let from = self.speaker(message);
        let kind = EventKind::Invite { from, room };
        self.report_message(message, Timing::Live, kind);
    }

    fn on_account(&mut self, message: &Message, account: &str) {
        if let Some((nick, ..)) = prefix_parts(message) {
            let folded = self.names.fold(nick);
            let account = Some(account).filter(|account| *account != "*");
            self.members.set_account(&folded, account);
            if account.is_none() {
                self.members.lift(&folded);
            }
        }
    }

    fn on_chghost(&mut self, message: &Message, user: &str, host: &str) {
        let Some((nick, ..)) = prefix_parts(message) else { return };
        if self.is_us(nick) {
            return self.on_own_prefix(user, host);
        }
        let folded = self.names.fold(nick);
        self.peers.move_host(&folded, user, host);
        self.members.lift(&folded);
    }

    /// `396`: our host as others see it; some servers put the user before it.
    fn on_own_host(&mut self, shown: &str) {
        let (user, host) = shown.split_once('@').unwrap_or(("", shown));
        self.on_own_prefix(user, host);
    }

    /// `341`: somebody has been asked into a channel by us. Servers differ in what stands first.
    fn on_invited(&mut self, params: &[String]) {
        if let Some(room) = params.iter().skip(1).find(|param| self.isupport.is_channel(param)) {
            let room = self.names.fold(room);
            self.settle(|awaited| awaited.confirm_act(Verb::Invite, &room));
        }
    }

    /// Something was done to a room; if by us, somebody may wait for it.
    fn on_done(&mut self, message: &Message, verb: Verb, room: &str) {
        if prefix_parts(message).is_some_and(|(nick, ..)| self.is_us(nick)) {
            let folded = self.names.fold(room);
            self.settle(|awaited| awaited.confirm_act(verb, &folded));
        }
    }

    fn on_batch(&mut self, message: &Message, reference: &str, kind: Option<&BatchSubCommand>) {
        if let Some(reference) = reference.strip_prefix('-') {
            self.batches.remove(reference);
        } else if let Some(reference) = reference.strip_prefix('+')
            && self.batches.len() < MAX_BATCHES
        {
            let parent = tag(message, "batch").and_then(|outer| self.batches.get(outer));
            let history = parent == Some(&Batch::History) || kind.is_some_and(is_history);
            let batch = if history { Batch::History } else { Batch::Other };
            self.batches.insert(SmolStr::new(reference), batch);
        }
    }

    /// `353`: `= #room :@nick +nick!user@host …`
    fn on_names(&mut self, params: &[String]) {
        let [.., room, names] = params else { return };
        let room = self.names.fold(room);
        for name in names.split(' ').filter(|name| !name.is_empty()) {
            let (symbols, name) = self.isupport.member(name);
            let nick = self.names.fold(name.split('!').next().unwrap_or(name));
            self.members.join(&room, &nick);
            self.ranks.show(&room, &nick, self.isupport.powers(symbols));
        }
    }

    /// `354`: the answer to our own WHOX: token, nick, account (`0` for none).
    fn on_whox(&mut self, params: &[String]) {
        let [_, token, nick, account] = params else { return };
        if token == WHOX_TOKEN {
            let account = Some(account.as_str()).filter(|account| !matches!(*account, "0" | "*"));
            self.members.set_account(&self.names.fold(nick), account);
        }
    }

    fn known_room(&self, name: &str) -> Option<RoomId> {
        self.rooms.id(&self.names.fold(name)).cloned().or_else(|| self.room_id(name))
    }

    /// Reports that the sender of a message came, went or changed.
    fn report_membership(&mut self, message: &Message, room: Option<&str>, change: Change) {
        let Some((nick, ..)) = prefix_parts(message) else { return };
        let room = match room {
            Some(room) => match self.known_room(room) {
                Some(room) => Some(room),
                None => return,
            },
            None => None,
        };
        let kind = membership(self.speaker(message), SmolStr::new(nick), room, change);
        self.report_message(message, Timing::Live, kind);
    }
}

fn membership(who: Speaker, name: SmolStr, room: Option<RoomId>, change: Change) -> EventKind {
    EventKind::Membership(Membership { who, name, room, change })
}

fn is_history(kind: &BatchSubCommand) -> bool {
    matches!(kind, BatchSubCommand::CUSTOM(kind)
        if ["CHATHISTORY", "ZNC.IN/PLAYBACK", "PLAYBACK"].iter().any(|known| kind.ends_with(known)))
}
