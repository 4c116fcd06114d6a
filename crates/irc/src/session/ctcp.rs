//! Client-to-client messages inside of messages: `/me`, and questions about the client.

use std::time::Duration;

use nuncio_core::bucket::Bucket;

use super::Session;
use crate::wire::{Line, Verb};

/// The mark at both ends.
const MARK: char = '\u{1}';

/// How many questions are answered at once, and how often one more.
const BURST: u32 = 3;
const EVERY: Duration = Duration::from_secs(20);

/// What a message's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ctcp<'a> {
    /// Ordinary text.
    None(&'a str),
    /// `/me`.
    Action(&'a str),
    /// Anything else: the word, and what follows it.
    Other(&'a str, &'a str),
}

impl<'a> Ctcp<'a> {
    /// Reads a message's text. The mark at the end may be missing.
    pub(super) fn read(text: &'a str) -> Self {
        let Some(inner) = text.strip_prefix(MARK) else { return Self::None(text) };
        let inner = inner.strip_suffix(MARK).unwrap_or(inner);
        let (word, rest) = inner.split_once(' ').unwrap_or((inner, ""));
        if word.eq_ignore_ascii_case("ACTION") {
            Self::Action(rest)
        } else {
            Self::Other(word, rest)
        }
    }
}

/// What an action costs beside its text.
pub(super) const ACTION_BYTES: usize = "\u{1}ACTION \u{1}".len();

/// The text of an action.
pub(super) fn action(text: &str) -> String {
    format!("{MARK}ACTION {text}{MARK}")
}

/// Keeps the answers to strangers' questions few: each is a line that somebody else makes us send.
#[derive(Debug)]
pub(super) struct CtcpReplies(Bucket);

impl Default for CtcpReplies {
    fn default() -> Self {
        Self(Bucket::new(BURST, EVERY))
    }
}

impl Session {
    /// Answers VERSION and PING; everything else is ignored, and so is what comes too often.
    pub(super) fn answer_ctcp(&mut self, nick: &str, word: &str, rest: &str) {
        let answer = match word.to_ascii_uppercase().as_str() {
            "VERSION" => format!("{MARK}VERSION nuncio {}{MARK}", env!("CARGO_PKG_VERSION")),
            "PING" if rest.len() <= 64 => format!("{MARK}PING {rest}{MARK}"),
            _ => return,
        };
        if self.ctcp.0.take(self.now.uptime).is_ok() {
            self.send(Line::begin(Verb::Notice).middle(nick).and_then(|line| line.last(&answer)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_make_the_difference() {
        assert_eq!(Ctcp::read("hi"), Ctcp::None("hi"));
        assert_eq!(Ctcp::read("\u{1}ACTION waves\u{1}"), Ctcp::Action("waves"));
        assert_eq!(Ctcp::read("\u{1}action waves"), Ctcp::Action("waves"));
        assert_eq!(Ctcp::read("\u{1}PING 1 2\u{1}"), Ctcp::Other("PING", "1 2"));
        assert_eq!(Ctcp::read("\u{1}"), Ctcp::Other("", ""));
        assert_eq!(Ctcp::read(&action("waves")), Ctcp::Action("waves"));
    }
}
