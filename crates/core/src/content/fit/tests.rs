use proptest::prelude::*;

use super::{Encode, Limits, Part, Splitter, Utf8, fit};
use crate::content::{Content, Line, Loss, Losses, Palette, Rendered, Style};

const PALETTE: Palette = Palette { styles: Style::ALL, mentions: true };

/// Each styled run costs two more bytes, as IRC's formatting does.
struct Codes;

impl Encode for Codes {
    fn line_bytes(&self, line: &Line) -> usize {
        let codes = line.spans().iter().filter(|span| !span.style.is_plain()).count();
        line.text_bytes() + 2 * codes
    }
    fn break_bytes(&self) -> usize {
        2
    }
}

fn part_bytes(part: &Part, encode: &impl Encode) -> usize {
    let lines: usize = part.lines.iter().map(|line| encode.line_bytes(line)).sum();
    lines + (part.lines.len() - 1) * encode.break_bytes()
}

fn text(part: &Part) -> String {
    part.lines.iter().map(Line::text).collect::<Vec<_>>().join("|")
}

fn check(source: &str, (max_bytes, max_lines, max_parts): (usize, usize, usize), expect: &[&str]) {
    let lines = Content::markdown(source).lines(PALETTE);
    let parts = fit(lines, &Limits { max_bytes, max_lines, max_parts }, &Utf8);
    assert_eq!(parts.output.iter().map(text).collect::<Vec<_>>(), expect, "{source:?}");
    let complete = expect.last().is_none_or(|last| !last.ends_with('…')) && !expect.is_empty();
    assert_eq!(parts.losses.contains(Loss::Truncated), !complete, "{source:?}");
}

#[test]
fn lines_become_parts() {
    check("hello", (5, 1, 9), &["hello"]);
    check("hello world", (5, 1, 9), &["hello", "world"]);
    check("hello world", (9, 1, 9), &["hello", "world"]);
    check("a b c d", (3, 1, 9), &["a b", "c d"]);
    check("abcdef", (4, 1, 9), &["abcd", "ef"]);
    check("a\n\nb", (9, 1, 9), &["a", "b"]);
    check("a\n\nb", (9, 9, 9), &["a||b"]);
    check("a\n\nb", (3, 9, 9), &["a||", "b"].map(|part| part.trim_end_matches('|')));
    check("a\\\nb\\\nc", (3, 9, 9), &["a|b", "c"]);
    check("a\\\nb\\\nc", (9, 2, 9), &["a|b", "c"]);
    check("a\\\nb\n\nc\\\nd", (7, 9, 9), &["a|b", "c|d"]);
    check("a\n\nb\\\nc\\\nd", (7, 9, 9), &["a||b|c", "d"]);
    check("a\\\nb\n\nc\\\nd", (7, 9, 1), &["a|b|…"]);
    check("hello world", (9, 1, 1), &["hello…"]);
    check("hello world", (5, 1, 1), &["he…"]);
    check("a\n\nb", (9, 1, 1), &["a…"]);
    check("e\u{301}e\u{301}", (4, 1, 9), &["e\u{301}", "e\u{301}"]);
    check("👩‍👩‍👧", (4, 1, 9), &["👩", "\u{200d}", "👩", "\u{200d}", "👧"]);
    check("éa", (1, 1, 9), &[]);
    check("a", (9, 1, 0), &[]);
    check("a", (0, 0, 9), &[]);
}

#[test]
fn limits_are_live() {
    let mut splitter = Splitter::new(Content::text("one two three four").lines(PALETTE));
    let mut part = |max_bytes| {
        let limits = Limits { max_bytes, max_lines: 1, max_parts: 9 };
        splitter.next_part(&limits, &Utf8).map(|part| text(&part))
    };
    assert_eq!(part(3).as_deref(), Some("one"));
    assert_eq!(part(100).as_deref(), Some("two three four"));
    assert_eq!(part(100), None);
}

#[test]
fn nothing_to_say_is_no_part() {
    let blank = Rendered { output: vec![Line::from(" "), Line::default()], losses: Losses::NONE };
    let parts = fit(blank, &Limits { max_bytes: 9, max_lines: 9, max_parts: 9 }, &Utf8);
    assert!(parts.output.is_empty() && parts.losses.is_empty());
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #[test]
    fn every_part_fits_and_no_text_is_lost(
        source in proptest::collection::vec(
            prop_oneof!["[a-z]{1,12}", "[ \n]{1,3}", "\\PC{0,6}", Just("**bold**".to_owned())], 0..30),
        max_bytes in 0usize..60,
        max_lines in 0usize..5,
        max_parts in prop_oneof![0usize..5, Just(10_000)],
    ) {
        let lines = Content::markdown(&source.concat()).lines(PALETTE);
        let all: String = lines.output.iter().map(Line::text).collect();
        let limits = Limits { max_bytes, max_lines, max_parts };
        let parts = fit(lines, &limits, &Codes);
        prop_assert!(parts.output.len() <= max_parts);
        for part in &parts.output {
            prop_assert!(part_bytes(part, &Codes) <= max_bytes, "{:?}", part);
            prop_assert!(!part.lines.is_empty() && part.lines.len() <= max_lines.max(1));
        }
        let said = visible(&parts.output.iter().map(text).collect::<String>().replace('|', ""));
        let all = visible(&all.replace('|', ""));
        if parts.losses.contains(Loss::Truncated) {
            prop_assert!(all.starts_with(said.trim_end_matches('…')));
            prop_assert!(said.len() < all.len() + "…".len());
        } else {
            prop_assert_eq!(said, all);
        }
    }
}
