//! Lines being written one after another, with the margins of quotes and lists.

use std::mem;

use super::{Line, Style};

/// A page that is filled from top to bottom.
#[derive(Default)]
pub(super) struct Page {
    done: Vec<Line>,
    line: Option<Line>,
    margins: Vec<Margin>,
    /// Whether a block ended here, so that the next one stands apart from it.
    gap: bool,
    /// How many bytes stand on the line beside its margins.
    written: usize,
}

/// What stands before the lines of a quote or a list item.
struct Margin {
    first: Option<String>,
    rest: String,
}

impl Page {
    /// Everything written, line by line.
    pub(super) fn finish(mut self) -> Vec<Line> {
        self.end_line();
        self.done
    }

    /// Adds text without line ends to the line.
    pub(super) fn push(&mut self, text: &str, style: Style) {
        self.line().push(text, style);
        self.written += text.len();
    }

    /// What stands on the line beside its margins, if that is no longer than so many bytes.
    pub(super) fn beginning(&mut self, max_bytes: usize) -> Option<String> {
        let written = self.written;
        let line = (written <= max_bytes).then(|| self.line().text())?;
        line.split_at_checked(line.len().checked_sub(written)?).map(|(_, text)| text.into())
    }

    /// Whether nothing but margins stands on the line yet.
    pub(super) const fn at_line_start(&self) -> bool {
        self.written == 0
    }

    /// The line being written; a new one begins with its margins.
    pub(super) fn line(&mut self) -> &mut Line {
        let Self { line, margins, .. } = self;
        line.get_or_insert_with(|| {
            let mut line = Line::default();
            for Margin { first, rest } in margins {
                line.push(first.take().as_deref().unwrap_or(rest), Style::PLAIN);
            }
            line
        })
    }

    /// Ends the line being written, if there is one.
    pub(super) fn end_line(&mut self) {
        self.done.extend(self.line.take());
        self.written = 0;
    }

    /// Ends the line, which may be empty.
    pub(super) fn break_line(&mut self) {
        self.line();
        self.end_line();
    }

    /// Begins a block on a line of its own, an empty line after the block before it.
    pub(super) fn begin_block(&mut self) {
        self.end_line();
        if mem::take(&mut self.gap) {
            let margins = self.line().text();
            self.line = Some(margins.trim_end().into());
            self.end_line();
        }
    }

    /// Begins a block right below the one before it.
    pub(super) fn begin_close_block(&mut self) {
        self.end_line();
        self.gap = false;
    }

    /// Ends a block.
    pub(super) fn end_block(&mut self) {
        self.end_line();
        self.gap = true;
    }

    /// Begins a place whose lines begin with a text, its first line with another.
    pub(super) fn begin_margin(&mut self, first: impl Into<String>, rest: impl Into<String>) {
        self.margins.push(Margin { first: Some(first.into()), rest: rest.into() });
        self.gap = false;
    }

    /// Ends that place; one without text has still shown its first margin.
    pub(super) fn end_margin(&mut self) {
        if self.margins.last().is_some_and(|margin| margin.first.is_some()) {
            self.line();
        }
        self.end_block();
        self.margins.pop();
    }
}
