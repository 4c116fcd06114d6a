//! The session, as a log: what the homeserver tells, and what comes of it.

mod closed;
mod errands;
mod knocks;
mod outbound;
mod questions;
mod shown;
mod speech;
mod stays;

use nuncio_core::{
    event::{Change, Event, EventKind, Form, LinkState, RoomState, Timing},
    moment::Moment,
};
use nuncio_policy::{Power, Speaker};
use serde_json::{Value, json};

use super::*;
use crate::config::Config;

const BOT: &str = "@bot:example.org";
const ROOM: &str = "!room:example.org";

/// A session that is online in one room, and the log of what it says.
struct Bot {
    session: Session,
    numbers: u32,
}

impl Bot {
    fn new(keys: &str) -> Self {
        let toml = format!("kind = \"matrix\"\nuser = \"{BOT}\"\npassword = \"x\"\n{keys}");
        let config: Config = toml::from_str(&toml).expect("a config");
        let settings = config.settings().expect("settings");
        let network = "matrix".parse().expect("a name");
        let session = Session::new(network, settings, 7, now(0));
        Self { session, numbers: 0 }
    }

    /// One that is online, and in the room.
    fn online(keys: &str) -> Self {
        let mut bot = Self::new(keys);
        bot.session.knows([ROOM.to_owned()]);
        bot.session.online(Some("Nuncio"), [ROOM.to_owned()]);
        bot.log();
        bot
    }

    /// What it has said since it was last asked.
    fn log(&mut self) -> String {
        self.session.events().filter_map(|event| show(&event)).collect::<Vec<_>>().join("\n")
    }

    /// Something happens now.
    fn told(&mut self, told: Vec<Told>) -> String {
        self.told_in(ROOM, 3, told)
    }

    fn told_in(&mut self, room: &str, members: u64, timeline: Vec<Told>) -> String {
        let (room, since) = (room.to_owned(), Since::Now);
        self.session.update(&Update { room, members, since, timeline, ..Update::default() });
        self.log()
    }

    /// An event by somebody; events are numbered.
    fn event(&mut self, sender: &str, kind: &str, content: Value) -> Told {
        self.event_with(sender, kind, content, json!({}))
    }

    fn event_with(&mut self, sender: &str, kind: &str, content: Value, more: Value) -> Told {
        self.numbers += 1;
        let mut event = serde_json::Map::new();
        event.insert("event_id".into(), format!("${}", self.numbers).into());
        event.insert("sender".into(), sender.into());
        event.insert("type".into(), kind.into());
        event.insert("origin_server_ts".into(), 1_000.into());
        event.insert("content".into(), content);
        if let Value::Object(more) = more {
            event.extend(more);
        }
        let json = Value::Object(event).to_string();
        Told { json, seal: Seal::Open, name: None, power: None }
    }

    fn says(&mut self, sender: &str, text: &str) -> Told {
        self.event(sender, "m.room.message", json!({ "msgtype": "m.text", "body": text }))
    }

    fn member(&mut self, sender: &str, who: &str, now: Value, before: Value) -> Told {
        let unsigned = Value::Object([("prev_content".to_owned(), before)].into_iter().collect());
        let mut more = serde_json::Map::new();
        more.insert("state_key".into(), who.into());
        more.insert("unsigned".into(), unsigned);
        let more = Value::Object(more);
        self.event_with(sender, "m.room.member", now, more)
    }
}

fn now(seconds: u64) -> Moment {
    let uptime = std::time::Duration::from_secs(seconds);
    Moment { wall: Timestamp::from_second(1_700_000_000).expect("a time"), uptime }
}

fn speaker(name: &str, speaker: &Speaker) -> String {
    let power = speaker.power().map_or(String::new(), |(_, power)| format!(", {power},"));
    match speaker.verified_id() {
        Some(id) => format!("{name}={id}{power}"),
        None => format!("{name}?{power}"),
    }
}

fn show(event: &Event) -> Option<String> {
    let when = match event.timing {
        Timing::Live => "",
        Timing::Late => "(late) ",
        Timing::History => "(history) ",
    };
    let what = match &event.kind {
        EventKind::Message(said) | EventKind::Edit(said) => {
            let verb = match (&event.kind, said.form) {
                (EventKind::Edit(_), _) => "corrects",
                (_, Form::Text) => "says",
                (_, Form::Notice) => "notes",
                (_, Form::Emote) => "does",
            };
            let own = if said.own { "we, " } else { "" };
            let id = said.id.as_ref().map_or("-", |id| id.as_str());
            let content = said.content.as_ref().map(|content| content.to_markdown().output);
            let content = content.map_or(String::new(), |content| format!(" | {content}"));
            let who = speaker(&said.name, &said.speaker);
            format!("{id} {own}{who} {verb} in {}: {:?}{content}", said.place, said.text)
        }
        EventKind::Reaction(reaction) => {
            let who = speaker("", &reaction.speaker);
            format!("{who} reacts to {} by {}", reaction.target.as_str(), reaction.emoji)
        }
        EventKind::Membership(member) => {
            let change = match &member.change {
                Change::Join => "comes".to_owned(),
                Change::Leave(why) => format!("goes {why:?}"),
                Change::Kick(why) => format!("is removed {why:?}"),
                Change::Ban(why) => format!("is banned {why:?}"),
                Change::Rename(name) => format!("is called {name} now"),
                Change::Knock(why) => format!("knocks {why:?}"),
            };
            format!("{} {change}", speaker(&member.name, &member.who))
        }
        EventKind::Topic(topic) => {
            let who = speaker(&topic.name, &topic.speaker);
            format!("{who} says what {} is about: {:?}", topic.room, topic.text)
        }
        EventKind::Invite { from, room } => format!("{} asks us to {room}", speaker("", from)),
        EventKind::Room { room, state } => match state {
            RoomState::Joined => format!("we are in {room}"),
            RoomState::Left { why } => format!("we are not in {room}: {why}"),
            RoomState::Refused { why } => format!("we may not enter {room}: {why}"),
        },
        EventKind::OwnName { name, .. } => format!("we are called {name}"),
        EventKind::Link(LinkState::Online) => "online".to_owned(),
        EventKind::Link(state) => format!("{state:?}"),
        EventKind::Retraction(taken) => {
            let by = if taken.moderated { "removes" } else { "takes back" };
            format!("{} {by} {}", speaker(&taken.name, &taken.speaker), taken.target.as_str())
        }
        EventKind::Archive { state, .. } => format!("archive: {state:?}"),
        EventKind::Question(asked) => questions::show(asked),
        EventKind::Counted { what, count } => format!("{what}: {count}"),
        EventKind::Alarm { why } => format!("alarm: {why}"),
        EventKind::Unknown { what } => format!("unknown: {what}"),
        _ => return None,
    };
    let mark = event.mark.as_ref().filter(|mark| mark.at.as_str() != event.key.as_str());
    let mark = mark.map_or(String::new(), |mark| format!(" at {}", mark.at.as_str()));
    Some(format!("{when}{what}{mark}"))
}
