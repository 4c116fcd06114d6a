//! Lines that somebody typed, or that an alias made of one, and places in them.

use unicode_segmentation::UnicodeSegmentation;

/// How much of a line is shown before and behind the place that is pointed at, in graphemes.
const CONTEXT: usize = 40;

/// A line as commands read it: a text, and the places in it where arguments of an alias stand.
///
/// What stands at such a place is one argument, or part of one, whatever it is: never a flag, never
/// a quote, and never the name of a command.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    text: &'a str,
    inserted: &'a [Inserted],
}

/// A line that aliases made of what somebody typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filled {
    text: String,
    // INVARIANT: in the order of their places, which do not touch; each is a quoted word.
    inserted: Vec<Inserted>,
}

/// An argument that an alias put into its line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Inserted {
    span: Span,
    /// What was typed.
    text: String,
}

impl<'a> Line<'a> {
    /// The text, in which arguments of an alias stand in quotes.
    pub const fn text(self) -> &'a str {
        self.text
    }

    /// The text at a place, each argument of an alias as it was typed.
    pub(super) fn plain(self, span: Span) -> String {
        let mut plain = String::new();
        let mut at = span.start;
        for inserted in self.inserted {
            if span.start <= inserted.span.start && inserted.span.end <= span.end {
                plain.push_str(Span { start: at, end: inserted.span.start }.of(self.text));
                plain.push_str(&inserted.text);
                at = inserted.span.end;
            }
        }
        plain.push_str(Span { start: at, end: span.end }.of(self.text));
        plain
    }

    /// The argument of an alias that begins at a byte, and where it ends.
    pub(super) fn inserted_at(self, at: usize) -> Option<(&'a str, usize)> {
        let index = self.inserted.binary_search_by_key(&at, |inserted| inserted.span.start).ok()?;
        self.inserted.get(index).map(|inserted| (inserted.text.as_str(), inserted.span.end))
    }
}

impl<'a> From<&'a str> for Line<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, inserted: &[] }
    }
}

impl Filled {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Puts an argument in, as one word.
    pub(super) fn insert(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push('"');
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                self.text.push('\\');
            }
            self.text.push(c);
        }
        self.text.push('"');
        let span = Span { start, end: self.text.len() };
        self.inserted.push(Inserted { span, text: text.to_owned() });
    }

    /// How many bytes it has.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn line(&self) -> Line<'_> {
        Line { text: &self.text, inserted: &self.inserted }
    }
}

/// A range of bytes in the text that somebody typed; both ends stand between two characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
}

impl Span {
    /// An empty place.
    pub const fn at(place: usize) -> Self {
        Self { start: place, end: place }
    }

    /// The text there; nothing when it is another text's span.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Two lines for a terminal: the text around the place, and carets under it.
    pub fn point_out(self, text: &str) -> String {
        let before = text.get(..self.start).unwrap_or_default();
        let behind = text.get(self.end..).unwrap_or_default();
        let before = before.rsplit('\n').next().unwrap_or_default();
        let behind = behind.split('\n').next().unwrap_or_default();
        let here = self.of(text).replace('\n', " ");
        let skipped = before.graphemes(true).count().saturating_sub(CONTEXT);
        let before: String = before.graphemes(true).skip(skipped).collect();
        let behind: String = behind.graphemes(true).take(CONTEXT).collect();
        let shown: String = here.graphemes(true).take(CONTEXT).collect();
        let blanks = " ".repeat(before.graphemes(true).count());
        let carets = "^".repeat(shown.graphemes(true).count().max(1));
        let line = format!("{before}{shown}{behind}").replace('\t', " ");
        format!("{line}\n{blanks}{carets}")
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn carets_stand_under_the_place() {
        let check = |text, start, end, expect: &str| {
            assert_eq!(Span { start, end }.point_out(text), expect);
        };
        check("roll abc 3", 5, 8, "roll abc 3\n     ^^^");
        check("roll é\tabc", 8, 11, "roll é abc\n       ^^^");
        check("roll", 4, 4, "roll\n    ^");
        check("one\ntwo x\nthree", 8, 9, "two x\n    ^");
        check("", 5, 9, "\n^");
        let long = "x".repeat(200);
        let shown = Span { start: 100, end: 101 }.point_out(&long);
        assert_eq!(shown.lines().map(str::len).collect::<Vec<_>>(), [81, 41]);
    }
}
