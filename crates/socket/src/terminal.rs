//! What a terminal shows of what is said.

use std::fmt::Write;
use std::io::IsTerminal;

use nuncio_core::content::{Content, Line, Palette, Rendered, Style};
use nuncio_core::event::Form;

/// How a terminal shows text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terminal {
    styles: bool,
}

/// The marks that a terminal has, and the number of each in ECMA-48, 8.3.117 (SGR).
const MARKS: [(Style, &str); 5] = [
    (Style::STRONG, "1"),
    (Style::EMPHASIS, "3"),
    (Style::UNDERLINE, "4"),
    (Style::STRIKE, "9"),
    (Style::CODE, "36"),
];

impl Terminal {
    /// No terminal: text and nothing else.
    #[cfg(test)]
    pub(crate) const PLAIN: Self = Self { styles: false };
    /// One that shows styles.
    #[cfg(test)]
    pub(crate) const STYLED: Self = Self { styles: true };

    /// What standard output is, in this process's environment; `NO_COLOR` and `TERM=dumb` make it
    /// plain.
    pub(crate) fn of_stdout() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let plain = set("NO_COLOR").is_some() || set("TERM").is_none_or(|term| term == "dumb");
        Self { styles: std::io::stdout().is_terminal() && !plain }
    }

    /// Whether it shows styles.
    pub(crate) fn has_styles(self) -> bool {
        self.styles
    }

    /// A content as lines, the last one ended, and what is missing from them.
    pub(crate) fn show(self, content: &Content, form: Form, name: &str) -> Rendered<String> {
        let Rendered { output: lines, losses } = content.lines(self.palette());
        let mut shown = String::new();
        if form == Form::Emote {
            shown.push_str("* ");
            escape_into(&mut shown, name);
            shown.push(' ');
        }
        for line in &lines {
            self.paint(&mut shown, line);
            shown.push('\n');
        }
        Rendered { output: shown, losses }
    }

    fn palette(self) -> Palette {
        let marks = MARKS.iter().fold(Style::PLAIN, |marks, (mark, _)| marks.with(*mark));
        Palette { styles: if self.styles { marks } else { Style::PLAIN }, ..Palette::PLAIN }
    }

    fn paint(self, shown: &mut String, line: &Line) {
        for span in line.spans() {
            let codes =
                MARKS.iter().filter(|(mark, _)| span.style.has(*mark)).map(|(_, code)| *code);
            let codes: Vec<&str> = if self.styles { codes.collect() } else { Vec::new() };
            if codes.is_empty() {
                escape_into(shown, &span.text);
                continue;
            }
            shown.push_str("\u{1b}[");
            shown.push_str(&codes.join(";"));
            shown.push('m');
            escape_into(shown, &span.text);
            shown.push_str("\u{1b}[0m");
        }
    }
}

/// A text in which nothing can move the cursor, change colours, or turn the reading direction:
/// such characters are shown by their numbers.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_into(&mut escaped, text);
    escaped
}

fn escape_into(escaped: &mut String, text: &str) {
    for character in text.chars() {
        if character == '\t' || !(character.is_control() || turns_direction(character)) {
            escaped.push(character);
        } else if write!(escaped, "\\u{{{:x}}}", u32::from(character)).is_err() {
            // A string takes everything.
            return;
        }
    }
}

/// Unicode's explicit directional formatting characters (UAX 9, table 1), by which a text can
/// look like another.
fn turns_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(terminal: Terminal, markdown: &str) -> String {
        terminal.show(&Content::markdown(markdown), Form::Text, "nuncio").output
    }

    #[test]
    fn marks_are_shown_where_there_are_any() {
        let markdown = "a **b *c*** `d`\n\n- e\n- ~~f~~";
        assert_eq!(show(Terminal::PLAIN, markdown), "a b c d\n\n- e\n- f\n");
        assert_eq!(
            show(Terminal::STYLED, markdown),
            "a \u{1b}[1mb \u{1b}[0m\u{1b}[1;3mc\u{1b}[0m \u{1b}[36md\u{1b}[0m\n\n- e\n- \u{1b}[9mf\u{1b}[0m\n"
        );
    }

    #[test]
    fn an_emote_names_who_does_it() {
        let shown = Terminal::PLAIN.show(&"waves".into(), Form::Emote, "nun\u{1b}cio");
        assert_eq!(shown.output, "* nun\\u{1b}cio waves\n");
    }

    #[test]
    fn hostile_text_cannot_reach_the_terminal() {
        assert_eq!(
            escape("a\u{1b}[2J\u{7}\r\nb\u{9b}1m\u{202e}c\td"),
            "a\\u{1b}[2J\\u{7}\\u{d}\\u{a}b\\u{9b}1m\\u{202e}c\td"
        );
        let shown = show(Terminal::PLAIN, "x\u{1b}]0;title\u{7}\u{2066}");
        assert!(
            !shown.chars().any(|c| (c.is_control() && c != '\n') || turns_direction(c)),
            "{shown:?}"
        );
    }
}
