//! From Markdown source to the tree.

use std::mem;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TextMergeStream};

use crate::content::template::Slots;
use crate::content::{Block, Content, HeadingLevel, Inline, MAX_BYTES, MAX_DEPTH, Mark, Text, Url};

/// Reads a source, filling the slots of a template where there are any.
pub(in crate::content) fn read(source: &str, slots: Option<&Slots<'_>>) -> Content {
    let kept = source.get(..source.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
    let mut reader = Reader { slots, open: Vec::new(), top: Frame::new(Open::Block), skipped: 0 };
    for event in TextMergeStream::new(Parser::new_ext(kept, Options::ENABLE_STRIKETHROUGH)) {
        reader.event(event);
    }
    let mut content = Content::new(reader.finish());
    content.truncated |= kept.len() < source.len();
    content
}

/// What a frame becomes when it ends.
enum Open {
    /// A place for blocks: the document, a list item, a block of raw HTML.
    Block,
    Paragraph,
    Heading(HeadingLevel),
    Quote,
    List(Option<u64>),
    Item,
    Code(Option<Text>),
    Mark(Mark),
    Link(String),
}

/// A node whose end has not come yet, and what it holds so far.
struct Frame {
    open: Open,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    inlines: Vec<Inline>,
    code: String,
}

struct Reader<'a> {
    slots: Option<&'a Slots<'a>>,
    open: Vec<Frame>,
    top: Frame,
    /// How many containers were too deep to be opened and have not ended yet.
    skipped: usize,
}

impl Frame {
    const fn new(open: Open) -> Self {
        Self {
            open,
            blocks: Vec::new(),
            items: Vec::new(),
            inlines: Vec::new(),
            code: String::new(),
        }
    }

    /// Running text that stands directly in a place for blocks is a paragraph of it.
    fn end_paragraph(&mut self) {
        if matches!(self.open, Open::Block | Open::Item | Open::Quote) && !self.inlines.is_empty() {
            self.blocks.push(Block::Paragraph(mem::take(&mut self.inlines)));
        }
    }
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(_) => self.end(),
            Event::Code(code) => {
                let code = self.filled(&code);
                self.top.inlines.push(Inline::code(code));
            }
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.top.inlines.push(Inline::Break),
            Event::Rule => {
                self.top.end_paragraph();
                self.top.blocks.push(Block::Rule);
            }
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.text(&text),
            Event::TaskListMarker(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        if matches!(self.top.open, Open::Code(_)) {
            let text = self.filled(text);
            self.top.code.push_str(&text);
        } else if let Some(slots) = self.slots {
            slots.inlines(text, &mut self.top.inlines);
        } else {
            self.top.inlines.push(Inline::text(text));
        }
    }

    fn filled(&self, text: &str) -> String {
        self.slots.map_or_else(|| text.to_owned(), |slots| slots.string(text))
    }

    fn start(&mut self, tag: Tag<'_>) {
        // An item of a list stands in a frame of its own, so a level may take two.
        if self.skipped > 0 || self.open.len() >= 2 * MAX_DEPTH {
            self.top.end_paragraph();
            self.skipped += 1;
            return;
        }
        let open = match tag {
            Tag::Paragraph => Open::Paragraph,
            Tag::Heading { level, .. } => Open::Heading(heading(level)),
            Tag::BlockQuote(_) => Open::Quote,
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                Open::Code(info.split_whitespace().next().map(Text::new))
            }
            Tag::CodeBlock(CodeBlockKind::Indented) => Open::Code(None),
            Tag::List(first) => Open::List(first),
            Tag::Item => Open::Item,
            Tag::Emphasis => Open::Mark(Mark::Emphasis),
            Tag::Strong => Open::Mark(Mark::Strong),
            Tag::Strikethrough => Open::Mark(Mark::Strike),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let address = self.slots.map(|slots| slots.address(&dest_url));
                Open::Link(address.unwrap_or_else(|| dest_url.into_string()))
            }
            // Raw HTML, and what only extensions that are off would make.
            _ => Open::Block,
        };
        if !matches!(open, Open::Mark(_) | Open::Link(_)) {
            self.top.end_paragraph();
        }
        self.open.push(mem::replace(&mut self.top, Frame::new(open)));
    }

    fn end(&mut self) {
        self.top.end_paragraph();
        if let Some(skipped) = self.skipped.checked_sub(1) {
            self.skipped = skipped;
            return;
        }
        let Some(outer) = self.open.pop() else { return };
        let Frame { open, mut blocks, items, mut inlines, code } =
            mem::replace(&mut self.top, outer);
        let top = &mut self.top;
        match open {
            Open::Block => top.blocks.append(&mut blocks),
            Open::Paragraph => top.blocks.push(Block::Paragraph(inlines)),
            Open::Heading(level) => top.blocks.push(Block::Heading { level, title: inlines }),
            Open::Quote => top.blocks.push(Block::Quote(blocks)),
            Open::List(first) => top.blocks.push(Block::List { first, items }),
            Open::Item => top.items.push(blocks),
            Open::Code(language) => {
                let text = Text::new(code.strip_suffix('\n').unwrap_or(&code));
                top.blocks.push(Block::Code { language, text });
            }
            Open::Mark(mark) => top.inlines.push(Inline::Marked(mark, inlines)),
            Open::Link(address) => {
                if let Ok(url) = address.parse::<Url>() {
                    top.inlines.push(Inline::Link { url, label: inlines });
                } else {
                    top.inlines.append(&mut inlines);
                    top.inlines.push(Inline::text(format!(" ({address})")));
                }
            }
        }
    }

    fn finish(mut self) -> Vec<Block> {
        while !self.open.is_empty() {
            self.end();
        }
        self.top.end_paragraph();
        self.top.blocks
    }
}

const fn heading(level: pulldown_cmark::HeadingLevel) -> HeadingLevel {
    match level {
        pulldown_cmark::HeadingLevel::H1 => HeadingLevel::H1,
        pulldown_cmark::HeadingLevel::H2 => HeadingLevel::H2,
        pulldown_cmark::HeadingLevel::H3 => HeadingLevel::H3,
        pulldown_cmark::HeadingLevel::H4 => HeadingLevel::H4,
        pulldown_cmark::HeadingLevel::H5 => HeadingLevel::H5,
        pulldown_cmark::HeadingLevel::H6 => HeadingLevel::H6,
    }
}
