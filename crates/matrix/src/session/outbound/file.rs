//! Files on their way out.

use nuncio_core::{
    content::Content,
    delivery::OutputKey,
    event::{Form, MessageId},
    file::File,
    place::Place,
    receipt::Receipt,
};
use serde_json::{Map, Value};

use super::{Job, Session, picture::pixels, room, words};
use crate::{
    content::{self, Body},
    session::request::{MESSAGE, Request, Transaction},
};

impl Session {
    /// A file, with what is said of it (Client-Server API, Media captions). Words that do not fit
    /// beside it come behind it.
    pub(super) fn file(
        &self,
        key: &OutputKey,
        to: &Place,
        file: &File,
        caption: &Content,
        about: Option<&MessageId>,
    ) -> Result<Job, Receipt> {
        let room = room(to)?;
        let (bodies, losses) = content::write(caption, &self.network);
        let mut bodies = bodies.into_iter();
        // Without a caption, the body is the name.
        let nameless = || Body { text: file.name().to_owned(), ..Body::default() };
        let mut first = words(msgtype(file), bodies.next().unwrap_or_else(nameless));
        first.insert("filename".into(), file.name().into());
        first.insert("info".into(), info(file));
        let rest = bodies.map(|body| words(self.msgtype(Form::Text), body));
        let relation = about.map(|about| self.relation(about));
        let contents = [first].into_iter().chain(rest).map(|mut content| {
            if let Some(relation) = &relation {
                content.insert("m.relates_to".into(), relation.clone());
            }
            Value::Object(content)
        });
        let requests = contents.enumerate().map(|(part, content)| {
            let (room, transaction) = (room.clone(), Transaction::of(key, part));
            match part {
                0 => Request::File { room, file: file.clone(), content, transaction },
                _ => Request::Send { room, kind: MESSAGE, content, transaction },
            }
        });
        Ok(Job { requests: requests.collect(), losses })
    }
}

/// What clients may know of it before it is there.
fn info(file: &File) -> Value {
    let mut info = Map::new();
    info.insert("mimetype".into(), file.media_type().into());
    info.insert("size".into(), file.bytes().len().into());
    if msgtype(file) == "m.image"
        && let Some((width, height)) = pixels(file.bytes())
    {
        info.insert("w".into(), width.into());
        info.insert("h".into(), height.into());
    }
    Value::Object(info)
}

/// How clients are to show it.
fn msgtype(file: &File) -> &'static str {
    match file.media_type().split_once('/').map(|(kind, _)| kind) {
        Some("image") => "m.image",
        Some("audio") => "m.audio",
        Some("video") => "m.video",
        _ => "m.file",
    }
}
