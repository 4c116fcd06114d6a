//! From a fresh connection to a registered one: extensions, login, nick, welcome.

use irc::proto::CapSubCommand;
use nuncio_core::{
    event::{EventKind, LinkState},
    features::Features,
};

use super::{Cap, Ending, Phase, Session};
use crate::wire::{Builder, Line, Verb};

/// How far the login came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Login {
    /// It has not begun, or is not wanted.
    #[default]
    Idle,
    /// The server has not answered yet.
    Asked,
    /// We are logged in.
    Done,
}

impl Session {
    /// Says who we are. The server answers when it has read all of it.
    pub(super) fn greet(&mut self) {
        self.login = Login::Idle;
        if let Some(password) = &self.settings.password {
            let line = Line::begin(Verb::Pass).secret().last(password.expose());
            self.send(line);
        }
        self.send(Self::command(Verb::Cap, ["LS", "302"]));
        self.send(Self::command(Verb::Nick, [&*self.nick.current]));
        let user = Self::begin(Verb::User, [&*self.settings.username, "0", "*"])
            .and_then(|line| line.last(&self.settings.realname));
        self.send(user);
    }

    /// A `CAP` answer: its list is the last parameter, and a `*` before it says that more follow.
    pub(super) fn on_cap(
        &mut self,
        answer: CapSubCommand,
        first: Option<&str>,
        last: Option<&str>,
    ) {
        let (names, more) = last.map_or((first.unwrap_or_default(), false), |names| (names, true));
        match answer {
            CapSubCommand::LS => {
                self.caps.offer(names);
                if more {
                    return;
                }
                self.caps.end_list();
                self.request_caps();
            }
            CapSubCommand::NEW => {
                self.caps.offer(names);
                self.request_caps();
            }
            CapSubCommand::ACK => self.caps.acknowledge(names),
            CapSubCommand::NAK => {
                for name in self.caps.refuse(names) {
                    self.request(&name);
                }
            }
            CapSubCommand::DEL => self.caps.withdraw(names),
            _ => return,
        }
        match self.phase {
            Phase::Greeting => self.continue_greeting(),
            Phase::Online if !self.caps.is_open() => self.report_features(),
            _ => {}
        }
    }

    fn request_caps(&mut self) {
        let with_sasl = self.phase == Phase::Greeting && self.settings.sasl.is_some();
        if let Some(names) = self.caps.request(with_sasl) {
            self.request(&names);
        }
    }

    fn request(&mut self, names: &str) {
        self.send(Self::begin(Verb::Cap, ["REQ"]).and_then(|line| line.last(names)));
    }

    /// Goes on when nothing is open: to the login, then to the end of the negotiation.
    fn continue_greeting(&mut self) {
        if self.caps.is_open() || self.login == Login::Asked {
            return;
        }
        if let Some(sasl) = self.settings.sasl.as_ref().filter(|_| self.login == Login::Idle) {
            if !self.caps.has(Cap::Sasl) {
                let why = "the server offers no login (SASL) now, and `sasl` is configured";
                return self.close(Ending::Again(why.to_owned()));
            }
            let mechanism = sasl.name();
            if !self.caps.offers_mechanism(mechanism) {
                let why =
                    format!("the server does not take `{mechanism}`: change `sasl.mechanism`");
                return self.close(Ending::Refused(why));
            }
            self.login = Login::Asked;
            return self.send(Self::command(Verb::Authenticate, [mechanism]));
        }
        self.send(Self::command(Verb::Cap, ["END"]));
    }

    /// The server asks for the proof.
    pub(super) fn on_authenticate(&mut self, challenge: &str) {
        let Some(sasl) = self.settings.sasl.as_ref().filter(|_| self.login == Login::Asked) else {
            return;
        };
        if challenge != "+" {
            return;
        }
        for part in sasl.answer() {
            let line =
                Line::begin(Verb::Authenticate).secret().middle(&part).and_then(Builder::end);
            self.send(line);
        }
    }

    /// The server took the proof, or not (numerics 902 to 908).
    pub(super) fn on_login(&mut self, code: u16, words: &str) {
        if self.login != Login::Asked {
            return;
        }
        match code {
            903 | 907 => {
                self.login = Login::Done;
                self.continue_greeting();
            }
            902 | 904 | 905 => {
                let why = format!("the server refused our login ({words}): check `sasl`");
                self.close(Ending::Refused(why));
            }
            906 => self.close(Ending::Again(format!("the server broke off our login ({words})"))),
            _ => {}
        }
    }

    /// The server knows no extensions at all.
    pub(super) fn on_no_caps(&mut self) {
        if self.phase == Phase::Greeting && self.caps.is_open() {
            self.caps.end_list();
            if self.settings.sasl.is_some() {
                self.continue_greeting();
            }
        }
    }

    /// `001`: we are in, under this nick. The text often ends in our whole prefix.
    pub(super) fn on_welcome(&mut self, nick: &str, words: &str) {
        if self.phase != Phase::Greeting {
            return;
        }
        if self.settings.sasl.is_some() && self.login != Login::Done {
            let why = "the server let us in without our login, which `sasl` asks for";
            return self.close(Ending::Again(why.to_owned()));
        }
        self.phase = Phase::Welcome;
        self.nick.welcome(nick);
        let prefix =
            words.rsplit(' ').next().and_then(|word| word.strip_prefix(nick)?.strip_prefix('!'));
        if let Some((user, host)) = prefix.and_then(|rest| rest.split_once('@')) {
            self.nick.seen(user, host);
        }
    }

    /// `005`: what the server says about itself, between our nick and some words.
    pub(super) fn on_isupport(&mut self, params: &[String]) {
        let Some((_, tokens)) = params.split_first() else { return };
        let tokens = tokens.split_last().map_or(tokens, |(_, tokens)| tokens);
        self.isupport.apply(tokens.iter().map(String::as_str));
        let names = self.isupport.compare_by(self.settings.casemapping);
        if names != self.names {
            if self.phase == Phase::Online {
                let why = "the server changed how it compares names".to_owned();
                return self.close(Ending::Again(why));
            }
            self.names = names;
            self.rooms.rename_all(|name| names.fold(name));
        }
        let announced = self.isupport.casemapping.as_deref();
        self.evidence
            .set_sound(announced.is_none_or(|name| name == self.settings.casemapping.as_str()));
        if self.phase == Phase::Online {
            self.report_features();
        }
    }

    /// The end of the message of the day: from here on we take part.
    pub(super) fn on_ready(&mut self) {
        if self.phase != Phase::Welcome {
            return;
        }
        self.phase = Phase::Online;
        if !self.evidence.is_sound() {
            tracing::warn!(
                network = %self.network,
                configured = self.settings.casemapping.as_str(),
                announced = self.isupport.casemapping.as_deref().unwrap_or_default(),
                "The server compares names by another rule than `casemapping` says: nobody is \
                 verified until the key says the same.",
            );
        }
        tracing::info!(
            network = %self.network,
            nick = %self.nick.current,
            server_network = self.isupport.network.as_deref().unwrap_or_default(),
            "Registered with the server.",
        );
        if let Some(mode) = self.isupport.bot_mode {
            let mode = format!("+{mode}");
            self.send(Self::command(Verb::Mode, [&*self.nick.current, &mode]));
        }
        let name = self.nick.current.clone();
        self.report(EventKind::OwnName { room: None, name });
        self.report_link(LinkState::Online);
        self.report_features();
        self.watch_for_nick();
        self.join_due_rooms();
    }

    /// Says what the network can do now, and each room of it.
    pub(super) fn report_features(&mut self) {
        let features = self.features();
        self.report(EventKind::Features { room: None, features });
        for (room, name) in self.rooms.joined() {
            self.report_room_features(room, &name);
        }
    }

    /// Says what one room can do: its name takes its part of each line.
    pub(super) fn report_room_features(&mut self, room: nuncio_policy::RoomId, name: &str) {
        let max_text_bytes = Some(self.text_limit(name.len(), Verb::Privmsg));
        let features = Features { max_text_bytes, ..self.features() };
        self.report(EventKind::Features { room: Some(room), features });
    }
}
