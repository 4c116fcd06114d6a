//! Rich text as message styling (XEP-0393).
//!
//! Styling has no way to write a `*` that is one. So text that somebody could take for styling goes
//! out with the hint that there is none (`<unstyled/>`), and loses what styles it had but the
//! backticks around code, which people read as well; any other text has its styles written with
//! their marks.

pub mod styling;
pub mod xhtml;

use nuncio_core::content::{Encode, Line, Loss, Losses, Palette, Part, Span, Style};

/// What message styling can show. A nick in running text calls its owner.
pub const PALETTE: Palette = Palette { styles: STYLES, mentions: true };

const STYLES: Style = Style::STRONG.with(Style::EMPHASIS).with(Style::STRIKE).with(Style::CODE);

/// Each style and the mark on both its sides; code stands innermost, for nothing in it is styled.
const MARKS: [(Style, char); 4] =
    [(Style::STRONG, '*'), (Style::EMPHASIS, '_'), (Style::STRIKE, '~'), (Style::CODE, '`')];

/// A body on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its text, without any character that XML cannot hold.
    pub text: String,
    /// Whether what looks like styling is none.
    pub unstyled: bool,
    /// What was lost.
    pub losses: Losses,
}

/// Writes a part of a content.
pub fn write(part: &Part) -> Body {
    let spans = || part.lines.iter().flat_map(Line::spans);
    let mut losses = Losses::NONE;
    if spans().any(is_styled) && part.lines.iter().all(can_be_styled) {
        let text = joined(part, Style::ALL);
        return Body { text, unstyled: false, losses };
    }
    if spans().any(|span| !span.style.without(Style::CODE).is_plain()) {
        losses.insert(Loss::Styling);
    }
    let text = joined(part, Style::CODE);
    Body { unstyled: text.lines().any(|line| !is_plain(line)), text, losses }
}

/// The text of a part, with the marks of these styles.
fn joined(part: &Part, styles: Style) -> String {
    let line = |line: &Line| line.spans().iter().map(|span| marked(span, styles)).collect();
    let lines: Vec<String> = part.lines.iter().map(line).collect();
    clean(&lines.join("\n"))
}

/// The same text without the characters that XML 1.0 cannot hold, nor line ends but `\n`.
pub fn clean(text: &str) -> String {
    let fits = |char: &char| match char {
        '\n' | '\t' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        char => !char.is_control() || ('\u{80}'..='\u{9F}').contains(char),
    };
    text.chars().filter(fits).collect()
}

/// Measures a line as XML writes it, with its marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Xml;

impl Encode for Xml {
    fn line_bytes(&self, line: &Line) -> usize {
        let marks = |span: &Span| 2 * marks(span.style).count();
        line.spans().iter().map(|span| marks(span) + escaped(&span.text)).sum()
    }
}

fn escaped(text: &str) -> usize {
    let bytes = |byte: u8| match byte {
        b'&' | b'"' | b'\'' => "&quot;".len(),
        b'<' | b'>' => "&lt;".len(),
        _ => 1,
    };
    text.bytes().map(bytes).sum()
}

fn is_styled(span: &Span) -> bool {
    !span.style.is_plain()
}

fn marks(style: Style) -> impl DoubleEndedIterator<Item = char> {
    MARKS.into_iter().filter(move |(mark, _)| style.has(*mark)).map(|(_, mark)| mark)
}

fn marked(span: &Span, styles: Style) -> String {
    let front: String = marks(span.style.only(styles)).collect();
    let back: String = marks(span.style.only(styles)).rev().collect();
    format!("{front}{}{back}", span.text)
}

fn is_mark(char: char) -> bool {
    MARKS.iter().any(|(_, mark)| *mark == char)
}

/// Whether nothing in a line, or in what stands behind some other text in one, could be taken for
/// styling: a mark that begins a style has a blank or another mark before it, and none behind it.
fn is_plain(text: &str) -> bool {
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let begins = before.is_whitespace() || is_mark(before);
        let ends = chars.peek().is_none_or(|after| after.is_whitespace());
        if is_mark(char) && begins && !ends {
            return false;
        }
        before = char;
    }
    !text.starts_with('>')
}

/// Whether a line with its marks reads as what it is: each styled run begins behind a blank, has
/// none at its ends and no mark of its own in it, and nothing else looks like one.
fn can_be_styled(line: &Line) -> bool {
    let mut open = true;
    line.spans().iter().all(|span| {
        let text = span.text.as_str();
        let stands = if is_styled(span) {
            let is_code = span.style.has(Style::CODE);
            let inner = |char| if is_code { char == '`' } else { is_mark(char) };
            open && text.trim().len() == text.len() && !text.contains(inner)
        } else {
            is_plain(text)
        };
        open = text.ends_with(char::is_whitespace);
        stands
    })
}

#[cfg(test)]
mod tests {
    use nuncio_core::content::{Content, Limits, fit};
    use proptest::prelude::*;

    use super::*;

    fn parts(content: &Content, max_bytes: usize) -> Vec<Part> {
        let limits = Limits { max_bytes, max_lines: usize::MAX, max_parts: 64 };
        fit(content.lines(PALETTE), &limits, &Xml).output
    }

    fn written(content: &Content) -> String {
        let body = write(&parts(content, 10_000)[0]);
        let unstyled = if body.unstyled { " (unstyled)" } else { "" };
        format!("{}{unstyled}", body.text)
    }

    #[test]
    fn styles_have_their_marks() {
        let table = [
            ("plain", "plain"),
            ("**a** *b* `c` ~~d~~", "*a* _b_ `c` ~d~"),
            ("***a***", "*_a_*"),
            ("a **b** c\n\nd", "a *b* c\n\nd"),
        ];
        for (markdown, wanted) in table {
            assert_eq!(written(&Content::markdown(markdown)), wanted, "{markdown}");
        }
    }

    #[test]
    fn text_is_never_taken_for_styling() {
        assert_eq!(written(&Content::text("*a*")), "*a* (unstyled)");
        assert_eq!(written(&Content::text("> a")), "> a (unstyled)");
        assert_eq!(written(&Content::markdown("**a** \\*b*")), "a *b* (unstyled)");
        assert_eq!(written(&Content::markdown("`a` **b** \\`c\\`")), "`a` b `c` (unstyled)");
        // A mark within a word styles nothing, and nothing within code is one.
        assert_eq!(written(&Content::markdown("a**b**")), "ab");
        assert_eq!(written(&Content::text("2*3 * snake_case")), "2*3 * snake_case");
        assert_eq!(written(&Content::markdown("**a** `*b*`")), "*a* `*b*`");
    }

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(written(&Content::text("a\u{1}b\u{0}\u{FFFF}\tc\u{1b}")), "ab\tc");
    }

    proptest! {
        /// No part is longer, as XML writes it, than was asked for.
        #[test]
        fn a_part_keeps_to_its_limit(text in "[a<&*_ żó\n]{0,300}", most in 20_usize..90) {
            for part in parts(&Content::text(text), most) {
                prop_assert!(escaped(&write(&part).text) <= most);
            }
        }
    }
}
