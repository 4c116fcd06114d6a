//! What we are asked to do, as requests to the homeserver.

mod file;
mod picture;

use std::collections::VecDeque;

use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedUserId, UserId};
use nuncio_core::{
    action::{Action, Output},
    content::{Content, Loss, Losses},
    delivery::OutputKey,
    event::{Form, MessageId},
    place::Place,
    receipt::{Receipt, Retry},
};
use serde_json::{Map, Value, json};

use super::{
    Session,
    request::{MESSAGE, Membership, REACTION, Request, Transaction},
    rooms::Join,
};
use crate::content::{self, Body};

/// What an output comes to: requests, to be carried out one after another.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The requests, at least one.
    pub requests: VecDeque<Request>,
    /// What cannot be shown.
    pub losses: Losses,
}

impl Job {
    pub(super) fn one(request: Request) -> Self {
        Self { requests: [request].into(), losses: Losses::NONE }
    }
}

impl Session {
    /// What is to be done about an output.
    ///
    /// # Errors
    /// The receipt, where nothing is.
    pub fn act(&self, key: &OutputKey, output: &Output) -> Result<Job, Receipt> {
        let to = &output.to;
        match &output.action {
            Action::Say { content, form } => {
                self.say(key, to, content, *form, output.about.as_ref())
            }
            Action::File { file, caption } => {
                self.file(key, to, file, caption, output.about.as_ref())
            }
            Action::React { target, emoji } => {
                let target = event(target)?;
                let relation =
                    json!({"rel_type": "m.annotation", "event_id": target, "key": emoji.as_str()});
                let content = json!({"m.relates_to": relation});
                let transaction = Transaction::of(key, 0);
                Ok(Job::one(Request::Send {
                    room: room(to)?,
                    kind: REACTION,
                    content,
                    transaction,
                }))
            }
            Action::Edit { target, content } => self.edit(key, to, target, content),
            Action::Retract { target } => redact(key, to, target, None),
            Action::Redact { target, reason } => redact(key, to, target, reason.as_ref()),
            Action::Typing { on } => Ok(Job::one(Request::Typing { room: room(to)?, on: *on })),
            Action::Join { room, .. } => {
                let room = room
                    .room()
                    .try_into()
                    .map_err(|_| never(format!("`{}` is no room's id or alias", room.room())))?;
                Ok(Job::one(Request::Join(with_a_way(room))))
            }
            Action::Leave { room, reason } => {
                let room = room_named(room.room())?;
                Ok(Job::one(Request::Leave { room, reason: reason.clone() }))
            }
            Action::Invite { who, reason } => member(to, who, Membership::Invite, reason.as_ref()),
            Action::Kick { who, reason } => member(to, who, Membership::Kick, reason.as_ref()),
            Action::Ban { who, reason } => member(to, who, Membership::Ban, reason.as_ref()),
            Action::Unban { who } => member(to, who, Membership::Unban, None),
            Action::Promote { who, power } => {
                let (room, who, power) = (room(to)?, user(who)?, *power);
                Ok(Job::one(Request::Power { room, who, power, given: true }))
            }
            Action::Demote { who, power } => {
                let (room, who, power) = (room(to)?, user(who)?, *power);
                Ok(Job::one(Request::Power { room, who, power, given: false }))
            }
            Action::Topic { text } => {
                Ok(Job::one(Request::Topic { room: room(to)?, text: text.clone() }))
            }
            Action::Pin { target } => pin(to, target, true),
            Action::Unpin { target } => pin(to, target, false),
            other => Err(Receipt::unsupported(other.command().path())),
        }
    }

    fn say(
        &self,
        key: &OutputKey,
        to: &Place,
        content: &Content,
        form: Form,
        about: Option<&MessageId>,
    ) -> Result<Job, Receipt> {
        let room = room(to)?;
        let (bodies, losses) = content::write(content, &self.network);
        if bodies.is_empty() {
            return Err(Receipt::sent().with_losses(losses));
        }
        let msgtype = self.msgtype(form);
        let relation = about.map(|about| self.relation(about));
        let requests = bodies.into_iter().enumerate().map(|(part, body)| {
            let mut content = words(msgtype, body);
            if let Some(relation) = &relation {
                content.insert("m.relates_to".into(), relation.clone());
            }
            Request::Send {
                room: room.clone(),
                kind: MESSAGE,
                content: Value::Object(content),
                transaction: Transaction::of(key, part),
            }
        });
        Ok(Job { requests: requests.collect(), losses })
    }

    /// A change is one message: what is beyond its limit is left out.
    fn edit(
        &self,
        key: &OutputKey,
        to: &Place,
        target: &MessageId,
        content: &Content,
    ) -> Result<Job, Receipt> {
        let (room, target) = (room(to)?, event(target)?);
        let (bodies, mut losses) = content::write(content, &self.network);
        if bodies.len() > 1 {
            losses.insert(Loss::Truncated);
        }
        let Some(body) = bodies.into_iter().next() else {
            return Err(never("a message cannot be changed to nothing: take it back".to_owned()));
        };
        let msgtype = self.msgtype(Form::Text);
        let text = format!("* {}", body.text);
        let fallback = Body { text, html: None, mentions: Vec::new() };
        let mut content = words(msgtype, fallback);
        content.insert("m.new_content".into(), Value::Object(words(msgtype, body)));
        let relation = json!({"rel_type": "m.replace", "event_id": target});
        content.insert("m.relates_to".into(), relation);
        let (content, transaction) = (Value::Object(content), Transaction::of(key, 0));
        let request = Request::Send { room, kind: MESSAGE, content, transaction };
        Ok(Job { losses, ..Job::one(request) })
    }

    fn msgtype(&self, form: Form) -> &'static str {
        match form {
            Form::Text if self.settings.notices => "m.notice",
            Form::Text => "m.text",
            Form::Notice => "m.notice",
            Form::Emote => "m.emote",
        }
    }

    /// An answer, in the thread in which it was asked for.
    fn relation(&self, about: &MessageId) -> Value {
        let answers = json!({"event_id": about.as_str()});
        let thread = self.heard.get(about.as_str()).and_then(|known| known.thread.as_ref());
        match thread {
            None => json!({"m.in_reply_to": answers}),
            Some(root) => json!({
                "rel_type": "m.thread",
                "event_id": root.as_str(),
                "is_falling_back": false,
                "m.in_reply_to": answers,
            }),
        }
    }
}

/// Mentions are always said, so that no client looks for names in the words.
fn words(msgtype: &str, body: Body) -> Map<String, Value> {
    let mut content = Map::new();
    content.insert("msgtype".into(), msgtype.into());
    content.insert("body".into(), body.text.into());
    if let Some(html) = body.html {
        content.insert("format".into(), "org.matrix.custom.html".into());
        content.insert("formatted_body".into(), html.into());
    }
    let mentions =
        if body.mentions.is_empty() { json!({}) } else { json!({"user_ids": body.mentions}) };
    content.insert("m.mentions".into(), mentions);
    content
}

fn redact(
    key: &OutputKey,
    to: &Place,
    target: &MessageId,
    reason: Option<&String>,
) -> Result<Job, Receipt> {
    let (room, target, reason) = (room(to)?, event(target)?, reason.cloned());
    Ok(Job::one(Request::Redact { room, target, reason, transaction: Transaction::of(key, 0) }))
}

fn pin(to: &Place, target: &MessageId, pinned: bool) -> Result<Job, Receipt> {
    Ok(Job::one(Request::Pin { room: room(to)?, target: event(target)?, pinned }))
}

fn member(
    to: &Place,
    who: &str,
    change: Membership,
    reason: Option<&String>,
) -> Result<Job, Receipt> {
    let (room, who, reason) = (room(to)?, user(who)?, reason.cloned());
    Ok(Job::one(Request::Membership { room, who, change, reason }))
}

fn user(who: &str) -> Result<OwnedUserId, Receipt> {
    UserId::parse(who).map_err(|_| never(format!("`{who}` is nobody's Matrix id")))
}

/// The server in a room's id is likely to know the way.
fn with_a_way(room: matrix_sdk::ruma::OwnedRoomOrAliasId) -> Join {
    let via = room.server_name().map(ToOwned::to_owned).into_iter().collect();
    Join { room, via }
}

fn room(to: &Place) -> Result<OwnedRoomId, Receipt> {
    match to {
        Place::Room(room) => room_named(room.room()),
        Place::Private { peer, .. } => room_named(peer.as_str()),
    }
}

fn room_named(room: &str) -> Result<OwnedRoomId, Receipt> {
    OwnedRoomId::try_from(room).map_err(|_| never(format!("`{room}` is no room's id")))
}

fn event(id: &MessageId) -> Result<OwnedEventId, Receipt> {
    EventId::parse(id.as_str()).map_err(|_| never(format!("`{}` is no message's id", id.as_str())))
}

fn never(why: String) -> Receipt {
    Receipt::failed(why, Retry::Never)
}
