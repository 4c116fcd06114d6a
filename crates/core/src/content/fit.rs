//! Splitting lines over messages of a limited size.

use std::collections::VecDeque;

use unicode_segmentation::UnicodeSegmentation;

use super::{Line, Loss, Losses, Rendered, Span, Style};

/// Stands at the end of the last part when the rest had to be left out.
const ELLIPSIS: &str = "…";

/// What one message may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that a part may take once it is encoded.
    pub max_bytes: usize,
    /// The most lines in a part: 1 where a message is a line, as on IRC. 0 counts as 1.
    pub max_lines: usize,
    /// The most parts; what does not fit into them is cut.
    pub max_parts: usize,
}

/// How many bytes styled text takes on its way.
///
/// # Behavior
///
/// - A line takes at least the bytes of its text, and a prefix of a line never more than the line.
/// - It is asked often: it measures, and does not build what it measures where it can.
pub trait Encode {
    /// The bytes of a line with its style codes.
    fn line_bytes(&self, line: &Line) -> usize;

    /// The bytes between two lines of one part.
    fn break_bytes(&self) -> usize {
        1
    }
}

impl<F: Fn(&Line) -> usize> Encode for F {
    fn line_bytes(&self, line: &Line) -> usize {
        self(line)
    }
}

/// Text as it is, in UTF-8, styles for free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Utf8;

impl Encode for Utf8 {
    fn line_bytes(&self, line: &Line) -> usize {
        line.text_bytes()
    }
}

/// What goes into one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its lines, at least one; neither the first nor the last is blank.
    pub lines: Vec<Line>,
}

impl Part {
    /// The runs of all its lines, where a part is one line.
    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        self.lines.iter().flat_map(Line::spans)
    }
}

/// Splits lines over as many parts as the limits need.
///
/// The same as taking part after part from a [`Splitter`] while the limits stay what they are.
pub fn fit(
    lines: Rendered<Vec<Line>>,
    limits: &Limits,
    encode: &impl Encode,
) -> Rendered<Vec<Part>> {
    let mut splitter = Splitter::new(lines);
    let mut parts = Vec::new();
    while let Some(part) = splitter.next_part(limits, encode) {
        parts.push(part);
    }
    Rendered { output: parts, losses: splitter.losses() }
}

/// Lines on their way into parts, under limits that may change between two parts.
///
/// A part ends between two paragraphs if that fills at least half of it, else between two lines, else between two words, else between two graphemes (what a
/// reader sees as one character), else between two code points, never within one. Blanks where it
/// ends between words, and blank lines where it begins or ends, are left out; no other text is,
/// unless the parts run out: then the last one ends in `…`, and [`Loss::Truncated`] says so. Where
/// not even one code point fits, the rest is cut in the same way.
#[derive(Clone, Debug)]
pub struct Splitter {
    lines: VecDeque<Line>,
    parts: usize,
    losses: Losses,
}

impl Splitter {
    /// Begins with all lines.
    pub fn new(lines: Rendered<Vec<Line>>) -> Self {
        Self { lines: lines.output.into(), parts: 0, losses: lines.losses }
    }

    /// What was lost so far; final when no part is left.
    pub const fn losses(&self) -> Losses {
        self.losses
    }

    /// Whether nothing is left to say.
    pub fn is_done(&self) -> bool {
        self.lines.iter().all(Line::is_blank)
    }

    /// The next part, which takes at most `limits.max_bytes`; none when nothing is left to say.
    pub fn next_part(&mut self, limits: &Limits, encode: &impl Encode) -> Option<Part> {
        self.skip_blank_lines();
        if self.lines.is_empty() {
            return None;
        }
        if self.parts >= limits.max_parts {
            return self.truncate();
        }
        let mut lines = self.fill(limits, encode);
        self.parts += 1;
        if self.parts < limits.max_parts {
            self.end_at_a_paragraph(&mut lines);
        }
        self.skip_blank_lines();
        if self.parts >= limits.max_parts && !self.lines.is_empty() {
            mark_the_cut(&mut lines, limits, encode);
        }
        while lines.last().is_some_and(Line::is_blank) {
            lines.pop();
        }
        if lines.is_empty() { self.truncate() } else { Some(Part { lines }) }
    }

    fn truncate<T>(&mut self) -> Option<T> {
        self.losses.insert(Loss::Truncated);
        self.lines.clear();
        None
    }

    fn skip_blank_lines(&mut self) {
        while self.lines.front().is_some_and(Line::is_blank) {
            self.lines.pop_front();
        }
    }

    /// Gives back the paragraph that a part would break off, if that leaves it at least half full.
    fn end_at_a_paragraph(&mut self, lines: &mut Vec<Line>) {
        let broken_off = self.lines.front().is_some_and(|next| !next.is_blank());
        let end = lines.iter().rposition(Line::is_blank).filter(|end| 2 * end >= lines.len());
        if let Some(end) = end.filter(|_| broken_off) {
            lines.drain(end..).rev().for_each(|line| self.lines.push_front(line));
        }
    }

    /// As many lines as there is room for, or the beginning of one that is longer than a part.
    fn fill(&mut self, limits: &Limits, encode: &impl Encode) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        let mut room = limits.max_bytes;
        while lines.len() < limits.max_lines.max(1) {
            let between = if lines.is_empty() { 0 } else { encode.break_bytes() };
            let Some(line) = self.lines.pop_front() else { break };
            let bytes = encode.line_bytes(&line).saturating_add(between);
            if let Some(left) = room.checked_sub(bytes) {
                room = left;
                lines.push(line);
            } else if lines.is_empty() {
                let (head, tail) = split(&line, room, |head| encode.line_bytes(head) <= room);
                self.lines.push_front(tail);
                lines.push(head);
                break;
            } else {
                self.lines.push_front(line);
                break;
            }
        }
        lines
    }
}

/// Ends the last part in an ellipsis, behind as much of it as leaves room for one.
fn mark_the_cut(lines: &mut Vec<Line>, limits: &Limits, encode: &impl Encode) {
    let marked = |line: &Line| {
        let mut marked = line.clone();
        marked.push(ELLIPSIS, Style::PLAIN);
        marked
    };
    let unmarked = lines.clone();
    while let Some(last) = lines.pop() {
        let with_break = |line| encode.line_bytes(line).saturating_add(encode.break_bytes());
        let room = limits.max_bytes.saturating_sub(lines.iter().map(with_break).sum());
        let fits = |line: &Line| encode.line_bytes(&marked(line)) <= room;
        let head = if fits(&last) { last } else { split(&last, room, fits).0 };
        if fits(&head) {
            return lines.push(marked(&head));
        }
    }
    *lines = unmarked;
}

/// Splits a line behind the longest beginning that fits, which has at most `max_bytes` of text;
/// the first half is blank when none does.
fn split(line: &Line, max_bytes: usize, fits: impl Fn(&Line) -> bool) -> (Line, Line) {
    let text = line.text();
    let window = text.floor_char_boundary(max_bytes);
    // One character more tells whether a grapheme ends where the window does.
    let seen = text.get(..text.ceil_char_boundary(window.saturating_add(1))).unwrap_or_default();
    let longest = |ends: Vec<usize>| {
        let fitting = ends.partition_point(|&end| fits(&line.part(0, end)));
        fitting.checked_sub(1).and_then(|last| ends.get(last).copied())
    };
    let graphemes = || seen.grapheme_indices(true).map(|(at, grapheme)| at + grapheme.len());
    let chars = || seen.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = longest(graphemes().take_while(|&end| end <= window).collect())
        .or_else(|| longest(chars().take_while(|&end| end <= window).collect()))
        .unwrap_or(0);
    let (head, tail) = at_a_word(&text, end);
    (line.part(0, head), line.part(tail, text.len()))
}

/// Where the first half ends and the second begins when a text is split at or before `end`.
fn at_a_word(text: &str, end: usize) -> (usize, usize) {
    let blank = |c: char| c == ' ' || c == '\t';
    let Some((head, tail)) = text.split_at_checked(end) else { return (end, end) };
    let head = match head.rfind(blank) {
        Some(at) if !tail.starts_with(blank) => head.get(..=at).unwrap_or(head),
        _ => head,
    };
    let trimmed = head.trim_end_matches(blank);
    if trimmed.is_empty() {
        return (end, end);
    }
    let rest = text.get(head.len()..).unwrap_or_default();
    (trimmed.len(), text.len() - rest.trim_start_matches(blank).len())
}

#[cfg(test)]
mod tests;
