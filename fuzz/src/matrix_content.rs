//! What a homeserver passes on: whatever people write, it never panics, nobody is verified but
//! whom the homeserver names, nobody changes what another said, what could not be opened is no
//! message, and what is read can be written within the limits.
//!
//! The first byte says how events come. A line of the input that begins with `<` is HTML; one with
//! `{` an event; one with `!` time, or something that happens to a room; any other is the content
//! of a message of Ann's.

use std::{collections::HashSet, time::Duration};

use jiff::Timestamp;
use nuncio_core::{
    event::{Event, EventKind, Message},
    moment::Moment,
};
use nuncio_matrix::{
    config::Config,
    content::{self, Body, MAX_BYTES, MAX_PARTS},
    session::{Ending, Seal, Session, Setback, Since, Told, Update},
};
use nuncio_policy::{Network, Speaker};
use serde_json::{Value, json};

const ROOM: &str = "!room:example.org";
const ANN: &str = "@ann:example.org";

const CONFIG: &str = r##"
kind = "matrix"
user = "@bot:example.org"
password = "x"
rooms = ["#room:example.org", "!room:example.org"]
accept_invites = ["example.org"]
receipts = true
"##;

/// The most that may come of one input.
const MANY: usize = 100;

/// Plays the bytes as what a homeserver passes on.
pub fn check(data: &[u8]) {
    let [choice, script @ ..] = data else { return };
    let mut run = Run::new(*choice);
    for line in script.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        match line.chars().next() {
            Some('<') => html(&line, &run.network),
            Some('{') => run.told(line.into_owned()),
            Some('!') => run.command(line.trim_start_matches('!')),
            _ => run.says(&line),
        }
    }
    run.session.closed(&Ending::Again("the end".to_owned()));
}

struct Run {
    session: Session,
    network: Network,
    now: Moment,
    seal: Seal,
    since: Since,
    numbers: u64,
    /// What was told, and by whom.
    said: HashSet<(String, String)>,
}

impl Run {
    fn new(choice: u8) -> Self {
        let network: Network = "matrix".parse().expect("a name");
        let config: Config = toml::from_str(CONFIG).expect("a config");
        let settings = config.settings().expect("settings");
        let wall = Timestamp::from_second(1_700_000_000).expect("a time");
        let now = Moment { wall, uptime: Duration::ZERO };
        let mut session = Session::new(network.clone(), settings, 1, now);
        session.knows([ROOM.to_owned()]);
        session.online(None, [ROOM.to_owned()]);
        let seal = match choice % 8 {
            0..=4 => Seal::Open,
            5 => Seal::Opened,
            6 => Seal::Closed,
            _ => Seal::Forged,
        };
        let since = if choice & 8 == 0 { Since::Now } else { Since::Absence };
        Self { session, network, now, seal, since, numbers: 0, said: HashSet::new() }
    }

    fn says(&mut self, content: &str) {
        let content: Value = serde_json::from_str(content)
            .unwrap_or_else(|_| json!({ "msgtype": "m.text", "body": content }));
        self.numbers += 1;
        let event = json!({
            "type": "m.room.message", "event_id": format!("${}", self.numbers), "sender": ANN,
            "content": content,
        });
        self.told(event.to_string());
    }

    fn told(&mut self, json: String) {
        let event: Value = serde_json::from_str(&json).unwrap_or_default();
        let part = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, sender) = (part("event_id").to_owned(), part("sender").to_owned());
        let told = Told { json, seal: self.seal, name: None, power: None };
        let (room, since) = (ROOM.to_owned(), self.since);
        let update = Update { room, members: 3, since, timeline: vec![told], ..Update::default() };
        self.session.at(self.now).update(&update);
        for event in self.events() {
            self.judge(&event.kind, &sender);
        }
        self.said.insert((id, sender));
    }

    fn judge(&self, kind: &EventKind, sender: &str) {
        let is_sender = |speaker: &Speaker| {
            let named = speaker.verified_id().map(|id| id.user().to_owned());
            assert!(named.is_none_or(|named| named == sender), "{sender} speaks for another");
        };
        match kind {
            EventKind::Message(said) => {
                is_sender(&said.speaker);
                self.may_be_read(said);
            }
            EventKind::Edit(said) => {
                is_sender(&said.speaker);
                self.may_be_read(said);
                let id = said.id.as_ref().expect("it changes something").as_str();
                let his = (id.to_owned(), sender.to_owned());
                assert!(self.said.contains(&his), "somebody else's words are changed");
            }
            EventKind::Reaction(reaction) => is_sender(&reaction.speaker),
            EventKind::Retraction(taken) => is_sender(&taken.speaker),
            _ => {}
        }
    }

    fn may_be_read(&self, said: &Message) {
        assert!(matches!(self.seal, Seal::Open | Seal::Opened), "it could not be opened");
        if let Some(content) = &said.content {
            written(&content::write(content, &self.network).0);
        }
    }

    fn command(&mut self, text: &str) {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let session = self.session.at(self.now);
        match word {
            "+" => {
                let seconds = rest.parse::<u32>().unwrap_or(1).min(100_000);
                self.now = self.now.after(Duration::from_secs(seconds.into()));
            }
            "invite" => session.invited(rest, [rest]),
            "asked" => session.asked_in(rest, ANN, true),
            "ends" => session.update(&Update {
                room: ROOM.to_owned(),
                since: Since::Now,
                successor: Some(rest.to_owned()),
                ..Update::default()
            }),
            "left" => {
                let json = rest.to_owned();
                session.left(ROOM, &[Told { json, seal: Seal::Open, name: None, power: None }]);
            }
            _ => session.update(&Update { room: rest.to_owned(), ..Update::default() }),
        }
        self.events();
        let mut errands = 0;
        while let Some(errand) = self.session.at(self.now).next_errand() {
            let outcome = match errands % 3 {
                0 => Err(Setback::Refused("no".to_owned())),
                1 => Ok(None),
                _ => Err(Setback::Hindered("no".to_owned())),
            };
            self.session.errand_ended(&errand, outcome);
            errands += 1;
            assert!(errands <= MANY, "it has ever more to do");
        }
    }

    fn events(&mut self) -> Vec<Event> {
        let events: Vec<Event> = self.session.events().collect();
        assert!(events.len() <= MANY, "{} events of one input", events.len());
        events
    }
}

fn html(html: &str, network: &Network) {
    written(&content::write(&content::read(html), network).0);
}

fn written(bodies: &[Body]) {
    assert!(bodies.len() <= MAX_PARTS, "{} messages", bodies.len());
    for Body { text, html, .. } in bodies {
        let bytes = |text: &str| json!(text).to_string().len() - 2;
        let bytes = bytes(text) + html.as_deref().map_or(0, bytes);
        assert!(bytes <= MAX_BYTES, "{bytes} bytes in one message");
    }
}
