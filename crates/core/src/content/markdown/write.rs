//! From the tree to Markdown source.

use std::mem;

use crate::content::page::Page;
use crate::content::{Container, Content, Leaf, Line, Loss, Losses, Mark, Render, Rendered, Style};

pub(in crate::content) fn write(content: &Content) -> Rendered<String> {
    let mut writer = Writer::default();
    content.render(&mut writer);
    let lines: Vec<String> = writer.page.finish().iter().map(Line::text).collect();
    Rendered { output: lines.join("\n"), losses: writer.losses }
}

#[derive(Default)]
struct Writer {
    page: Page,
    /// Marks that begin with the next text, and blanks that are written only if text follows:
    /// `** a **` is no strong text, and Markdown drops blanks where a line begins or ends.
    marks: String,
    blanks: String,
    /// Line ends that are written only if text follows in the block.
    breaks: usize,
    in_heading: bool,
    /// Whether each open link has a label yet.
    labelled: Vec<bool>,
    losses: Losses,
}

impl Writer {
    /// Writes text so that it is read as text.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.in_heading => self.blanks.push(' '),
                '\n' => self.line_end(),
                ' ' | '\t' => self.blanks.push(c),
                c => self.escaped(c),
            }
        }
    }

    fn line_end(&mut self) {
        if !self.blanks.is_empty() {
            self.source("");
        }
        self.breaks += 1;
    }

    fn escaped(&mut self, c: char) {
        self.source("");
        let special = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '~' | '#' => true,
            '+' | '-' | '=' | '>' => self.page.at_line_start(),
            '.' | ')' => self.behind_a_number(),
            _ => false,
        };
        if special {
            self.page.push("\\", Style::PLAIN);
        }
        self.page.push(c.encode_utf8(&mut [0; 4]), Style::PLAIN);
    }

    /// Whether a dot here would make the line an item of a list.
    fn behind_a_number(&mut self) -> bool {
        self.page.beginning(9).is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Writes source as it is, behind the breaks, blanks and marks that waited for it.
    fn source(&mut self, source: &str) {
        for _ in 0..mem::take(&mut self.breaks) {
            self.page.push("\\", Style::PLAIN);
            self.page.break_line();
        }
        for (index, blank) in mem::take(&mut self.blanks).chars().enumerate() {
            let edge = index == 0 && self.page.at_line_start();
            self.page.push(
                match blank {
                    '\t' if edge => "&#9;",
                    _ if edge => "&#32;",
                    '\t' => "\t",
                    _ => " ",
                },
                Style::PLAIN,
            );
        }
        let marks = mem::take(&mut self.marks);
        self.page.push(&marks, Style::PLAIN);
        self.page.push(source, Style::PLAIN);
        self.labelled.iter_mut().for_each(|labelled| *labelled = true);
    }

    fn end_block(&mut self) {
        self.blanks.clear();
        self.breaks = 0;
        self.page.end_block();
    }

    fn mark(&mut self, mark: Mark) -> &'static str {
        match mark {
            Mark::Strong => "**",
            Mark::Emphasis => "*",
            Mark::Strike => "~~",
            Mark::Underline => {
                self.losses.insert(Loss::Styling);
                ""
            }
            Mark::Spoiler => {
                self.losses.insert(Loss::Spoiler);
                ""
            }
        }
    }
}

impl Render for Writer {
    fn open(&mut self, container: Container<'_>) {
        match container {
            Container::Paragraph | Container::List(_) => self.page.begin_block(),
            Container::Heading(level) => {
                self.page.begin_block();
                self.source(&"#".repeat(level.number().into()));
                self.source(" ");
                self.in_heading = true;
            }
            Container::Item(number) => {
                self.page.begin_close_block();
                // CommonMark reads at most nine digits.
                let first = number.map_or_else(
                    || "- ".to_owned(),
                    |number| format!("{}. ", number.min(999_999_999)),
                );
                let rest = " ".repeat(first.len());
                self.page.begin_margin(first, rest);
            }
            Container::Quote => {
                self.page.begin_block();
                self.page.begin_margin("> ", "> ");
            }
            Container::Mark(mark) => {
                let mark = self.mark(mark);
                self.marks.push_str(mark);
            }
            Container::Link(_) => {
                self.source("[");
                self.labelled.push(false);
            }
        }
    }

    fn close(&mut self, container: Container<'_>) {
        match container {
            Container::Paragraph => self.end_block(),
            Container::Heading(_) => {
                self.end_block();
                self.in_heading = false;
            }
            Container::List(_) => self.page.end_block(),
            Container::Item(_) | Container::Quote => self.page.end_margin(),
            Container::Mark(mark) => {
                let mark = self.mark(mark);
                if let Some(without) = self.marks.strip_suffix(mark) {
                    self.marks.truncate(without.len());
                } else {
                    // Blanks and line ends that wait stay behind the mark.
                    self.page.push(mark, Style::PLAIN);
                }
            }
            Container::Link(url) => {
                if self.labelled.pop() == Some(false) {
                    self.text(url.as_str());
                }
                self.source(&format!("](<{}>)", url.as_str().replace('&', "\\&")));
            }
        }
    }

    fn leaf(&mut self, leaf: Leaf<'_>) {
        match leaf {
            Leaf::Text(text) => self.text(text),
            Leaf::Code("") => {}
            Leaf::Code(code) => self.source(&code_span(code)),
            Leaf::CodeBlock { language, text } => {
                self.page.begin_block();
                let fence = "`".repeat(longest_run(text).max(2) + 1);
                let language = language.unwrap_or_default();
                let readable = !language.contains(|c: char| c == '`' || c.is_whitespace());
                let language = if readable { language } else { "" };
                for line in format!("{fence}{language}\n{text}\n{fence}").split('\n') {
                    self.page.push(line, Style::PLAIN);
                    self.page.end_line();
                }
                self.page.end_block();
            }
            Leaf::Mention { label, .. } => {
                self.losses.insert(Loss::Mention);
                self.text(label);
            }
            Leaf::Break => self.text("\n"),
            Leaf::Rule => {
                self.page.begin_block();
                // Not `---`: that is no rule behind the `-` of a list item.
                self.page.push("***", Style::PLAIN);
                self.page.end_block();
            }
        }
    }
}

/// Code in running text, between more backticks than it holds itself.
fn code_span(code: &str) -> String {
    let fence = "`".repeat(longest_run(code) + 1);
    // A reader takes one blank off each end, if both have one.
    let edge = |c| c == '`' || c == ' ' || c == '\n';
    let pad = if code.starts_with(edge) || code.ends_with(edge) { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", code.replace('\n', " "))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
