//! The line of an alias: text with places for what is said behind the alias.

use std::fmt;

use super::line::Filled;
use super::{Line, Unterminated, Words};

/// The line of an alias, read.
///
/// `$1` to `$9` stand for words that must be said, `@1` to `@9` for the words behind those, which
/// need not be; `$*` for all the rest as it is typed. `$$` is a dollar sign, and so is one with
/// anything else behind it. An `@` behind a letter or a digit is one: addresses stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
    /// How many words must be said.
    required: usize,
    /// How many more may be.
    optional: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A word, counted from zero; those that need not be said behind those that must.
    Word {
        index: usize,
        must: bool,
    },
    Rest,
}

/// Why a line is none of an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// Whoever says the alias would choose the command.
    #[error("what is said behind an alias cannot be its command; begin with the command's name")]
    Command,
    /// Whoever says the alias would choose a flag.
    #[error("what is said behind an alias cannot be a flag; write `--flag=$1`")]
    Flag,
}

/// Why a line cannot be filled with what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// Words are missing.
    Missing,
    /// There are too many.
    Unexpected,
    /// A quote is never closed.
    Unterminated,
    /// It grows too long.
    Long,
}

impl Template {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// When a part of it that only its author may choose is left to whoever says it.
    pub fn parse(line: &str) -> Result<Self, TemplateError> {
        let mut template = Self { pieces: Vec::new(), required: 0, optional: 0 };
        let (mut text, mut before) = (String::new(), ' ');
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let (piece, length) = match place(rest, before) {
                Some((piece, length)) => (Some(piece), length),
                None if rest.starts_with("$$") => (None, 2),
                None => (None, c.len_utf8()),
            };
            let Some(piece) = piece else {
                text.push(c);
                before = c;
                rest = rest.get(length..).unwrap_or_default();
                continue;
            };
            template.add(std::mem::take(&mut text), piece)?;
            before = '1';
            rest = rest.get(length..).unwrap_or_default();
        }
        if !text.is_empty() {
            template.pieces.push(Piece::Text(text));
        }
        Ok(template)
    }

    fn add(&mut self, text: String, piece: Piece) -> Result<(), TemplateError> {
        let blank_before = text.trim_start().contains(char::is_whitespace);
        if self.pieces.is_empty() && !blank_before {
            return Err(TemplateError::Command);
        }
        let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
        if (word.starts_with("--") || word.starts_with('—')) && !word.contains('=') {
            return Err(TemplateError::Flag);
        }
        match piece {
            Piece::Word { index, must: true } => self.required = self.required.max(index + 1),
            Piece::Word { index, must: false } => self.optional = self.optional.max(index + 1),
            Piece::Text(_) | Piece::Rest => {}
        }
        if !text.is_empty() {
            self.pieces.push(Piece::Text(text));
        }
        self.pieces.push(piece);
        Ok(())
    }

    /// What is said behind it: `<1> <2> [3] [rest…]`; nothing, if nothing is.
    pub fn usage(&self) -> String {
        let must = (1..=self.required).map(|number| format!("<{number}>"));
        let may = (1..=self.optional).map(|number| format!("[{}]", self.required + number));
        let rest = self.takes_rest().then(|| "[rest…]".to_owned());
        must.chain(may).chain(rest).collect::<Vec<_>>().join(" ")
    }

    fn takes_rest(&self) -> bool {
        self.pieces.contains(&Piece::Rest)
    }

    /// The line, filled with what is said in another from a byte on; of at most `most` bytes.
    pub(super) fn fill(&self, said: Line<'_>, at: usize, most: usize) -> Result<Filled, Misfit> {
        let mut words = Words::new(said, at);
        let mut given = Vec::new();
        while given.len() < self.required + self.optional {
            match words.next_word() {
                Ok(Some(word)) => given.push(word.text),
                Ok(None) => break,
                Err(Unterminated { .. }) => return Err(Misfit::Unterminated),
            }
        }
        let rest = said.plain(words.rest().1);
        if given.len() < self.required {
            return Err(Misfit::Missing);
        }
        if !rest.is_empty() && !self.takes_rest() {
            return Err(Misfit::Unexpected);
        }
        let mut filled = Filled::default();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => filled.push(text),
                Piece::Word { index, must } => {
                    let index = if *must { *index } else { self.required + index };
                    given.get(index).into_iter().for_each(|word| filled.insert(word));
                }
                Piece::Rest if rest.is_empty() => {}
                Piece::Rest => filled.insert(&rest),
            }
            if filled.len() > most {
                return Err(Misfit::Long);
            }
        }
        Ok(filled)
    }
}

/// The place that a text begins with, and how many bytes it has.
fn place(text: &str, before: char) -> Option<(Piece, usize)> {
    let mut signs = text.chars();
    let must = match signs.next()? {
        '$' => true,
        '@' if !before.is_alphanumeric() => false,
        _ => return None,
    };
    match signs.next()? {
        '*' if must => Some((Piece::Rest, 2)),
        digit @ '1'..='9' if !signs.next().is_some_and(|next| next.is_ascii_digit()) => {
            let number = usize::try_from(digit.to_digit(10)?).ok()?;
            Some((Piece::Word { index: number - 1, must }, 2))
        }
        _ => None,
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Missing => "that takes more words",
            Self::Unexpected => "that is more than the alias takes",
            Self::Unterminated => "a quote is never closed; close it, or write `\\` before it",
            Self::Long => "that makes too long a line",
        })
    }
}
