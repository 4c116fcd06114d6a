//! What was answered.

use nuncio_core::event::Form;
use nuncio_core::place::Place;

use super::fail;
use super::memory::{Received, What};
use super::pattern::matches;

/// What came of something that somebody said.
#[derive(Clone, Debug)]
#[must_use = "an answer that nobody checks tests nothing"]
pub struct Heard {
    said: String,
    place: Place,
    received: Vec<Received>,
}

impl Heard {
    pub(super) fn new(said: &str, place: Place, received: Vec<Received>) -> Self {
        Self { said: said.to_owned(), place, received }
    }

    /// The answer's text; messages are joined by line ends.
    pub fn text(&self) -> String {
        self.texts().join("\n")
    }

    /// Everything that went out, answers included.
    pub fn received(&self) -> &[Received] {
        &self.received
    }

    /// Expects this answer, and no more; `…` stands for any text.
    #[track_caller]
    pub fn says(&self, expected: &str) -> &Self {
        let text = self.text();
        if !matches(expected, &text) || (expected.is_empty() && !self.texts().is_empty()) {
            self.complain(
                "was not answered as expected",
                &[("expected", expected), ("answered", &text)],
            );
        }
        self
    }

    /// Expects a text to be part of the answer.
    #[track_caller]
    pub fn mentions(&self, part: &str) -> &Self {
        let text = self.text();
        if !text.contains(part) {
            self.complain(
                "was not answered as expected",
                &[("expected", part), ("answered", &text)],
            );
        }
        self
    }

    /// Expects a text to be no part of the answer.
    #[track_caller]
    pub fn omits(&self, part: &str) -> &Self {
        let text = self.text();
        if text.contains(part) {
            self.complain("was not to be answered so", &[("without", part), ("answered", &text)]);
        }
        self
    }

    /// Expects no answer at all.
    #[track_caller]
    pub fn says_nothing(&self) -> &Self {
        self.says("")
    }

    /// Expects the speaker to be told that policy does not let him.
    #[track_caller]
    pub fn is_refused(&self) -> &Self {
        self.says("… may not …")
    }

    /// Expects a message in another place.
    #[track_caller]
    pub fn says_in(&self, room: &str, expected: &str) -> &Self {
        let there =
            |received: &&Received| received.place.room().is_some_and(|id| id.room() == room);
        let texts: Vec<_> = self.received.iter().filter(there).filter_map(text).collect();
        if !texts.iter().any(|text| matches(expected, text)) {
            let answered = texts.join("\n");
            self.complain(room, &[("expected", expected), ("said there", &answered)]);
        }
        self
    }

    fn texts(&self) -> Vec<String> {
        let here = self.received.iter().filter(|received| received.place == self.place);
        here.filter_map(text).collect()
    }

    #[track_caller]
    fn complain(&self, what: &str, lines: &[(&str, &str)]) -> ! {
        let mut report = format!("`{}`: {what}", self.said);
        for (name, text) in lines {
            report.push_str("\n  ");
            report.push_str(name);
            report.push_str(": ");
            report.push_str(&text.replace('\n', "\n    "));
        }
        fail(report)
    }
}

/// The text of a message; an action of the bot is shown as IRC clients show one.
fn text(received: &Received) -> Option<String> {
    match &received.what {
        What::Message { text, form: Form::Emote } => Some(format!("* {text}")),
        What::Message { text, .. } => Some(text.clone()),
        What::Action(_) => None,
    }
}
