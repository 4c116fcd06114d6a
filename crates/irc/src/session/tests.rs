//! Conversations with a server, as logs: each input with all that follows from it.
//!
//! | line | is |
//! |---|---|
//! | `<< LINE` | what the server sends |
//! | `>> LINE` | what we send |
//! | `-- …` | an event or a receipt |
//! | `++ SECONDS` | time that passes |
//! | `do …` | a delivery |
//! | `connect`, `cut WHY`, `leave WORDS` | the connection |

mod accounts;
mod delivery;
mod greeting;
mod moderation;
mod nicks;
mod power;
mod rooms;
mod roster;
mod show;
mod speech;
mod stays;

use std::time::Duration;

use jiff::Timestamp;
use nuncio_core::{
    action::{Action, Output},
    config::{Secret, SecretSource},
    content::Content,
    event::Form,
    moment::Moment,
    place::{Address, Place},
    query::Query,
};

use super::{Effect, Ending, Input, Session};
use crate::{
    config::{Config, ConfigError},
    wire::{Framer, Received},
};

/// A session under test and the log so far.
struct Chat {
    session: Session,
    now: Moment,
    tickets: u64,
    log: Vec<String>,
    /// Whether the log says who stays where.
    stays: bool,
}

/// Plays the inputs of a log and compares all of it.
#[track_caller]
fn check(config: &str, log: &str) {
    let expected: Vec<&str> = log.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let mut chat = Chat::new(config);
    for line in &expected {
        if !line.starts_with(">>") && !line.starts_with("--") {
            chat.play(line);
        }
    }
    compare(&chat.log, &expected);
}

/// A log that begins when the session is registered as `bot`, with these extensions and tokens.
#[track_caller]
fn check_online(config: &str, caps: &str, isupport: &str, log: &str) {
    check_chat(Chat::new(config), caps, isupport, log);
}

/// The same log, which says who stays where.
#[track_caller]
fn check_stays(caps: &str, isupport: &str, log: &str) {
    let chat = Chat::new("rooms = [\"#a\", \"#b\"]");
    check_chat(Chat { stays: true, ..chat }, caps, isupport, log);
}

#[track_caller]
fn check_chat(mut chat: Chat, caps: &str, isupport: &str, log: &str) {
    let expected: Vec<&str> = log.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    chat.register(caps, isupport);
    for line in &expected {
        if !line.starts_with(">>") && !line.starts_with("--") {
            chat.play(line);
        }
    }
    compare(&chat.log, &expected);
}

/// Shows the log up to the first line that is not as expected.
#[track_caller]
fn compare(log: &[String], expected: &[&str]) {
    let same = log.iter().zip(expected).take_while(|(is, wanted)| is == wanted).count();
    if let (None, None) = (log.get(same), expected.get(same)) {
        return;
    }
    let so_far = log[..same].join("\n");
    panic!("{so_far}\n(expected) {:?}\n(happened) {:?}", expected.get(same), &log[same..]);
}

impl Chat {
    fn new(config: &str) -> Self {
        let text = format!("kind = \"irc\"\nserver = \"irc.example\"\n{config}");
        let text = if config.contains("nick =") { text } else { format!("nick = \"bot\"\n{text}") };
        let config: Config = toml::from_str(&text).expect("a config");
        let settings = config
            .settings(|source: &SecretSource| match source {
                SecretSource::Text(secret) => Ok::<Secret, ConfigError>(secret.clone()),
                _ => Err(ConfigError::NoPassword),
            })
            .expect("settings");
        let wall: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let now = Moment { wall, uptime: Duration::from_secs(1000) };
        let session = Session::new("irc".parse().expect("a name"), settings, now);
        Self { session, now, tickets: 0, log: Vec::new(), stays: false }
    }

    fn register(&mut self, caps: &str, isupport: &str) {
        self.play("connect");
        self.play(&format!("<< :irc.example CAP * LS :{caps}"));
        self.play(&format!("<< :irc.example CAP * ACK :{caps}"));
        self.play("<< :irc.example 001 bot :Welcome bot!~bot@host.example");
        self.play(&format!("<< :irc.example 005 bot {isupport} :are supported by this server"));
        self.play("<< :irc.example 422 bot :no motd");
        self.log.clear();
    }

    fn play(&mut self, line: &str) {
        self.log.push(line.to_owned());
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "<<" => {
                let mut lines = Vec::new();
                let bytes = format!("{rest}\r\n");
                Framer::default()
                    .feed(bytes.as_bytes(), |_, line| lines.push(Received::parse(line)));
                for received in lines {
                    self.step(Input::Line(received));
                }
            }
            "++" => {
                self.now = self.now.after(Duration::from_secs(rest.parse().expect("seconds")));
                self.step(Input::Tick);
            }
            "connect" => {
                self.step(Input::Connecting);
                self.step(Input::Connected { nonce: 7 });
            }
            "who" => {
                let room = self.session.room_id(rest).expect("a room");
                let answer = self.session.answer_query(&Query::Members { room });
                self.log.push(show::answer(&answer));
            }
            "cut" => self.step(Input::Closed(&Ending::Again(rest.to_owned()))),
            "leave" => self.step(Input::Leave(rest)),
            "do" => {
                let output = self.output(rest);
                self.tickets += 1;
                self.step(Input::Act(self.tickets, &output));
            }
            other => panic!("not a line of a log: {other}"),
        }
    }

    fn step(&mut self, input: Input<'_>) {
        self.session.step(input, self.now);
        let mut wrote = false;
        while let Some(line) = self.session.next_line() {
            wrote = true;
            let text = String::from_utf8(line.as_bytes().to_vec()).expect("text");
            let text = text.strip_suffix("\r\n").expect("an ending");
            assert!(line.as_bytes().len() <= 512 && !text.contains(['\r', '\n']), "{text:?}");
            self.log.push(format!(">> {}", text.escape_debug().to_string().replace("\\\"", "\"")));
        }
        if wrote {
            self.session.step(Input::Flushed, self.now);
        }
        let effects: Vec<Effect> = self.session.effects().collect();
        self.log.extend(effects.iter().filter_map(|effect| show::effect(effect, self.stays)));
    }

    /// `say #room text`, `emote nick text`, `notice …`, `join #room [key]`, `leave #room [why]`,
    /// `kick #room nick why`, `topic #room text`.
    fn output(&self, text: &str) -> Output {
        let (verb, rest) = text.split_once(' ').expect("a verb");
        let (target, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let to = match self.session.room_id(target) {
            Some(room) if target.starts_with('#') => Place::Room(room),
            _ => Place::private(self.session.network.clone(), Address::new(target)),
        };
        let said = |form| Action::Say { content: Content::markdown(rest), form };
        let room = to.room().cloned();
        let action = match (verb, room) {
            ("say", _) => said(Form::Text),
            ("emote", _) => said(Form::Emote),
            ("notice", _) => said(Form::Notice),
            ("typing", _) => Action::Typing { on: true },
            ("join", Some(room)) => {
                let key = (!rest.is_empty()).then(|| rest.to_owned().into());
                Action::Join { room, key }
            }
            ("leave", Some(room)) => {
                Action::Leave { room, reason: (!rest.is_empty()).then(|| rest.to_owned()) }
            }
            ("kick", _) => {
                let (who, why) = rest.split_once(' ').expect("a reason");
                Action::Kick { who: who.into(), reason: Some(why.to_owned()) }
            }
            ("topic", _) => Action::Topic { text: rest.to_owned() },
            (verb, _) => moderation::action(verb, rest),
        };
        Output { to, action, about: None, last: false, failed: false }
    }
}
