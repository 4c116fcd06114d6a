//! Our own name: taken, in use, taken back.

use nuncio_core::event::EventKind;
use smol_str::{SmolStr, format_smolstr};

use super::{Ending, Phase, Session};
use crate::{isupport::Isupport, wire::Verb};

/// How many numbered nicks we try before we give the connection up.
const NUMBERED: usize = 20;

/// How we are called on this connection, and how others see where we come from.
#[derive(Debug)]
pub(super) struct Nick {
    pub(super) wanted: SmolStr,
    pub(super) current: SmolStr,
    user: Option<SmolStr>,
    host: Option<SmolStr>,
    tries: usize,
}

impl Nick {
    pub(super) fn new(wanted: &str) -> Self {
        let wanted = SmolStr::new(wanted);
        Self { current: wanted.clone(), wanted, user: None, host: None, tries: 0 }
    }

    /// Begins a connection with the nick that we want.
    pub(super) fn begin(&mut self) {
        *self = Self::new(&self.wanted);
    }

    /// The server says how we are called.
    pub(super) fn welcome(&mut self, nick: &str) {
        self.current = SmolStr::new(nick);
    }

    /// A line of our own shows where we come from. Whether that was news.
    pub(super) fn seen(&mut self, user: &str, host: &str) -> bool {
        let differs =
            |known: &Option<SmolStr>, new: &str| !new.is_empty() && known.as_deref() != Some(new);
        let (new_user, new_host) = (differs(&self.user, user), differs(&self.host, host));
        if new_user {
            self.user = Some(SmolStr::new(user));
        }
        if new_host {
            self.host = Some(SmolStr::new(host));
        }
        new_user || new_host
    }

    /// The bytes of `nick!user@host`, as others get it: the most that it can be while it is unknown.
    pub(super) fn prefix_bytes(&self, isupport: &Isupport) -> usize {
        let user = self.user.as_ref().map_or(isupport.userlen, SmolStr::len);
        let host = self.host.as_ref().map_or(isupport.hostlen, SmolStr::len);
        self.current.len() + user + host + 2
    }

    /// The next nick to try while registering; none when it is enough.
    fn next(&mut self, alternatives: &[String], nicklen: usize) -> Option<SmolStr> {
        self.tries += 1;
        if let Some(nick) = alternatives.get(self.tries - 1) {
            return Some(SmolStr::new(nick));
        }
        let number = self.tries - alternatives.len();
        let room = nicklen.saturating_sub(2).max(1);
        let stem = self.wanted.get(..self.wanted.floor_char_boundary(room))?;
        (number <= NUMBERED).then(|| format_smolstr!("{stem}{number}"))
    }
}

impl Session {
    /// Whether a name is ours.
    pub(super) fn is_us(&self, nick: &str) -> bool {
        self.names.same(nick, &self.nick.current)
    }

    /// The nick that we asked for cannot be had (432, 433, 436, 437).
    pub(super) fn on_nick_refused(&mut self, words: &str) {
        if self.phase != Phase::Greeting {
            return;
        }
        match self.nick.next(&self.settings.alternative_nicks, self.isupport.nicklen) {
            Some(nick) => {
                self.send(Self::command(Verb::Nick, [&*nick]));
                self.nick.current = nick;
            }
            None => self.close(Ending::Again(format!("no nick can be had: {words}"))),
        }
    }

    /// Whether we should be called otherwise, and may.
    fn wants_nick(&self) -> bool {
        self.settings.regain
            && self.phase == Phase::Online
            && self.nick.wanted != self.nick.current
            && self.nick.wanted.len() <= self.isupport.nicklen
    }

    /// Begins to wait for our nick: the server tells us where it can, and we ask again and again.
    pub(super) fn watch_for_nick(&mut self) {
        let waits = self.wants_nick();
        self.timers.watch_for_nick(waits, self.now.uptime);
        if waits && self.isupport.monitor {
            self.send(Self::command(Verb::Monitor, ["+", &self.nick.wanted]));
        }
    }

    /// Asks for the nick that we want.
    pub(super) fn regain(&mut self) {
        let waits = self.wants_nick();
        if waits {
            self.send(Self::command(Verb::Nick, [&*self.nick.wanted]));
        }
        self.timers.watch_for_nick(waits, self.now.uptime);
    }

    /// Somebody gave a nick up.
    pub(super) fn on_nick_free(&mut self, nick: &str) {
        if self.names.same(nick, &self.nick.wanted) && self.wants_nick() {
            self.regain();
        }
    }

    /// We are called otherwise now.
    pub(super) fn on_own_nick(&mut self, nick: &str) {
        self.nick.current = SmolStr::new(nick);
        self.report(EventKind::OwnName { room: None, name: SmolStr::new(nick) });
        self.report_features();
        if !self.wants_nick() && self.isupport.monitor {
            self.send(Self::command(Verb::Monitor, ["-", &self.nick.wanted]));
        }
        self.watch_for_nick();
    }

    /// Where we come from, as others see it, has been shown.
    pub(super) fn on_own_prefix(&mut self, user: &str, host: &str) {
        if self.nick.seen(user, host) && self.phase == Phase::Online {
            self.report_features();
        }
    }
}
