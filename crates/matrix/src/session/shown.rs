//! What people show rather than say: files, places, stickers, polls.
//!
//! A file's caption is what its sender says, commands included. Everything else here is nobody's
//! words: a message without text, so that no name of a file is ever a command, whose content says
//! what is shown.

use nuncio_core::{
    content::{Block, Content, Inline, Url},
    event::{EventKind, Form, Message, MessageId, Timing},
    file::Attached,
    place::Place,
};
use nuncio_policy::RoomId;
use serde::Deserialize;
use serde_json::Value;

use matrix_sdk::ruma;

use super::{
    Session, Told,
    happened::Happened,
    speech::{Relation, name, without_quote},
    unknown,
};
use crate::content::read;

/// The longest name, description or answer that is shown, in bytes.
const MAX_WORDS: usize = 255;

/// The most answers that a poll has (MSC3381).
const MAX_ANSWERS: usize = 20;

/// How an event refers to another one, whatever else it is.
#[derive(Deserialize)]
struct Related {
    #[serde(default, rename = "m.relates_to")]
    relation: Option<Relation>,
}

/// What is shown, and what is said of it.
#[derive(Debug, Default)]
struct Shown {
    caption: String,
    content: Content,
}

impl Session {
    /// Somebody posts what is no `m.room.message`: a sticker, a poll.
    pub(super) fn posted(
        &mut self,
        event: &Happened<'_>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<EventKind> {
        let related: Option<Related> = event.content();
        let relation = related.and_then(|related| related.relation).unwrap_or_default();
        if relation.is_change() {
            return unknown("a change of what is not known");
        }
        self.remember(event, &relation, room);
        self.shown(event, relation.answers(), room, told, timing)
    }

    /// Somebody shows something.
    pub(super) fn shown(
        &self,
        event: &Happened<'_>,
        answers: Option<&str>,
        room: &RoomId,
        told: &Told,
        timing: Timing,
    ) -> Option<EventKind> {
        let content: Value = event.content()?;
        let kind = match &*event.kind {
            "m.room.message" => text(&content, "/msgtype"),
            kind => kind,
        };
        let link = link(room.room(), &event.id);
        let place = self.place(room);
        let files = attached(kind, &content, &place).into_iter().collect();
        let Some(shown) = Shown::read(kind, &content, link, answers.is_some()) else {
            return unknown(kind);
        };
        Some(EventKind::Message(Message {
            id: Some(MessageId::new(&event.id)),
            speaker: self.speaker(event, room, told, timing)?,
            name: name(event, told),
            place,
            reply_to: answers.map(MessageId::new),
            form: Form::Text,
            own: event.sender == self.me(),
            text: shown.caption,
            content: Some(shown.content),
            files,
        }))
    }
}

/// The file that is shown. What it is known by, and the keys to it, are what the event says.
fn attached(kind: &str, content: &Value, place: &Place) -> Option<Attached> {
    if !matches!(kind, "m.image" | "m.video" | "m.audio" | "m.file" | "m.sticker") {
        return None;
    }
    let reference = match content.get("file") {
        Some(sealed) => sealed.to_string(),
        None => Some(text(content, "/url")).filter(|url| !url.is_empty())?.to_owned(),
    };
    let names = ["/filename", "/body"].map(|at| text(content, at));
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let bytes = content.pointer("/info/size").and_then(Value::as_u64);
    Attached::new(place.clone(), name, text(content, "/info/mimetype"), bytes, reference)
}

impl Shown {
    /// Reads what is shown; `link` leads to it. Nothing for what we do not know.
    fn read(kind: &str, content: &Value, link: Option<Url>, is_answer: bool) -> Option<Self> {
        let file = |what, link| Self::file(what, content, link, is_answer);
        Some(match kind {
            "m.image" => file("image", link),
            "m.video" => file("video", link),
            "m.audio" if content.get("org.matrix.msc3245.voice").is_some() => {
                file("voice message", link)
            }
            "m.audio" => file("audio", link),
            "m.file" => file("file", link),
            "m.location" => {
                let place = text(content, "/geo_uri");
                let place = place.starts_with("geo:").then(|| place.parse().ok()).flatten();
                Self::thing(text(content, "/body"), " (place)", place)
            }
            "m.sticker" => Self::thing(text(content, "/body"), " (sticker)", link),
            "m.poll.start" => Self::poll(content.get("m.poll")?, link),
            "org.matrix.msc3381.poll.start" => Self::poll(content.get(kind)?, link),
            _ => return None,
        })
    }

    /// A file: its name, or beside a caption the name that it says (Client-Server API, Media
    /// captions), with what its sender says that it is.
    fn file(what: &str, content: &Value, link: Option<Url>, is_answer: bool) -> Self {
        let (body, named) = (text(content, "/body"), text(content, "/filename"));
        let is_caption = !named.is_empty() && named != body;
        let mut about = format!(" ({what}");
        let media_type = text(content, "/info/mimetype");
        if !media_type.is_empty() {
            about = format!("{about}, {}", short(media_type));
        }
        if let Some(bytes) = content.pointer("/info/size").and_then(Value::as_u64) {
            about = format!("{about}, {bytes} bytes");
        }
        let file = Self::thing(if is_caption { named } else { body }, &format!("{about})"), link);
        if !is_caption {
            return file;
        }
        let body = if is_answer { without_quote(body) } else { body };
        let is_html = text(content, "/format") == "org.matrix.custom.html";
        let html = content.get("formatted_body").and_then(Value::as_str).filter(|_| is_html);
        let caption = html.map_or_else(|| Content::text(body), read);
        Self { caption: body.to_owned(), content: caption.and(&file.content) }
    }

    fn poll(poll: &Value, link: Option<Url>) -> Self {
        let question = poll.get("question").and_then(words).unwrap_or_default();
        let poll_answers = poll.get("answers").and_then(Value::as_array);
        let answers = poll_answers.into_iter().flatten().filter_map(words).take(MAX_ANSWERS);
        let items = answers.map(|answer| vec![Block::paragraph([Inline::text(short(answer))])]);
        let list = Block::List { first: Some(1), items: items.collect() };
        let question = Self::thing(question, " (poll)", link);
        Self { content: question.content.and(&list.into()), ..question }
    }

    /// A thing by its name, which may be a link, and what it is.
    fn thing(named: &str, what: &str, link: Option<Url>) -> Self {
        let label = Inline::text(short(named));
        let named = match link {
            Some(url) if !named.trim().is_empty() => Inline::Link { url, label: vec![label] },
            _ => label,
        };
        Self { content: Content::line([named, Inline::text(what)]), ..Self::default() }
    }
}

/// The words of a question or an answer (MSC1767, MSC3381): stable, and as clients wrote them before.
fn words(of: &Value) -> Option<&str> {
    let ways = ["/m.text/0/body", "/org.matrix.msc1767.text", "/body"];
    ways.iter().find_map(|way| of.pointer(way).and_then(Value::as_str))
}

/// Where whoever is in the room finds an event (Appendices, matrix.to navigation).
fn link(room: &str, event: &str) -> Option<Url> {
    let room = <&ruma::RoomId>::try_from(room).ok()?;
    let event = <&ruma::EventId>::try_from(event).ok()?;
    room.matrix_to_event_uri(event.to_owned()).to_string().parse().ok()
}

fn text<'a>(json: &'a Value, path: &str) -> &'a str {
    json.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn short(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_WORDS)).unwrap_or_default()
}
