//! Lines of styled text: what IRC and a terminal show.

use super::page::Page;
use super::{Container, Content, Leaf, Loss, Losses, Render, Rendered, Style};

/// A run of text of one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text, without a line end.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// One line of styled text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    spans: Vec<Span>, // INVARIANT: no span is empty or like its neighbour; none holds a line end
}

/// What a network, or a terminal, can show in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// The styles that it has.
    pub styles: Style,
    /// Whether a name in running text calls the person, as a nick does on IRC.
    pub mentions: bool,
}

impl Palette {
    /// Text and nothing else.
    pub const PLAIN: Self = Self { styles: Style::PLAIN, mentions: false };
}

impl Line {
    /// The runs of the line, in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The text of the line.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// The length of its text in bytes, styles not counted.
    pub fn text_bytes(&self) -> usize {
        self.spans.iter().map(|span| span.text.len()).sum()
    }

    /// Whether there is nothing to see in it.
    pub fn is_blank(&self) -> bool {
        self.spans.iter().all(|span| span.text.trim().is_empty())
    }

    /// Adds text at its end; a line end in it becomes a blank.
    pub fn push(&mut self, text: &str, style: Style) {
        if text.contains('\n') {
            return self.push(&text.replace('\n', " "), style);
        }
        match self.spans.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.style == style => last.text.push_str(text),
            _ => self.spans.push(Span { text: text.to_owned(), style }),
        }
    }

    /// The part of the line that is its text from one byte to another, both between characters.
    pub(super) fn part(&self, from: usize, to: usize) -> Self {
        let mut part = Self::default();
        let mut start = 0;
        for span in &self.spans {
            let len = span.text.len();
            let range = from.saturating_sub(start).min(len)..to.saturating_sub(start).min(len);
            part.push(span.text.get(range).unwrap_or_default(), span.style);
            start += len;
        }
        part
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        let mut line = Self::default();
        line.push(text, Style::PLAIN);
        line
    }
}

pub(super) fn lines(content: &Content, palette: Palette) -> Rendered<Vec<Line>> {
    let mut lines = Lines {
        palette,
        page: Page::default(),
        styles: vec![Style::PLAIN],
        labels: Vec::new(),
        lists: 0,
        losses: Losses::NONE,
    };
    content.render(&mut lines);
    Rendered { output: lines.page.finish(), losses: lines.losses }
}

struct Lines {
    palette: Palette,
    page: Page,
    /// The style in force, and those that it replaced.
    styles: Vec<Style>,
    /// The text of each open link so far, to compare it with the address.
    labels: Vec<String>,
    /// How many lists are open: in a list no empty lines are shown.
    lists: usize,
    losses: Losses,
}

impl Lines {
    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or(Style::PLAIN)
    }

    fn push_style(&mut self, style: Style) {
        self.styles.push(self.style().with(style));
    }

    /// Writes text that may hold line ends.
    fn write(&mut self, text: &str, wanted: Style) {
        let style = wanted.only(self.palette.styles);
        if !text.is_empty() {
            self.lose(wanted.without(style));
        }
        for (index, part) in text.split('\n').enumerate() {
            if index > 0 {
                self.page.break_line();
            }
            self.page.push(part, style);
        }
        for label in &mut self.labels {
            label.push_str(text);
        }
    }

    fn lose(&mut self, style: Style) {
        if style.has(Style::SPOILER) {
            self.losses.insert(Loss::Spoiler);
        }
        if !style.without(Style::SPOILER).is_plain() {
            self.losses.insert(Loss::Styling);
        }
    }

    fn begin_block(&mut self) {
        if self.lists == 0 {
            self.page.begin_block();
        } else {
            self.page.begin_close_block();
        }
    }
}

impl Render for Lines {
    fn open(&mut self, container: Container<'_>) {
        match container {
            Container::Paragraph => self.begin_block(),
            Container::Heading(_) => {
                self.begin_block();
                self.losses.insert(Loss::Heading);
                self.push_style(Style::STRONG.only(self.palette.styles));
            }
            Container::List(_) => {
                self.begin_block();
                self.lists += 1;
            }
            Container::Item(number) => {
                self.page.begin_close_block();
                let first = number.map_or_else(|| "- ".to_owned(), |n| format!("{n}. "));
                let rest = " ".repeat(first.len());
                self.page.begin_margin(first, rest);
            }
            Container::Quote => {
                self.begin_block();
                self.page.begin_margin("> ", "> ");
            }
            Container::Mark(mark) => self.push_style(mark.into()),
            Container::Link(_) => self.labels.push(String::new()),
        }
    }

    fn close(&mut self, container: Container<'_>) {
        match container {
            Container::Paragraph => self.page.end_block(),
            Container::Heading(_) => {
                self.styles.pop();
                self.page.end_block();
            }
            Container::List(_) => {
                self.lists -= 1;
                self.page.end_block();
            }
            Container::Item(_) | Container::Quote => self.page.end_margin(),
            Container::Mark(_) => {
                self.styles.pop();
            }
            Container::Link(url) => {
                let label = self.labels.pop().unwrap_or_default();
                if label.is_empty() {
                    self.write(url.as_str(), self.style());
                } else if label != url.as_str() {
                    self.losses.insert(Loss::Link);
                    self.write(&format!(" ({url})"), self.style());
                }
            }
        }
    }

    fn leaf(&mut self, leaf: Leaf<'_>) {
        match leaf {
            Leaf::Text(text) => self.write(text, self.style()),
            Leaf::Code(text) => self.write(text, self.style().with(Style::CODE)),
            Leaf::CodeBlock { language, text } => {
                self.begin_block();
                if language.is_some() {
                    self.losses.insert(Loss::CodeLanguage);
                }
                self.write(text, Style::CODE);
                self.page.end_block();
            }
            Leaf::Mention { label, .. } => {
                if !self.palette.mentions {
                    self.losses.insert(Loss::Mention);
                }
                self.write(label, self.style());
            }
            Leaf::Break => self.write("\n", Style::PLAIN),
            Leaf::Rule => {
                self.begin_block();
                self.write("---", Style::PLAIN);
                self.page.end_block();
            }
        }
    }
}
