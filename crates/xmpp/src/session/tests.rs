//! Conversations with a server, as logs: each input with all that follows from it.
//!
//! | line | is |
//! |---|---|
//! | `<< XML` | what the server sends |
//! | `>> XML` | what we send |
//! | `-- …` | an event or a receipt |
//! | `++ SECONDS` | time that passes |
//! | `do …` | a delivery |
//! | `left TIME …` | one that a process which was killed had made at that time |
//! | `put TICKET [WHY]` | what became of a file |
//! | `acked ID`, `written ID`, `lost ID` | what became of a stanza |
//! | `online`, `suspended`, `resumed`, `cut WHY`, `leave WORDS` | the stream |
//!
//! `MUC` in XML stands for the room `a@muc.example.org`, and `X{…}` for what a room says of an
//! occupant: `X{owner moderator ann@x/1 110}` is his affiliation, role and address, and status
//! codes.

mod abuse;
mod archive;
mod bookmarks;
mod courtesy;
mod delivery;
mod domains;
mod evidence;
mod hostile;
mod moderate;
mod profile;
mod questions;
mod relations;
mod rooms;
mod roster;
mod self_ping;
mod services;
mod show;
mod speech;
mod stays;
mod upload;

use std::time::Duration;

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
    query::Query,
    receipt::Retry,
};
use tokio_xmpp::Stanza;
use xmpp_parsers::minidom::Element;

use super::{Effect, Ending, Input, Session, Way};
use crate::config::{Config, ConfigError};

const MUC: &str = "a@muc.example.org";

/// A session under test and the log so far.
struct Chat {
    session: Session,
    now: Moment,
    tickets: u64,
    log: Vec<String>,
    /// Whether the log says who stays where.
    stays: bool,
    /// Whether the log shows our caps (0115) and what we ask our server at the beginning (0030).
    manners: bool,
    /// Whether the log says what archives there are, and what events are called in them; then
    /// questions have the names that we give them.
    archives: bool,
    /// The names of the questions in the log, where they are `q1`, `q2`, ….
    questions: Vec<String>,
}

/// Plays the inputs of a log and compares all of it. Where it begins neither with `online` nor with
/// `left …`, the session is in the room already, as `bot`, with ann@example.org as `annie`, shown by the room.
#[track_caller]
fn check(config: &str, log: &str) {
    check_chat(Chat::new(config), log);
}

/// The same log, which says who stays where.
#[track_caller]
fn check_stays(log: &str) {
    check_chat(Chat { stays: true, ..Chat::new("") }, log);
}

#[track_caller]
fn check_chat(mut chat: Chat, log: &str) {
    let expected: Vec<&str> = log.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if expected.first().is_none_or(|first| *first != "online" && !first.starts_with("left")) {
        chat.enter();
    }
    for line in &expected {
        if !line.starts_with(">>") && !line.starts_with("--") {
            chat.play(line);
        }
    }
    let same = chat.log.iter().zip(&expected).take_while(|(is, wanted)| is == *wanted).count();
    if let (None, None) = (chat.log.get(same), expected.get(same)) {
        return;
    }
    let so_far = chat.log[..same].join("\n");
    panic!("{so_far}\n(expected) {:?}\n(happened) {:#?}", expected.get(same), &chat.log[same..]);
}

impl Chat {
    fn new(config: &str) -> Self {
        let rooms = if config.contains("rooms") { "" } else { "rooms = [\"a@muc.example.org\"]\n" };
        let text = format!("kind = \"xmpp\"\njid = \"bot@example.org\"\n{rooms}{config}");
        let config: Config = toml::from_str(&text).expect("a config");
        let secret = |source: &SecretSource| match source {
            SecretSource::Text(secret) => Ok::<Secret, ConfigError>(secret.clone()),
            _ => Err(ConfigError::NoProof),
        };
        let settings = config.settings(secret).expect("settings");
        let wall: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let now = Moment { wall, uptime: Duration::from_secs(1000) };
        let session = Session::new("xmpp".parse().expect("a name"), settings, now);
        Self {
            session,
            now,
            tickets: 0,
            log: Vec::new(),
            stays: false,
            manners: false,
            archives: false,
            questions: Vec::new(),
        }
    }

    fn enter(&mut self) {
        self.play("online");
        self.play("<< <presence from='MUC/annie'>X{none participant ann@example.org/1}</presence>");
        self.play("<< <presence from='MUC/bot'>X{none participant 110}</presence>");
        self.play("<< <message type='groupchat' from='MUC'><subject/></message>");
        self.log.clear();
    }

    fn play(&mut self, line: &str) {
        self.log.push(line.to_owned());
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "<<" => self.step(Input::Stanza(stanza(&self.asked(rest)))),
            "++" => {
                self.now = self.now.after(Duration::from_secs(rest.parse().expect("seconds")));
                self.step(Input::Tick);
            }
            "online" => {
                self.step(Input::Online { nonce: 7, acks: rest != "without acks" });
            }
            "suspended" => self.step(Input::Suspended("the connection was cut")),
            "resumed" => self.step(Input::Resumed),
            "acked" => self.step(Input::Followed(rest, Way::Acked)),
            "written" => self.step(Input::Followed(rest, Way::Written)),
            "lost" => self.step(Input::Followed(rest, Way::Lost("no way".to_owned()))),
            "put" => {
                let (ticket, why) = rest.split_once(' ').unwrap_or((rest, ""));
                let failed = (why.to_owned(), Retry::Later(None));
                let outcome = if why.is_empty() { Ok(()) } else { Err(failed) };
                self.step(Input::Put(ticket.parse().expect("a ticket"), outcome));
            }
            "who" => {
                let room = self
                    .session
                    .room_id(&rest.replace("MUC", MUC).parse().expect("an address"))
                    .expect("a room");
                let answer = self.session.answer_query(&Query::Members { room });
                self.log.push(show::answer(&answer));
            }
            "cut" => self.step(Input::Closed(&Ending::Again(rest.to_owned()))),
            "leave" => self.step(Input::Leave(rest)),
            "do" => {
                let output = self.output(rest);
                let key = self.next_key();
                self.step(Input::Act(self.tickets, &key, &output));
            }
            "left" => {
                let (made, rest) = rest.split_once(' ').expect("a time");
                let made = format!("2026-11-22T{made}:00Z").parse().expect("a time");
                let output = self.output(rest);
                let key = self.next_key();
                self.session.look_for(self.tickets, &key, made, &output);
                self.step(Input::Tick);
            }
            other => panic!("not a line of a log: {other}"),
        }
    }

    fn next_key(&mut self) -> OutputKey {
        self.tickets += 1;
        OutputKey::stored(format!("k{}", self.tickets))
    }

    fn step(&mut self, input: Input<'_>) {
        self.session.step(input, self.now);
        while let Some(outgoing) = self.session.next_stanza() {
            let xml = match outgoing.stanza {
                Stanza::Iq(iq) => Element::from(iq),
                Stanza::Message(message) => Element::from(message),
                Stanza::Presence(presence) => Element::from(presence),
            };
            let xml = String::from(&xml).replace(" xmlns='jabber:client'", "");
            let xml = xml.replace("<priority>0</priority>", "");
            let xml = if self.manners { xml } else { without_caps(&xml) };
            let xml =
                xml.replace("'></presence>", "'/>").replace("<presence></presence>", "<presence/>");
            if self.manners {
                self.log.push(format!(">> {}", xml.replace(MUC, "MUC")));
            } else if !is_survey(&xml) {
                let xml = if self.archives { xml } else { self.numbered(&xml) };
                self.log.push(format!(">> {}", xml.replace(MUC, "MUC")));
            }
        }
        let effects: Vec<Effect> = self.session.effects().collect();
        let shown = effects.iter().filter_map(|effect| match effect {
            Effect::Event(event) if self.archives => show::archived(event),
            effect => show::effect(effect, self.stays),
        });
        self.log.extend(shown);
    }

    /// What we sent, with the questions of ours in it numbered as they stand in the log.
    fn numbered(&mut self, xml: &str) -> String {
        let id = xml.strip_prefix("<iq id='q").and_then(|rest| rest.split('\'').next());
        let Some(id) = id.filter(|_| !xml.contains("type='result'")) else { return xml.to_owned() };
        self.questions.push(format!("'q{id}'"));
        xml.replacen(&format!("'q{id}'"), &format!("'q{}'", self.questions.len()), 1)
    }

    /// What the log says that we asked, as we did.
    fn asked(&self, xml: &str) -> String {
        let number =
            |number: &usize| xml.starts_with("<iq") && xml.contains(&format!("'q{number}'"));
        match (1..=self.questions.len()).find(number) {
            Some(number) => xml.replace(&format!("'q{number}'"), &self.questions[number - 1]),
            None => xml.to_owned(),
        }
    }

    /// `say PLACE text`, `file PLACE SIZE [caption]`, `emote PLACE text`, `notice …`, `join ROOM [key]`, `leave ROOM [why]`,
    /// `kick ROOM nick why`, `topic ROOM text`, `reply PLACE ID text`, `edit PLACE ID text`,
    /// `react PLACE ID emoji`, `retract PLACE ID`, `typing PLACE on`; an id of ours is `ID=LEFT_AS`; a place is `MUC` or a peer, `_` for a blank.
    fn output(&self, text: &str) -> Output {
        let (verb, rest) = text.split_once(' ').expect("a verb");
        let (target, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let target = target.replace("MUC", MUC).replace('_', " ");
        let room = target.parse().ok().filter(|_| !target.contains('/'));
        let room = room.filter(|_| target.contains("muc."));
        let room = room.and_then(|room| self.session.room_id(&room));
        let to = match &room {
            Some(room) => Place::Room(room.clone()),
            None => Place::private(self.session.network.clone(), Address::new(target)),
        };
        let said = |form| Action::Say { content: Content::markdown(rest), form };
        let why = (!rest.is_empty()).then(|| rest.to_owned());
        let (id, words) = rest.split_once(' ').unwrap_or((rest, ""));
        let id = match id.split_once('=') {
            Some((id, left_as)) => MessageId::new(id).sent_as(left_as),
            None => MessageId::new(id),
        };
        let mut about = None;
        let action = match (verb, room) {
            ("say", _) => said(Form::Text),
            ("file", _) => {
                let (size, caption) = rest.split_once(' ').unwrap_or((rest, ""));
                let bytes = vec![b'a'; size.parse().expect("a size")];
                let file = File::new("a.txt", "text/plain", bytes).expect("a file");
                Action::File { file, caption: Content::markdown(caption) }
            }
            ("emote", _) => said(Form::Emote),
            ("notice", _) => said(Form::Notice),
            ("join", Some(room)) => Action::Join { room, key: why.map(Secret::from) },
            ("leave", Some(room)) => Action::Leave { room, reason: why },
            ("kick", _) => {
                let (who, why) = rest.split_once(' ').expect("a reason");
                Action::Kick { who: who.into(), reason: Some(why.to_owned()) }
            }
            ("reply", _) => {
                about = Some(id);
                Action::Say { content: Content::markdown(words), form: Form::Text }
            }
            ("edit", _) => Action::Edit { target: id, content: Content::markdown(words) },
            ("react", _) => Action::React { target: id, emoji: words.into() },
            ("typing", _) => Action::Typing { on: rest == "on" },
            ("retract", _) => Action::Retract { target: id },
            ("topic", _) => Action::Topic { text: rest.to_owned() },
            (verb, _) => moderate::action(verb, rest),
        };
        Output { to, action, about, last: false, failed: false }
    }
}

/// Whether a stanza asks our own server what it can do.
fn is_survey(xml: &str) -> bool {
    let disco = xml.contains("http://jabber.org/protocol/disco#") && xml.contains(" type='get'");
    let to = |address: &str| xml.contains(&format!(" to='{address}'"));
    disco && (to("example.org") || to("bot@example.org"))
}

fn without_caps(xml: &str) -> String {
    match xml.split_once("<c xmlns='http://jabber.org/protocol/caps'") {
        Some((before, rest)) => {
            let (_, after) = rest.split_once("/>").expect("an end");
            format!("{before}{after}")
        }
        None => xml.to_owned(),
    }
}

/// Reads a stanza with its short forms.
fn stanza(xml: &str) -> Stanza {
    let mut xml = xml.replace("MUC", MUC);
    while let Some((before, rest)) = xml.split_once("X{") {
        let (told, after) = rest.split_once('}').expect("an end");
        xml = format!("{before}{}{after}", told_xml(told));
    }
    let name = xml.trim_start_matches('<').split([' ', '>', '/']).next().expect("a name");
    let element = xml.replacen(name, &format!("{name} xmlns='jabber:client'"), 1);
    let element: Element = element.parse().expect("XML");
    match element.name() {
        "message" => Stanza::Message(element.try_into().expect("a message")),
        "presence" => Stanza::Presence(element.try_into().expect("a presence")),
        _ => Stanza::Iq(element.try_into().expect("a question")),
    }
}

fn told_xml(told: &str) -> String {
    let (mut item, mut codes, mut reason) = (Vec::new(), Vec::new(), String::new());
    for (place, word) in told.split(' ').enumerate() {
        match (place, word) {
            (_, word) if word.parse::<u16>().is_ok() => {
                codes.push(format!("<status code='{word}'/>"));
            }
            (0, affiliation) => item.push(format!("affiliation='{affiliation}'")),
            (1, role) => item.push(format!("role='{role}'")),
            (_, word) if word.contains('@') => item.push(format!("jid='{word}'")),
            (_, word) if word.starts_with('"') => {
                reason = format!("<reason>{}</reason>", word.trim_matches('"'));
            }
            (_, nick) => item.push(format!("nick='{nick}'")),
        }
    }
    let (item, codes) = (item.join(" "), codes.concat());
    let space = "http://jabber.org/protocol/muc#user";
    format!("<x xmlns='{space}'><item {item}>{reason}</item>{codes}</x>")
}
