//! `%(name)s`: texts from `[policy.define]`, put in before a list is read.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::diagnostic::{Problem, nearest};

/// How deep definitions may name one another; deeper is taken for a circle.
const MAX_DEPTH: usize = 10;

/// How long a list may be once expanded, in bytes.
const MAX_EXPANDED_BYTES: usize = 4 << 20;

/// The texts of `[policy.define]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defines<'a>(pub(crate) &'a BTreeMap<String, String>);

/// A list with its definitions put in, and the way back to where each byte was written.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    pub(super) text: String,
    pieces: Vec<Piece>,
}

/// A run of the expanded text.
#[derive(Debug)]
struct Piece {
    /// Where it begins in the expanded text.
    at: usize,
    /// What it was written as.
    source: Range<usize>,
    /// Whether it was written as it stands, rather than as a `%(name)s`.
    verbatim: bool,
}

/// Why a list cannot be expanded, and which bytes of it are to blame.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExpandError {
    pub(super) span: Range<usize>,
    pub(super) problem: Problem,
}

impl Defines<'_> {
    /// Puts the definitions into a text.
    pub(super) fn expand(self, text: &str) -> Result<Expanded, ExpandError> {
        let mut expanded = Expanded::default();
        let mut rest = 0..text.len();
        while let Some((before, name, after)) = next_macro(text, rest.clone()) {
            expanded.push(text.get(before.clone()).unwrap_or_default(), before.clone(), true);
            let source = before.end..after;
            let value = self
                .value(name, MAX_DEPTH)
                .map_err(|problem| ExpandError { span: source.clone(), problem })?;
            expanded.push(&value, source.clone(), false);
            if expanded.text.len() > MAX_EXPANDED_BYTES {
                return Err(ExpandError { span: source, problem: too_long("the list") });
            }
            rest = after..text.len();
        }
        expanded.push(text.get(rest.clone()).unwrap_or_default(), rest, true);
        Ok(expanded)
    }

    fn value(self, name: &str, depth: usize) -> Result<String, Problem> {
        let text = self.0.get(name).ok_or_else(|| self.unknown(name))?;
        if depth == 0 {
            return Err(Problem::error(format!("`%({name})s` leads back to itself")));
        }
        let mut value = String::new();
        let mut rest = 0..text.len();
        while let Some((before, inner, after)) = next_macro(text, rest.clone()) {
            value.push_str(text.get(before).unwrap_or_default());
            value.push_str(&self.value(inner, depth - 1)?);
            if value.len() > MAX_EXPANDED_BYTES {
                return Err(too_long(&format!("`%({name})s`")));
            }
            rest = after..text.len();
        }
        value.push_str(text.get(rest).unwrap_or_default());
        Ok(value)
    }

    fn unknown(self, name: &str) -> Problem {
        let help = nearest(name, self.0.keys().map(String::as_str)).map_or_else(
            || "define it in `[policy.define]`".to_owned(),
            |near| format!("did you mean `%({near})s`?"),
        );
        Problem::error(format!("`%({name})s` is not defined")).help(help)
    }
}

fn too_long(what: &str) -> Problem {
    Problem::error(format!("{what} grows beyond {MAX_EXPANDED_BYTES} bytes here"))
}

/// The first `%(name)s` in a part of a text: the bytes before it, its name, and where it ends.
fn next_macro(text: &str, part: Range<usize>) -> Option<(Range<usize>, &str, usize)> {
    let start = part.start;
    let rest = text.get(part)?;
    let mut from = 0;
    loop {
        let open = from + rest.get(from..)?.find("%(")?;
        let (name, _) = rest.get(open + 2..)?.split_once(')')?;
        let close = open + 2 + name.len() + 1;
        if rest.get(close..)?.starts_with('s') {
            return Some((start..start + open, name, start + close + 1));
        }
        from = open + 2;
    }
}

impl Expanded {
    fn push(&mut self, text: &str, source: Range<usize>, verbatim: bool) {
        if !text.is_empty() {
            self.pieces.push(Piece { at: self.text.len(), source, verbatim });
            self.text.push_str(text);
        }
    }

    /// The bytes that a part of the expanded text was written as.
    pub(super) fn source(&self, part: Range<usize>) -> Range<usize> {
        let last = part.end.saturating_sub(1).max(part.start);
        let start = self.piece(part.start).map_or(0, |piece| {
            piece.source.start + if piece.verbatim { part.start - piece.at } else { 0 }
        });
        let end = self.piece(last).map_or(start, |piece| {
            let offset = if piece.verbatim { part.end - piece.at } else { usize::MAX };
            piece.source.start.saturating_add(offset).min(piece.source.end)
        });
        start..end.max(start)
    }

    fn piece(&self, at: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.at <= at);
        self.pieces.get(after.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defines() -> BTreeMap<String, String> {
        [("a", "u:irc:ann"), ("b", "%(a)s,u:irc:bob"), ("loop", "x%(loop)s")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into()
    }

    #[test]
    fn definitions_are_put_in_and_every_byte_knows_where_it_was_written() {
        let expanded = Defines(&defines()).expand("w %(b)s *").unwrap();
        assert_eq!(expanded.text, "w u:irc:ann,u:irc:bob *");
        assert_eq!(expanded.source(0..1), 0..1);
        assert_eq!(expanded.source(12..21), 2..7);
        assert_eq!(expanded.source(22..23), 8..9);
        assert_eq!(expanded.source(0..23), 0..9);
    }

    #[test]
    fn a_percent_sign_that_begins_no_name_stays() {
        let expanded = Defines(&defines()).expand("a%20b %(a) %(a)s").unwrap();
        assert_eq!(expanded.text, "a%20b %(a) u:irc:ann");
    }

    #[test]
    fn what_is_not_defined_or_leads_back_is_refused() {
        let error = |text| Defines(&defines()).expand(text).unwrap_err();
        let unknown = error("w %(aa)s *");
        assert_eq!(unknown.span, 2..8);
        assert_eq!(unknown.problem.message, "`%(aa)s` is not defined");
        assert_eq!(unknown.problem.help.unwrap(), "did you mean `%(a)s`?");
        assert_eq!(error("%(loop)s").problem.message, "`%(loop)s` leads back to itself");
    }
}
