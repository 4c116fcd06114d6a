//! Rich text as IRC's formatting codes, and back.
//!
//! The codes are those of <https://modern.ircdocs.horse/formatting>: bold, italics, underline,
//! strikethrough and monospace. Code is written between backticks, because the code for monospace
//! is the youngest and many clients show it as a stray letter. Colours are not written; of those that come in, text of the colour
//! of its background is a spoiler, and the others are left out.

use nuncio_core::content::{Content, Encode, Inline, Line, Mark, Palette, Span, Style};

/// What IRC can show. A nick in running text calls its owner.
pub const PALETTE: Palette = Palette { styles: STYLES, mentions: true };

const STYLES: Style = Style::STRONG
    .with(Style::EMPHASIS)
    .with(Style::UNDERLINE)
    .with(Style::STRIKE)
    .with(Style::CODE);

/// Each style and the code that switches it on and off.
const CODES: [(Style, char); 5] = [
    (Style::STRONG, '\u{02}'),
    (Style::EMPHASIS, '\u{1d}'),
    (Style::UNDERLINE, '\u{1f}'),
    (Style::STRIKE, '\u{1e}'),
    (Style::CODE, '\u{11}'),
];

/// What stands around code in what we write.
const BACKTICK: char = '`';

const RESET: char = '\u{0f}';
const COLOUR: char = '\u{03}';
const HEX_COLOUR: char = '\u{04}';

/// Measures a line with its codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Codes;

impl Encode for Codes {
    fn line_bytes(&self, line: &Line) -> usize {
        let codes: usize = transitions(line.spans()).map(|(_, codes)| codes.count()).sum();
        line.text_bytes() + codes + usize::from(ends_in_code(line.spans()))
    }
}

/// Writes styled text with its codes. What is on at the end stays on, for the line ends it; code
/// is closed.
pub fn write(spans: &[Span]) -> String {
    let mut out = String::with_capacity(spans.iter().map(|span| span.text.len() + 2).sum());
    for (text, codes) in transitions(spans) {
        out.extend(codes);
        out.push_str(text);
    }
    if ends_in_code(spans) {
        out.push(BACKTICK);
    }
    out
}

fn ends_in_code(spans: &[Span]) -> bool {
    spans.last().is_some_and(|span| span.style.has(Style::CODE))
}

/// Each run of text with the codes that go before it.
fn transitions<'a>(
    spans: impl IntoIterator<Item = &'a Span>,
) -> impl Iterator<Item = (&'a str, impl Iterator<Item = char>)> {
    let mut before = Style::PLAIN;
    spans.into_iter().map(move |span| {
        let changed = before.without(span.style).with(span.style.without(before));
        before = span.style;
        let codes = CODES.into_iter().filter(move |(style, _)| changed.has(*style));
        let written = |(style, code)| if style == Style::CODE { BACKTICK } else { code };
        (span.text.as_str(), codes.map(written))
    })
}

/// Reads a text with codes: its words, and the content where it says more than they do.
pub fn read(text: &str) -> (String, Option<Content>) {
    if !text.contains(char::is_control) {
        return (text.to_owned(), None);
    }
    let mut reader = Reader::default();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            RESET => reader.switch(Style::PLAIN),
            COLOUR => {
                let front = number(&mut chars, 2, 10);
                let back = front.and_then(|_| after_comma(&mut chars, 2, 10));
                reader.colour(front, back);
            }
            HEX_COLOUR => {
                let front = number(&mut chars, 6, 16);
                let back = front.and_then(|_| after_comma(&mut chars, 6, 16));
                reader.colour(front, back);
            }
            '\t' => reader.run.push(' '),
            char if char.is_control() => {
                if let Some((style, _)) = CODES.iter().find(|(_, code)| *code == char) {
                    reader.toggle(*style);
                }
            }
            char => reader.run.push(char),
        }
    }
    reader.finish()
}

/// The words of a text with codes.
pub fn words(text: &str) -> String {
    read(text).0
}

type Chars<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn number(chars: &mut Chars<'_>, digits: usize, radix: u32) -> Option<u32> {
    let mut number = None;
    for _ in 0..digits {
        let Some(digit) = chars.peek().and_then(|char| char.to_digit(radix)) else { break };
        chars.next();
        number = Some(number.unwrap_or(0) * radix + digit);
    }
    number
}

/// A comma belongs to the colour only where a number follows it.
fn after_comma(chars: &mut Chars<'_>, digits: usize, radix: u32) -> Option<u32> {
    let mut ahead = chars.clone();
    ahead.next_if_eq(&',')?;
    let number = number(&mut ahead, digits, radix)?;
    *chars = ahead;
    Some(number)
}

#[derive(Default)]
struct Reader {
    style: Style,
    run: String,
    words: String,
    inlines: Vec<Inline>,
    styled: bool,
}

impl Reader {
    fn toggle(&mut self, style: Style) {
        let both = self.style.with(style);
        self.switch(if self.style.has(style) { self.style.without(style) } else { both });
    }

    fn colour(&mut self, front: Option<u32>, back: Option<u32>) {
        let plain = self.style.without(Style::SPOILER);
        self.switch(if front.is_some() && front == back {
            plain.with(Style::SPOILER)
        } else {
            plain
        });
    }

    fn switch(&mut self, style: Style) {
        if style != self.style {
            self.end_run();
            self.style = style;
        }
    }

    fn end_run(&mut self) {
        if self.run.is_empty() {
            return;
        }
        self.words.push_str(&self.run);
        let text = std::mem::take(&mut self.run);
        let code = self.style.has(Style::CODE);
        let inline = if code { Inline::code(text) } else { Inline::text(text) };
        self.styled |= !self.style.is_plain();
        let marks = [Mark::Strong, Mark::Emphasis, Mark::Underline, Mark::Strike, Mark::Spoiler];
        let marks = marks.into_iter().filter(|mark| self.style.has(Style::from(*mark)));
        self.inlines.push(marks.fold(inline, |inner, mark| Inline::Marked(mark, vec![inner])));
    }

    fn finish(mut self) -> (String, Option<Content>) {
        self.end_run();
        let content = self.styled.then(|| Content::line(self.inlines));
        (self.words, content)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(markdown: &str) -> Vec<String> {
        let lines = Content::markdown(markdown).lines(PALETTE).output;
        lines.iter().map(|line| write(line.spans())).collect()
    }

    #[test]
    fn styles_are_codes() {
        assert_eq!(written("plain"), ["plain"]);
        assert_eq!(written("**a** *b* `c` ~~d~~"), ["\u{2}a\u{2} \u{1d}b\u{1d} `c` \u{1e}d"]);
        assert_eq!(written("**a*b***"), ["\u{2}a\u{1d}b"]);
        assert_eq!(written("say `why`"), ["say `why`"]);
    }

    #[test]
    fn codes_are_styles_and_the_words_have_none() {
        let (words, content) = read("a \u{2}b\u{1d}c\u{f} d\u{7}\u{16}e");
        assert_eq!(words, "a bc de");
        let markdown = content.expect("styles").to_markdown().output;
        assert_eq!(markdown, "a **b*****c*** de");
        assert_eq!(read("plain"), ("plain".to_owned(), None));
        assert_eq!(read("\u{3}04red\u{3} 7"), ("red 7".to_owned(), None));
    }

    #[test]
    fn colours_eat_their_digits_and_no_more() {
        for (text, expected) in [
            ("\u{3}4x", "x"),
            ("\u{3}041x", "1x"),
            ("\u{3}4,5x", "x"),
            ("\u{3}4,x", ",x"),
            ("\u{3},5x", ",5x"),
            ("\u{4}ff0000,00ff00x", "x"),
            ("\u{3}", ""),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
        let (_, content) = read("\u{3}1,1hidden\u{3} shown");
        let Some(content) = content else { panic!("a spoiler") };
        assert_eq!(content.to_plain(), "hidden shown");
    }

    proptest! {
        /// A written line reads as the same words, and is as long as was measured.
        #[test]
        fn write_then_read(runs in prop::collection::vec(("[a-z0-9 ,é]{1,8}", 0usize..16), 0..6)) {
            let mut line = Line::default();
            for (text, bits) in &runs {
                let styles = CODES.iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
                line.push(text, styles.fold(Style::PLAIN, |all, (_, (style, _))| all.with(*style)));
            }
            let written = write(line.spans());
            prop_assert_eq!(written.len(), Codes.line_bytes(&line));
            prop_assert_eq!(words(&written), line.text());
        }

        #[test]
        fn anything_is_read_without_controls(text in any::<String>()) {
            let (words, _) = read(&text);
            prop_assert!(!words.contains(char::is_control));
        }
    }
}
