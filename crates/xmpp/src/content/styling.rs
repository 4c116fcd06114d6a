//! Message styling as it comes in (XEP-0393): a body as the content that its marks make of it.
//!
//! A mark begins a style where a blank, another mark or nothing stands before it and no blank
//! behind it, and ends it where no blank stands before it; the first that can end it does.

use nuncio_core::content::{Block, Content, Inline, Mark, Text};

/// The longest body that is read for styles; a longer one is its text.
const MAX_BYTES: usize = 16 * 1024;

/// How deep quotes and styles stand in one another at most; what is deeper is text.
const MAX_DEPTH: usize = 8;

const FENCE: &str = "```";

/// Reads a body. Nothing, where it has no style.
pub fn read(body: &str) -> Option<Content> {
    if body.len() > MAX_BYTES || !body.contains(['*', '_', '~', '`', '>']) {
        return None;
    }
    let lines: Vec<&str> = body.lines().collect();
    let blocks = blocks(&lines, MAX_DEPTH);
    blocks.iter().any(is_styled).then(|| Content::new(blocks))
}

fn is_styled(block: &Block) -> bool {
    match block {
        Block::Paragraph(inlines) => {
            inlines.iter().any(|inline| !matches!(inline, Inline::Text(_) | Inline::Break))
        }
        _ => true,
    }
}

fn blocks(mut lines: &[&str], depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    while let Some((first, rest)) = lines.split_first() {
        let (block, taken) = if let Some(named) = first.strip_prefix(FENCE) {
            let inside = rest.iter().take_while(|line| line.trim_end() != FENCE).count();
            let code: Vec<&str> = rest.iter().take(inside).copied().collect();
            let language = Some(Text::new(named.trim())).filter(|named| !named.is_empty());
            (Some(Block::Code { language, text: Text::new(code.join("\n")) }), inside + 2)
        } else if first.starts_with('>') && depth > 0 {
            let quoted: Vec<&str> = lines.iter().map_while(|line| unquoted(line)).collect();
            (Some(Block::Quote(self::blocks(&quoted, depth - 1))), quoted.len())
        } else {
            let ends = |line: &&&str| {
                line.is_empty() || line.starts_with(FENCE) || (line.starts_with('>') && depth > 0)
            };
            let plain: Vec<&str> = lines.iter().take_while(|line| !ends(line)).copied().collect();
            let block = (!plain.is_empty()).then(|| paragraph(&plain));
            (block, plain.len().max(1))
        };
        blocks.extend(block);
        lines = lines.split_at_checked(taken).map_or(&[], |(_, rest)| rest);
    }
    blocks
}

fn unquoted(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('>')?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

fn paragraph(lines: &[&str]) -> Block {
    let mut inlines = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            inlines.push(Inline::Break);
        }
        inlines.extend(spans(line, MAX_DEPTH));
    }
    Block::Paragraph(inlines)
}

/// The spans of a part of a line.
fn spans(text: &str, depth: usize) -> Vec<Inline> {
    let mut inlines = Vec::new();
    // Where the words before the next span begin; the marks that nothing ends from here on.
    let (mut plain, mut endless) = (0, Vec::new());
    let (mut at, mut before) = (0, ' ');
    while let Some(mark) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let begins = is_mark(mark) && (before.is_whitespace() || is_mark(before)) && depth > 0;
        let behind = at + mark.len_utf8();
        let span = if begins && !endless.contains(&mark) {
            enclosed(text.get(behind..).unwrap_or_default(), mark)
        } else {
            Enclosed::Not
        };
        before = mark;
        let (inner, after) = match span {
            Enclosed::By { inner, after } => (inner, after),
            Enclosed::Endless => {
                endless.push(mark);
                at = behind;
                continue;
            }
            Enclosed::Not => {
                at = behind;
                continue;
            }
        };
        inlines.extend(text.get(plain..at).filter(|text| !text.is_empty()).map(Inline::text));
        inlines.push(match mark {
            '`' => Inline::code(inner),
            '*' => Inline::Marked(Mark::Strong, spans(inner, depth - 1)),
            '_' => Inline::Marked(Mark::Emphasis, spans(inner, depth - 1)),
            _ => Inline::Marked(Mark::Strike, spans(inner, depth - 1)),
        });
        (plain, at) = (text.len() - after.len(), text.len() - after.len());
    }
    inlines.extend(text.get(plain..).filter(|text| !text.is_empty()).map(Inline::text));
    inlines
}

fn is_mark(char: char) -> bool {
    matches!(char, '*' | '_' | '~' | '`')
}

/// What a mark makes of what stands behind it.
enum Enclosed<'a> {
    /// A span, and what stands behind it.
    By { inner: &'a str, after: &'a str },
    /// It begins none here.
    Not,
    /// Nothing ends one, from here on.
    Endless,
}

fn enclosed(rest: &str, mark: char) -> Enclosed<'_> {
    if rest.starts_with(|char: char| char.is_whitespace() || char == mark) {
        return Enclosed::Not;
    }
    let mut before = ' ';
    for (at, char) in rest.char_indices() {
        if char == mark
            && !before.is_whitespace()
            && let Some((inner, end)) = rest.split_at_checked(at)
        {
            let after = end.strip_prefix(mark).unwrap_or_default();
            return Enclosed::By { inner, after };
        }
        before = char;
    }
    Enclosed::Endless
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(body: &str, markdown: &str) {
        let content = read(body).unwrap_or_else(|| Content::text(body));
        assert_eq!(content.to_markdown().output, markdown, "{body}");
    }

    #[test]
    fn marks_make_styles() {
        check("*a* _b_ ~c~ `d*e*`", "**a** *b* ~~c~~ `d*e*`");
        check("*a _b_ c*", "**a *b* c**");
        check("say *hi*!", "say **hi**!");
    }

    #[test]
    fn what_is_no_style_is_text() {
        for body in ["2*3*4", "* a*", "*a *", "**", "a*", "*a", "snake_case_name", "", "`", "***"] {
            assert_eq!(read(body), None, "{body}");
        }
    }

    #[test]
    fn blocks_are_read() {
        check(
            "> a\n> > *b*\nc\n```rust\n*d*\n```\n\ne",
            "> a\n>\n> > **b**\n\nc\n\n```rust\n*d*\n```\n\ne",
        );
        let deep = ">".repeat(100) + " *a*";
        assert!(read(&deep).is_some());
    }

    proptest! {
        /// Nothing of a line is lost but marks, whatever stands in it, and it takes no long time.
        #[test]
        fn only_marks_are_lost(line in "[a *_~`ż]{0,40}") {
            // What stands behind a fence names a language.
            prop_assume!(!line.starts_with(FENCE));
            let words = |text: &str| -> String {
                text.chars().filter(|char| !is_mark(*char) && !char.is_whitespace()).collect()
            };
            if let Some(content) = read(&line) {
                prop_assert_eq!(words(&content.to_plain()), words(&line));
            }
        }

        #[test]
        fn any_body_is_read(body in "\\PC{0,200}|[>`*_ \n]{0,200}") {
            read(&body);
        }
    }

    #[test]
    fn a_long_line_of_marks_is_read_at_once() {
        for unit in ["*a ", "*_~`", "* ", "_*a*_ ", "*a_ "] {
            read(&unit.repeat(MAX_BYTES / unit.len()));
        }
    }
}
