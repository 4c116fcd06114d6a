//! What was asked for, by whom and where, and the answers to it.

use nuncio_policy::{CommandId, Level, Network};
use smol_str::SmolStr;

use super::finish::Writes;
use super::lanes::LaneKey;
use crate::action::Action;
use crate::content::Content;
use crate::event::{Event, EventKey, Message, MessageId};
use crate::file::Attached;
use crate::gate::Attempt;
use crate::moment::Moment;
use crate::place::Place;
use crate::plugin::{Cause, Reply};
use crate::store::{Draft, JournalRow, JournalState};
use crate::trigger::Trigger;

/// Who asked for what, where: all that an answer needs.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) attempt: Attempt,
    pub(super) network: Network,
    pub(super) key: EventKey,
    pub(super) place: Place,
    pub(super) name: SmolStr,
    pub(super) about: Option<MessageId>,
    /// The files that came with what was said.
    pub(super) files: Vec<Attached>,
    /// Whether it is journalled that it began, so that its end is to be too.
    pub(super) begun: bool,
}

/// Something that was asked for and waits for its turn. It is decided when its turn comes.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) asked: Asked,
    pub(super) task: Task,
}

/// What a job is about.
#[derive(Debug)]
pub(super) enum Task {
    /// To call a plugin.
    Call(Cause),
    /// To say something without a call.
    Answer(Content),
}

impl Asked {
    /// What somebody asks for by a message.
    pub(super) fn of(
        event: &Event,
        message: &Message,
        trigger: Trigger,
        command: CommandId,
        level: Level,
    ) -> Self {
        let about = message.id.clone();
        let name = message.name.clone();
        let files = message.files.clone();
        Self { name, files, ..Self::at(event, &message.place, about, trigger, command, level) }
    }

    /// What is asked for at a place, by nobody of whom there is a name.
    pub(super) fn at(
        event: &Event,
        place: &Place,
        about: Option<MessageId>,
        trigger: Trigger,
        command: CommandId,
        level: Level,
    ) -> Self {
        Self {
            attempt: Attempt { trigger, command, level, room: place.room().cloned(), target: None },
            network: event.network.clone(),
            key: event.key.clone(),
            place: place.clone(),
            name: SmolStr::default(),
            about,
            files: Vec::new(),
            begun: false,
        }
    }

    /// A text as an answer to it.
    pub(super) fn answer(&self, content: Content) -> Draft {
        let speaker = self.attempt.trigger.speaker();
        let mut output = crate::action::Output::say(self.place.clone(), content);
        output.about.clone_from(&self.about);
        Draft {
            output,
            speaker,
            room: self.attempt.room.clone(),
            target: self.attempt.target.clone(),
            command: self.attempt.command.clone(),
            level: self.attempt.level.clone(),
            refusal: false,
            keep_as: None,
            used: self.attempt.trigger.used().to_vec(),
        }
    }

    /// A reply to it.
    pub(super) fn reply(&self, reply: Reply) -> Draft {
        let Reply { content, form, file, keep_as } = reply;
        let mut draft = Draft { keep_as, ..self.answer(Content::default()) };
        draft.output.action = match file {
            Some(file) => Action::File { file, caption: content },
            None => Action::Say { content, form },
        };
        draft
    }

    /// A reaction to the message that asked.
    pub(super) fn reaction(&self, target: &MessageId, emoji: SmolStr) -> Draft {
        let mut draft = self.answer(Content::default());
        draft.output.action = Action::React { target: target.clone(), emoji };
        draft.output.about = None;
        draft
    }

    /// A word on why it was not done, for whoever asked in so many words: what runs because of a
    /// pattern, an event or a clock fails in silence.
    pub(super) fn excuse(&self, content: Content) -> Writes {
        if self.attempt.trigger.is_spoken() {
            return Writes::instead(self.answer(content));
        }
        Writes::default()
    }

    /// Whether a machine asks, which waits for an answer to each thing.
    pub(super) fn waits(&self) -> bool {
        self.attempt.trigger.is_of_socket()
    }

    pub(super) fn lane(&self) -> LaneKey {
        LaneKey::new(&self.attempt.trigger.speaker(), &self.place)
    }

    pub(super) fn journal(&self, state: JournalState, now: Moment) -> JournalRow {
        JournalRow {
            network: self.network.clone(),
            key: self.key.clone(),
            at: now.wall,
            command: self.attempt.command.clone(),
            speaker: self.attempt.trigger.speaker().to_string(),
            state,
        }
    }
}
