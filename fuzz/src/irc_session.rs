//! An IRC session: whatever a server sends, in whatever pieces, it never panics, holds bounded
//! memory, sends legal lines alone, and gives each delivery exactly one receipt by the end of the
//! connection.
//!
//! The first byte chooses the settings, the second how many bytes come at once. A line of the
//! input that begins with `!` is not the server's: it is time, a delivery or the flood limit.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use nuncio_core::{
    action::{Action, Output},
    content::Content,
    event::{Form, MessageId},
    moment::Moment,
    place::{Address, Place},
};
use nuncio_irc::{
    casemap::CaseMapping,
    config::{Credentials, Mechanism, Room, Settings, Trust},
    session::{Effect, Ending, Input, Session},
    wire::{Framer, Received},
};
use nuncio_policy::{CaseMapping as Rule, Network, Power, RoomId};

/// Plays the bytes as what a server sends, and what the house asks meanwhile.
pub fn check(data: &[u8]) {
    let [choice, piece, script @ ..] = data else { return };
    let mut run = Run::new(*choice);
    if choice & 1 != 0 {
        run.register();
    }
    for line in script.split_inclusive(|byte| *byte == b'\n') {
        match line {
            [b'!', command @ ..] => run.command(command),
            line => run.server(line, usize::from(*piece).max(1)),
        }
    }
    run.end();
}

struct Run {
    session: Session,
    framer: Framer,
    now: Moment,
    network: Network,
    /// Whether lines leave at once, or wait for the flood limit.
    drains: bool,
    open: HashSet<u64>,
    tickets: u64,
}

impl Run {
    fn new(choice: u8) -> Self {
        let network: Network = "irc".parse().expect("a name");
        let wall = Timestamp::UNIX_EPOCH;
        let now = Moment { wall, uptime: Duration::from_secs(1) };
        let session = Session::new(network.clone(), settings(choice), now);
        let framer = Framer::default();
        Self { session, framer, now, network, drains: true, open: HashSet::new(), tickets: 0 }
    }

    fn register(&mut self) {
        self.step(Input::Connected { nonce: 1 });
        let caps = "account-notify account-tag batch chghost echo-message extended-join \
                    labeled-response message-tags server-time";
        for line in [
            &*format!("CAP * LS :{caps}\r\n"),
            &*format!("CAP * ACK :{caps}\r\n"),
            ":s 001 bot :Welcome bot!~b@host\r\n",
            ":s 005 bot CASEMAPPING=rfc1459 WHOX MONITOR=9 :are supported\r\n",
            ":s 422 bot :no motd\r\n",
            ":bot!~b@host JOIN #a\r\n",
        ] {
            self.server(line.as_bytes(), usize::MAX);
        }
    }

    fn server(&mut self, bytes: &[u8], piece: usize) {
        for chunk in bytes.chunks(piece) {
            let mut lines = Vec::new();
            self.framer.feed(chunk, |_, line| lines.push(Received::parse(line)));
            assert!(self.framer.held() <= 8191 + 16 * 1024);
            for line in lines {
                if self.session.takes_lines() {
                    self.step(Input::Line(line));
                }
            }
            self.framer.limit_body(self.session.line_limit());
        }
    }

    fn command(&mut self, command: &[u8]) {
        let text = String::from_utf8_lossy(command);
        let (word, rest) = text.trim_end().split_once(' ').unwrap_or((text.trim_end(), ""));
        let room = |name: &str| RoomId::new(&self.network, name, Rule::Rfc1459);
        let (who, why) = rest.split_once(' ').unwrap_or((rest, ""));
        let reason = (!why.is_empty()).then(|| why.to_owned());
        let power = |name: &str| name.parse().unwrap_or(Power::Op);
        let action = match word {
            "+" => {
                let seconds = rest.parse::<u32>().unwrap_or(1).min(100_000);
                self.now = self.now.after(Duration::from_secs(seconds.into()));
                return self.step(Input::Tick);
            }
            "connect" => return self.step(Input::Connected { nonce: 2 }),
            "cut" => return self.step(Input::Closed(&Ending::Again("cut".to_owned()))),
            "quit" => return self.step(Input::Leave(rest.get(..100).unwrap_or("bye"))),
            "slow" => return self.drains = false,
            "fast" => {
                self.drains = true;
                return self.drain();
            }
            "join" => match room(rest) {
                Ok(room) => Action::Join { room, key: None },
                Err(_) => return,
            },
            "leave" => match room(rest) {
                Ok(room) => Action::Leave { room, reason: Some(rest.to_owned()) },
                Err(_) => return,
            },
            "topic" => Action::Topic { text: rest.to_owned() },
            "kick" => Action::Kick { who: who.into(), reason },
            "ban" => Action::Ban { who: who.into(), reason },
            "unban" => Action::Unban { who: rest.into() },
            "promote" => Action::Promote { who: who.into(), power: power(why) },
            "demote" => Action::Demote { who: who.into(), power: power(why) },
            "invite" => Action::Invite { who: who.into(), reason },
            "redact" => Action::Redact { target: MessageId::new(who), reason },
            "emote" => Action::Say { content: Content::text(rest), form: Form::Emote },
            _ => Action::Say { content: Content::markdown(rest), form: Form::Text },
        };
        let to = match (word, room("#a")) {
            ("private", _) | (_, Err(_)) => {
                Place::private(self.network.clone(), Address::new("ann"))
            }
            (_, Ok(room)) => Place::Room(room),
        };
        if self.session.takes_deliveries() {
            self.tickets += 1;
            self.open.insert(self.tickets);
            let output = Output { to, action, about: None, last: false, failed: false };
            self.step(Input::Act(self.tickets, &output));
        }
    }

    fn step(&mut self, input: Input<'_>) {
        self.session.step(input, self.now);
        self.collect();
        if self.drains {
            self.drain();
        }
    }

    fn drain(&mut self) {
        while let Some(line) = self.session.next_line() {
            let body = line.as_bytes().strip_suffix(b"\r\n").expect("an ending");
            assert!(!body.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
            let limit = self.session.line_limit() + "@label=18446744073709551615 ".len();
            assert!(line.as_bytes().len() <= limit);
        }
        self.session.step(Input::Flushed, self.now);
        self.collect();
    }

    fn collect(&mut self) {
        let mut effects = 0;
        for effect in self.session.effects() {
            effects += 1;
            if let Effect::Settle(ticket, _) = effect {
                assert!(self.open.remove(&ticket), "a second receipt");
            }
        }
        assert!(effects <= 1000, "{effects} effects of one input");
    }

    fn end(mut self) {
        self.step(Input::Closed(&Ending::Again("the end".to_owned())));
        assert!(self.open.is_empty(), "no receipt for {:?}", self.open);
    }
}

fn settings(choice: u8) -> Settings {
    let secret = |text: &str| text.to_owned().into();
    Settings {
        nick: "bot".to_owned(),
        alternative_nicks: vec!["bot_".to_owned()],
        username: "bot".to_owned(),
        realname: "bot".to_owned(),
        password: (choice & 2 != 0).then(|| secret("x")),
        sasl: (choice & 5 == 4).then(|| Credentials {
            account: "bot".to_owned(),
            mechanism: Mechanism::Plain(secret("x")),
        }),
        rooms: vec![
            Room { name: "#a".to_owned(), key: None },
            Room { name: "#b".to_owned(), key: Some(secret("k")) },
        ],
        casemapping: if choice & 8 != 0 { CaseMapping::Ascii } else { CaseMapping::Rfc1459 },
        trust: if choice & 16 != 0 { Trust::Hostmask } else { Trust::Account },
        ping_timeout: Duration::from_mins(2),
        regain: true,
        rejoin_after: (choice & 32 == 0).then(|| Duration::from_secs(10)),
    }
}
