//! Places in a line that somebody typed.

use unicode_segmentation::UnicodeSegmentation;

/// How much of a line is shown before and behind the place that is pointed at, in graphemes.
const CONTEXT: usize = 40;

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
