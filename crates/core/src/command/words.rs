//! From a line to words.

use super::{Line, Span};

/// What opens a quote, and what may close it. Telephones type the curly ones unasked.
const QUOTES: [(char, &[char]); 4] =
    [('"', &['"']), ('\'', &['\'']), ('“', &['”', '“']), ('„', &['“', '”'])];

/// One word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, its quotes and escapes resolved.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Whether it begins with a quote, and so is never a flag.
    pub quoted: bool,
    /// Whether something in it is an argument of an alias.
    pub inserted: bool,
}

/// A quote that is never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the quote is never closed")]
pub struct Unterminated {
    /// From the quote to the end of the line.
    pub span: Span,
}

/// The words of a line, taken one after another; what is not taken yet stays as it was typed.
///
/// Blanks and line ends separate words. A quote opens where a word begins, or behind the `=` of a
/// flag, so that `don't` is a word. In quotes, `\` makes a quote, a `\`, `\n` and `\t`; outside, a
/// blank, a quote and a `\`. Before anything else it is a `\`.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    line: Line<'a>,
    at: usize,
}

impl<'a> Words<'a> {
    /// The words of a line from a byte on.
    pub fn new(line: impl Into<Line<'a>>, at: usize) -> Self {
        Self { line: line.into(), at }
    }

    /// What was not taken yet, without blanks at its ends, and where it stands.
    pub fn rest(&self) -> (&'a str, Span) {
        let line = self.line.text();
        let rest = line.get(self.at..).unwrap_or_default();
        let start = line.len() - rest.trim_start().len();
        let rest = rest.trim();
        (rest, Span { start, end: start + rest.len() })
    }

    /// Goes on behind a byte of the line.
    pub const fn skip_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Takes a word; none at the end of the line.
    ///
    /// # Errors
    ///
    /// When a quote in it is never closed.
    pub fn next_word(&mut self) -> Result<Option<Word>, Unterminated> {
        let line = self.line.text();
        let rest = line.get(self.at..).unwrap_or_default().trim_start();
        let start = line.len() - rest.len();
        let (mut text, mut inserted) = (String::new(), false);
        let mut quote: Option<(usize, &[char])> = None;
        let mut len = rest.len();
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if let Some((argument, end)) = self.line.inserted_at(start + at) {
                text.push_str(argument);
                inserted = true;
                while chars.next_if(|(next, _)| start + next < end).is_some() {}
            } else if c == '\\' {
                let next = chars.peek().filter(|(at, _)| !self.is_inserted(start + at));
                let escaped = next.and_then(|&(_, next)| escaped(next, quote.is_some()));
                text.push(escaped.unwrap_or(c));
                if escaped.is_some() {
                    chars.next();
                }
            } else if let Some((_, closers)) = quote {
                if closers.contains(&c) {
                    quote = None;
                } else {
                    text.push(c);
                }
            } else if c.is_whitespace() {
                len = at;
                break;
            } else if let Some(closers) = closers(c).filter(|_| may_quote(at, &text, inserted)) {
                quote = Some((at, closers));
            } else {
                text.push(c);
            }
        }
        if let Some((opened, _)) = quote {
            let span = Span { start: start + opened, end: line.trim_end().len() };
            return Err(Unterminated { span });
        }
        self.at = start + len;
        let quoted = rest.chars().next().is_some_and(|c| closers(c).is_some());
        let span = Span { start, end: self.at };
        Ok((len > 0).then_some(Word { text, span, quoted, inserted }))
    }

    fn is_inserted(&self, at: usize) -> bool {
        self.line.inserted_at(at).is_some()
    }
}

fn closers(opener: char) -> Option<&'static [char]> {
    QUOTES.iter().find(|(open, _)| *open == opener).map(|(_, closers)| *closers)
}

fn may_quote(at: usize, before: &str, inserted: bool) -> bool {
    let behind_flag = || {
        let name = before.strip_prefix("--").or_else(|| before.strip_prefix('—'));
        name.and_then(|name| name.strip_suffix('=')).is_some_and(|name| !name.contains('='))
    };
    at == 0 || !inserted && behind_flag()
}

fn escaped(c: char, in_quotes: bool) -> Option<char> {
    match c {
        '\\' | '"' | '\'' | '“' | '”' | '„' => Some(c),
        'n' if in_quotes => Some('\n'),
        't' if in_quotes => Some('\t'),
        c if !in_quotes && c.is_whitespace() => Some(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Unterminated, Words};

    fn words(line: &str) -> Result<Vec<String>, Unterminated> {
        let mut words = Words::new(line, 0);
        let mut all = Vec::new();
        while let Some(word) = words.next_word()? {
            assert!(!word.span.of(line).is_empty(), "{line:?}");
            all.push(word.text);
        }
        Ok(all)
    }

    #[test]
    fn lines_become_words() {
        let check = |line: &str, expect: &[&str]| {
            assert_eq!(words(line).unwrap(), expect, "{line:?}");
        };
        check("", &[]);
        check("  foo   bar ", &["foo", "bar"]);
        check("a\nb\tc", &["a", "b", "c"]);
        check(r#"foo "bar baz""#, &["foo", "bar baz"]);
        check("foo 'bar baz'", &["foo", "bar baz"]);
        check("foo “bar baz” „x y“", &["foo", "bar baz", "x y"]);
        check(r#"a "" b"#, &["a", "", "b"]);
        check(r#""a\"b" 'a\'b' "\\" "\n\t\x""#, &["a\"b", "a'b", "\\", "\n\t\\x"]);
        check(r#"don't say it's "so""#, &["don't", "say", "it's", "so"]);
        check(r#"a"b c"d"#, &["a\"b", "c\"d"]);
        check(r#""a b"c d"#, &["a bc", "d"]);
        check(r"a\ b \'c \d+ e\", &["a b", "'c", r"\d+", "e\\"]);
        check(r#"--to="a b" --x=y=z --a='b'"#, &["--to=a b", "--x=y=z", "--a=b"]);
        check(r#"x="a b""#, &["x=\"a", "b\""]);
        check("foo[bar] | x > y", &["foo[bar]", "|", "x", ">", "y"]);
    }

    #[test]
    fn an_open_quote_is_pointed_at() {
        for (line, quoted) in [
            (r#"foo "bar baz "#, "\"bar baz"),
            (r"foo 'bar\'", r"'bar\'"),
            ("--to=\"a", "\"a"),
            ("“a\"", "“a\""),
        ] {
            assert_eq!(words(line).unwrap_err().span.of(line), quoted);
        }
    }

    proptest! {
        #[test]
        fn what_is_quoted_comes_out(all in proptest::collection::vec("\\PC{0,8}", 0..6)) {
            let quote = |word: &String| format!("\"{}\"", word.replace('\\', r"\\").replace('"', "\\\""));
            let line = all.iter().map(quote).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(words(&line).unwrap(), all);
        }

        #[test]
        fn any_line_ends(line in "[\"'\\\\ a=“”-]{0,20}") {
            drop(words(&line));
        }
    }
}
