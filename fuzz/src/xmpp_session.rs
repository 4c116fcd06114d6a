//! An XMPP session: whatever a server passes on, it never panics, holds bounded memory, sends
//! well-formed stanzas alone, verifies nobody beyond what a plain model of the rules allows, and
//! gives each delivery exactly one receipt by the end of the stream.
//!
//! The first byte chooses the settings. A line of the input that begins with `!` is not the
//! server's: it is time, the stream, a delivery or the flood limit. One that begins with `#` is a
//! stanza put together from what the session knows: its bytes choose kind, type, sender, id and
//! payloads. Any other is a stanza as XML.

mod model;
mod stanza;

use std::{collections::HashSet, sync::LazyLock, time::Duration};

use jiff::Timestamp;
use nuncio_core::{
    action::{Action, Output},
    config::{Secret, SecretSource},
    content::Content,
    delivery::OutputKey,
    event::{Form, MessageId},
    file::File,
    moment::Moment,
    place::{Address, Place},
    receipt::Retry,
};
use nuncio_policy::{CaseMapping, Network, Power, RoomId};
use nuncio_xmpp::{
    config::{Config, ConfigError, Settings},
    session::{Effect, Ending, Input, Session, Way, read_stanza, write_stanza},
};

use self::model::Model;

/// The most bytes of a stanza of ours: what the strictest common server takes.
const MAX_STANZA: usize = 64 * 1024;

/// The most that may wait, or come of one input.
const MANY: usize = 1000;

/// Plays the bytes as what a server passes on, and what the house asks meanwhile.
pub fn check(data: &[u8]) {
    let [choice, script @ ..] = data else { return };
    let mut run = Run::new(*choice);
    run.online();
    if choice & 1 != 0 {
        run.enter();
    }
    for line in script.split(|byte| *byte == b'\n') {
        match line {
            [b'!', command @ ..] => run.command(&String::from_utf8_lossy(command)),
            [b'#', choices @ ..] => run.server(&stanza::of(choices)),
            line => run.server(&String::from_utf8_lossy(line)),
        }
    }
    run.end();
}

struct Run {
    session: Session,
    now: Moment,
    network: Network,
    model: Model,
    /// Whether stanzas leave at once, or wait for the flood limit.
    drains: bool,
    streams: u64,
    keys: HashSet<String>,
    open: HashSet<u64>,
    tickets: u64,
    /// The stanzas that the server has not confirmed.
    followed: Vec<String>,
    /// The files that are being put somewhere.
    puts: Vec<u64>,
}

impl Run {
    fn new(choice: u8) -> Self {
        let network: Network = "xmpp".parse().expect("a name");
        let now = Moment { wall: Timestamp::UNIX_EPOCH, uptime: Duration::from_secs(1) };
        let session = Session::new(network.clone(), settings(choice).clone(), now);
        Self {
            session,
            now,
            model: Model::new(network.clone()),
            network,
            drains: true,
            streams: 0,
            keys: HashSet::new(),
            open: HashSet::new(),
            tickets: 0,
            followed: Vec::new(),
            puts: Vec::new(),
        }
    }

    fn online(&mut self) {
        self.streams += 1;
        self.followed.clear();
        let nonce = self.streams;
        self.step(Input::Online { nonce, acks: nonce % 2 == 1 });
    }

    fn enter(&mut self) {
        for step in 0..3 {
            self.server(&stanza::entered(step));
        }
    }

    fn server(&mut self, xml: &str) {
        let Some(stanza) = read_stanza(xml).filter(|_| self.session.takes_stanzas()) else {
            return;
        };
        let again = read_stanza(xml).map(write_stanza).expect("it was read");
        self.model.hear(&again);
        let before = self.drains;
        self.drains = false;
        self.step(Input::Stanza(stanza));
        self.drains = before;
        let answers = if before { self.drain() } else { Vec::new() };
        // RFC 6120 §8.2.3, §8.3.1: else two programs might go on for ever.
        if again.contains("type=\"error\"") || again.contains("type='error'") {
            let answered = answers.iter().any(|answer| answer.contains("type='error'"));
            assert!(!answered, "an error is answered with an error: {again}");
        }
    }

    fn command(&mut self, text: &str) {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let room = |name: &str| RoomId::new(&self.network, name, CaseMapping::Jid);
        let here = room(stanza::ROOM).expect("a room");
        let said = |form| Action::Say { content: Content::markdown(rest), form };
        let action = match word {
            "+" => {
                let seconds = rest.parse::<u32>().unwrap_or(1).min(100_000);
                self.now = self.now.after(Duration::from_secs(seconds.into()));
                return self.step(Input::Tick);
            }
            "online" => return self.online(),
            "suspended" => return self.step(Input::Suspended("cut")),
            "resumed" => return self.step(Input::Resumed),
            "cut" => return self.step(Input::Closed(&Ending::Again("cut".to_owned()))),
            "quit" => return self.step(Input::Leave(rest.get(..100).unwrap_or("bye"))),
            "acked" | "written" | "lost" => return self.follow(word),
            "put" | "unput" => {
                let outcome = match word {
                    "put" => Ok(()),
                    _ => Err((rest.to_owned(), Retry::Later(None))),
                };
                let ticket = self.puts.pop().unwrap_or_default();
                return self.step(Input::Put(ticket, outcome));
            }
            "slow" => return self.drains = false,
            "fast" => {
                self.drains = true;
                self.drain();
                return;
            }
            "join" => match room(rest) {
                Ok(room) => Action::Join { room, key: None },
                Err(_) => return,
            },
            "leave" => Action::Leave { room: room(rest).unwrap_or(here.clone()), reason: None },
            "topic" => Action::Topic { text: rest.to_owned() },
            "kick" => Action::Kick { who: rest.into(), reason: Some(rest.to_owned()) },
            "ban" => Action::Ban { who: rest.into(), reason: Some(rest.to_owned()) },
            "unban" => Action::Unban { who: rest.into() },
            "promote" => Action::Promote { who: rest.into(), power: Power::Op },
            "demote" => Action::Demote { who: rest.into(), power: Power::Op },
            "invite" => Action::Invite { who: rest.into(), reason: Some(rest.to_owned()) },
            "redact" => Action::Redact { target: MessageId::new(rest), reason: None },
            "emote" => said(Form::Emote),
            "file" => match File::new("a.txt", "text/plain", rest.as_bytes()) {
                Ok(file) => Action::File { file, caption: Content::markdown(rest) },
                Err(_) => return,
            },
            "long" => {
                let text = rest.repeat(MAX_STANZA / rest.len().max(1));
                Action::Say { content: Content::text(&text), form: Form::Text }
            }
            _ => said(Form::Text),
        };
        let to = match word {
            "private" => Place::private(self.network.clone(), Address::new(stanza::ANN)),
            "whisper" => Place::private(self.network.clone(), Address::new(rest)),
            _ => Place::Room(here),
        };
        if self.session.takes_deliveries() {
            self.tickets += 1;
            self.open.insert(self.tickets);
            let key = OutputKey::stored(format!("k{}", self.tickets));
            let output = Output { to, action, about: None, last: false, failed: false };
            self.step(Input::Act(self.tickets, &key, &output));
        }
    }

    fn follow(&mut self, word: &str) {
        let Some(name) = self.followed.pop() else { return };
        let way = match word {
            "acked" => Way::Acked,
            "written" => Way::Written,
            _ => Way::Lost("no way".to_owned()),
        };
        self.step(Input::Followed(&name, way));
    }

    fn step(&mut self, input: Input<'_>) {
        self.session.step(input, self.now);
        let effects: Vec<Effect> = self.session.effects().collect();
        assert!(effects.len() <= MANY, "{} effects of one input", effects.len());
        for effect in effects {
            match effect {
                Effect::Settle(ticket, _) => {
                    assert!(self.open.remove(&ticket), "a second receipt");
                }
                Effect::Put(put) => self.puts.push(put.ticket),
                Effect::Event(event) => {
                    let key = event.key.as_str().to_owned();
                    assert!(self.keys.insert(key), "two events have the key {}", event.key);
                    self.model.check(&event.kind);
                }
            }
        }
        if self.drains {
            self.drain();
        }
    }

    fn drain(&mut self) -> Vec<String> {
        let mut sent = Vec::new();
        while let Some(outgoing) = self.session.next_stanza() {
            self.followed.extend(outgoing.follow.as_ref().map(ToString::to_string));
            let xml = outgoing.into_xml();
            assert!(xml.len() <= MAX_STANZA, "{} bytes go out at once", xml.len());
            let again = read_stanza(&xml).map(write_stanza);
            assert_eq!(again, Some(shortest(&xml)), "it is not well-formed, or not what was meant");
            sent.push(xml);
            assert!(sent.len() <= MANY, "it says more and more");
        }
        self.followed.truncate(MANY);
        sent
    }

    fn end(mut self) {
        self.step(Input::Closed(&Ending::Again("the end".to_owned())));
        assert!(self.open.is_empty(), "no receipt for {:?}", self.open);
    }
}

/// The same stanza with its empty elements written as they are read again.
fn shortest(xml: &str) -> String {
    let short = |xml: String, name: &&str| {
        xml.replace(&format!("<{name}></{name}>"), &format!("<{name}/>"))
    };
    ["body", "subject", "reason", "status"].iter().fold(xml.to_owned(), short)
}

/// Read once: that takes longer than many a run.
static SETTINGS: LazyLock<[Settings; 4]> = LazyLock::new(|| [0, 1, 2, 3].map(read_settings));

fn settings(choice: u8) -> &'static Settings {
    SETTINGS.get(usize::from(choice >> 1 & 3)).expect("there are four")
}

fn read_settings(choice: u8) -> Settings {
    let trusted = match choice & 1 {
        1 => "trusted_services = [\"muc.example.org\"]",
        _ => "accept_subscriptions = [\"example.org\"]\ncard = { name = \"Bot\" }",
    };
    let config = format!(
        "kind = \"xmpp\"\njid = \"bot@example.org\"\nrooms = [\"{}\", \"{}\"]\nrejoin = {}\n{trusted}",
        stanza::ROOM,
        stanza::FOREIGN,
        choice & 2 == 0,
    );
    let config: Config = toml::from_str(&config).expect("a configuration");
    let secret = |source: &SecretSource| match source {
        SecretSource::Text(secret) => Ok::<Secret, ConfigError>(secret.clone()),
        _ => Err(ConfigError::NoProof),
    };
    config.settings(secret).expect("settings")
}
