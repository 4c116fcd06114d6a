//! What is wrong with an argument.

use std::fmt;

use smol_str::SmolStr;

use super::Span;
use crate::content::Content;
use crate::text;

/// The longest piece of a line that an answer repeats, in characters.
const MAX_SHOWN: usize = 40;

/// An argument that a command cannot take, and where it stands in what was typed.
///
/// Displays as one line without its hint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ArgumentError {
    /// Where it stands; empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub what: Wrong,
    /// The parameter that it is about.
    pub parameter: Option<SmolStr>,
    /// What was typed there.
    pub found: String,
    /// What the parameter takes.
    pub expected: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What can be wrong with an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wrong {
    /// It is not there, and must be.
    Missing,
    /// Nothing can be done with it.
    Unexpected,
    /// A quote in it is never closed.
    Unterminated,
    /// It is something else than the parameter takes.
    Kind,
    /// No flag has this name.
    UnknownFlag,
    /// A flag that may be given once is given again.
    Twice,
}

impl ArgumentError {
    /// The same error, which repeats nothing that was typed.
    pub(super) fn without_found(self) -> Self {
        let hint = match self.what {
            Wrong::Unexpected => Some("quotes make one of several words".into()),
            Wrong::Unterminated => self.hint,
            // Why it cannot be read may repeat it too.
            _ => None,
        };
        Self { found: "…".into(), hint, ..self }
    }

    /// The answer to whoever typed it: what is wrong, what to do, and how the command is used
    /// ([`CommandTree::usage`](super::CommandTree::usage)).
    pub fn answer(&self, usage: &str) -> Content {
        let hint = self.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        text!("{error}{hint}. Usage: `{usage}`", error = capitalised(self), hint, usage)
    }

    /// The answer for a terminal: the line with carets under the place, and the error below.
    pub fn report(&self, line: &str) -> String {
        let hint = self.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        format!("{}\n{self}{hint}", self.span.point_out(line))
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.parameter.as_deref().unwrap_or_default();
        let Self { expected, .. } = self;
        let found = shortened(&self.found);
        match self.what {
            Wrong::Missing => write!(f, "`{name}` is missing: it takes {expected}"),
            Wrong::Unexpected => write!(f, "`{found}` is more than the command takes"),
            Wrong::Unterminated => write!(f, "the quote at `{found}` is never closed"),
            Wrong::Kind if name.is_empty() => write!(f, "`{found}` is not {expected}"),
            Wrong::Kind => write!(f, "`{found}` is not {expected}, as `{name}` must be"),
            Wrong::UnknownFlag => write!(f, "there is no flag `{found}`"),
            Wrong::Twice => write!(f, "`{name}` is given twice"),
        }
    }
}

fn shortened(text: &str) -> String {
    let mut chars = text.chars();
    let mut shown: String = chars.by_ref().take(MAX_SHOWN).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

fn capitalised(error: &ArgumentError) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}
