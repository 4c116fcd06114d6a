//! What is said, changed and reacted to.

use std::borrow::Cow;

use nuncio_core::{
    event::{EventKind, Form, Message, MessageId, Reaction, Retraction, Timing, Topic},
    place::{Address, Place},
};
use nuncio_policy::RoomId;
use serde::Deserialize;
use smol_str::SmolStr;

use super::{
    Session, Told,
    happened::{Happened, MAX_ID},
    heard::Known,
    unknown,
};
use crate::content;

/// The longest reaction that is taken, in bytes: an emoji of many parts, or a word.
const MAX_REACTION: usize = 128;

/// `m.room.message`.
#[derive(Debug, Deserialize)]
struct Spoken<'a> {
    #[serde(flatten, borrow)]
    words: Words<'a>,
    #[serde(default, rename = "m.relates_to")]
    relation: Option<Relation>,
    #[serde(default, rename = "m.new_content", borrow)]
    replacement: Option<Words<'a>>,
}

#[derive(Debug, Deserialize)]
struct Words<'a> {
    #[serde(borrow)]
    msgtype: Cow<'a, str>,
    #[serde(borrow)]
    body: Cow<'a, str>,
    #[serde(default, borrow)]
    format: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    formatted_body: Option<Cow<'a, str>>,
}

/// How an event refers to another one.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Relation {
    #[serde(default)]
    rel_type: Option<String>,
    #[serde(default)]
    event_id: Option<String>,
    #[serde(default)]
    key: Option<String>,
    #[serde(default, rename = "m.in_reply_to")]
    answers: Option<Target>,
    /// Whether a thread only seems to be answers, to clients that know of no threads.
    #[serde(default)]
    is_falling_back: bool,
}

#[derive(Debug, Deserialize)]
struct Target {
    event_id: String,
}

/// `m.room.redaction`.
#[derive(Debug, Deserialize)]
struct Redaction {
    /// In rooms since version 11.
    #[serde(default)]
    redacts: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

/// `m.room.topic`.
#[derive(Debug, Deserialize)]
struct About {
    #[serde(default)]
    topic: String,
}

#[derive(Debug, Deserialize)]
struct Reacted {
    #[serde(rename = "m.relates_to")]
    relation: Relation,
}

impl Relation {
    /// What it refers to in this way.
    fn target(&self, way: &str) -> Option<&str> {
        let is_so = self.rel_type.as_deref() == Some(way);
        self.event_id.as_deref().filter(|id| is_so && id.len() <= MAX_ID)
    }

    /// Whether it says that another event is to be something else.
    pub(super) fn is_change(&self) -> bool {
        self.rel_type.as_deref() == Some("m.replace")
    }

    /// What it answers.
    pub(super) fn answers(&self) -> Option<&str> {
        let answers = self.answers.as_ref().filter(|_| !self.is_falling_back)?;
        Some(&*answers.event_id).filter(|id| (1..=MAX_ID).contains(&id.len()))
    }
}

impl Session {
    /// Somebody says something, or changes what he said.
    pub(super) fn spoken(
        &mut self,
        event: &Happened<'_>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<EventKind> {
        let Some(spoken) = event.content::<Spoken<'_>>() else {
            return unknown("a malformed message");
        };
        let relation = spoken.relation.unwrap_or_default();
        if relation.is_change() {
            return self.changed(event, &relation, &spoken.replacement?, room, told, timing);
        }
        self.remember(event, &relation, room);
        let words = spoken.words;
        if form(&words.msgtype).is_none() {
            return self.shown(event, relation.answers(), room, told, timing);
        }
        let said = self.said(event, &event.id, &words, relation.answers(), room, told, timing);
        said.map(EventKind::Message)
    }

    /// Keeps in mind whose a message is.
    pub(super) fn remember(&mut self, event: &Happened<'_>, relation: &Relation, room: &RoomId) {
        let known = Known {
            sender: SmolStr::new(&event.sender),
            room: SmolStr::new(room.room()),
            thread: relation.target("m.thread").map(SmolStr::new),
        };
        self.heard.add(&event.id, known);
    }

    /// Only whom we heard say something may change it: a homeserver does not check that for us.
    fn changed(
        &mut self,
        event: &Happened<'_>,
        relation: &Relation,
        words: &Words<'_>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<EventKind> {
        let target = relation.target("m.replace")?;
        let is_his = self
            .heard
            .get(target)
            .is_some_and(|known| known.sender == event.sender && known.room == room.room());
        if !is_his || form(&words.msgtype).is_none() {
            return unknown("a change of what is not known");
        }
        self.said(event, target, words, None, room, told, timing).map(EventKind::Edit)
    }

    #[expect(clippy::too_many_arguments, reason = "each says another thing of one message")]
    fn said(
        &self,
        event: &Happened<'_>,
        id: &str,
        words: &Words<'_>,
        answers: Option<&str>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<Message> {
        let is_html = words.format.as_deref() == Some("org.matrix.custom.html");
        let html = words.formatted_body.as_deref().filter(|_| is_html);
        let text = if answers.is_some() { without_quote(&words.body) } else { &words.body };
        Some(Message {
            id: Some(MessageId::new(id)),
            speaker: self.speaker(event, room, told, timing)?,
            name: name(event, told),
            place: self.place(room),
            reply_to: answers.map(MessageId::new),
            form: form(&words.msgtype)?,
            own: event.sender == self.me(),
            text: text.to_owned(),
            content: html.map(content::read),
            files: Vec::new(),
        })
    }

    /// Somebody reacts to a message.
    pub(super) fn reaction(
        &mut self,
        event: &Happened<'_>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<EventKind> {
        let reacted = event.content::<Reacted>();
        let relation = reacted.as_ref().map(|reacted| &reacted.relation);
        let target = relation.and_then(|relation| relation.target("m.annotation"));
        let emoji = relation.and_then(|relation| relation.key.as_deref());
        let emoji = emoji.filter(|key| (1..=MAX_REACTION).contains(&key.len()));
        let (Some(target), Some(emoji)) = (target, emoji) else {
            return unknown("a malformed reaction");
        };
        // Our own comes back, and is nobody's.
        if event.sender == self.me() {
            return None;
        }
        Some(EventKind::Reaction(Reaction {
            speaker: self.speaker(event, room, told, timing)?,
            place: self.place(room),
            target: MessageId::new(target),
            emoji: emoji.into(),
        }))
    }

    /// Somebody took a message back; the homeserver lets nobody do so who may not.
    pub(super) fn retraction(
        &mut self,
        event: &Happened<'_>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<EventKind> {
        let redaction: Redaction = event.content()?;
        let target = redaction.redacts.as_deref().or(event.redacts.as_deref())?;
        if event.sender == self.me() || !(1..=MAX_ID).contains(&target.len()) {
            return None;
        }
        let is_his = self.heard.get(target).is_some_and(|known| known.sender == event.sender);
        Some(EventKind::Retraction(Retraction {
            speaker: self.speaker(event, room, told, timing)?,
            name: name(event, told),
            place: self.place(room),
            target: MessageId::new(target),
            moderated: !is_his,
            reason: redaction.reason,
        }))
    }

    /// Somebody changes what a room is about.
    pub(super) fn topic(
        &self,
        event: &Happened<'_>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<EventKind> {
        if event.sender == self.me() {
            return unknown("our own topic");
        }
        let Some(About { topic: text }) = event.content() else {
            return unknown("a malformed topic");
        };
        let speaker = self.speaker(event, room, told, timing)?;
        let (name, room) = (name(event, told), room.clone());
        Some(EventKind::Topic(Topic { speaker, name, room, text }))
    }

    /// Where it was said: a room with one other person in it is a conversation with him.
    pub(super) fn place(&self, room: &RoomId) -> Place {
        if self.is_private(room) {
            return Place::private(self.network.clone(), Address::new(room.room()));
        }
        Place::Room(room.clone())
    }
}

/// What to call whoever did something.
pub(super) fn name(event: &Happened<'_>, told: &Told) -> SmolStr {
    let localpart = || event.sender.trim_start_matches('@').split(':').next();
    let name = told.name.as_deref().filter(|name| !name.trim().is_empty());
    SmolStr::new(name.or_else(localpart).unwrap_or_default())
}

/// How it is said; nothing for what is shown, and for questions of other clients.
fn form(msgtype: &str) -> Option<Form> {
    Some(match msgtype {
        "m.text" => Form::Text,
        "m.notice" => Form::Notice,
        "m.emote" => Form::Emote,
        _ => return None,
    })
}

/// An answer without the quote that old clients put before it (Client-Server API, reply fallback).
pub(super) fn without_quote(body: &str) -> &str {
    let mut rest = body;
    while rest.starts_with("> ") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    if rest.len() == body.len() { body } else { rest.strip_prefix('\n').unwrap_or(rest) }
}
