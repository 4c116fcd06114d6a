//! What the bot says, as lines.

use std::sync::Arc;

use nuncio_core::content::{Content, Losses, Rendered};
use nuncio_core::event::Form;
use nuncio_policy::RoomId;

use crate::protocol::{self, RequestId, Response, Said, to_line};

/// What the bot says, ready to become a line for each who hears it.
#[derive(Debug)]
pub(super) struct Speech {
    said: Said,
    losses: Losses,
    message: Option<Arc<str>>,
}

impl Speech {
    pub(super) fn new(
        bot: &str,
        key: &str,
        room: Option<&RoomId>,
        content: &Content,
        form: Form,
    ) -> Self {
        let Rendered { output: text, losses: unmarked } = content.plain();
        let marked = (!unmarked.is_empty()).then(|| content.to_markdown());
        let losses = marked.as_ref().map_or(Losses::NONE, |marked| marked.losses);
        let said = Said {
            to: None,
            room: room.map(|room| room.room().to_owned()),
            from: None,
            name: bot.to_owned(),
            key: Some(key.to_owned()),
            text,
            markdown: marked.map(|marked| marked.output),
            form: form.into(),
        };
        Self { said, losses, message: None }
    }

    /// What no client can be shown.
    pub(super) fn losses(&self) -> Losses {
        self.losses
    }

    /// The line for the one who asked.
    pub(super) fn reply(&self, to: Option<RequestId>) -> Arc<str> {
        to_line(&Response::Reply(Said { to, ..self.said.clone() })).into()
    }

    /// The line for everybody else, made once.
    pub(super) fn message(&mut self) -> Arc<str> {
        let said = &self.said;
        let line = || to_line(&Response::Message(said.clone())).into();
        Arc::clone(self.message.get_or_insert_with(line))
    }
}

impl From<Form> for protocol::Form {
    fn from(form: Form) -> Self {
        match form {
            Form::Text => Self::Text,
            Form::Notice => Self::Notice,
            Form::Emote => Self::Emote,
        }
    }
}

impl From<protocol::Form> for Form {
    fn from(form: protocol::Form) -> Self {
        match form {
            protocol::Form::Text => Self::Text,
            protocol::Form::Notice => Self::Notice,
            protocol::Form::Emote => Self::Emote,
        }
    }
}
