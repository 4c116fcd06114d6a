//! From somebody's HTML to the tree.
//!
//! What comes out is text in nodes of ours, so no markup of the sender's survives: tags that we do
//! not know are dropped and what they hold stays, attributes are dropped but for a link's address,
//! which has to be a safe [`Url`]. Nothing here recurses, and all is bounded by the tree's bounds.

mod element;
mod tag;

use std::mem;

use nuncio_core::content::{Block, Content, Inline, MAX_BYTES, MAX_DEPTH, Text, Url};

use self::{
    element::{known, level, mark},
    tag::{Tag, decode},
};

/// Reads HTML. It never fails: whatever is no tag is text.
///
/// The quote of what is answered, which old clients put before an answer (`mx-reply`), is left out.
pub fn read(html: &str) -> Content {
    let mut rest = html.get(..html.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
    let mut reader = Reader { open: Vec::new(), top: Frame::new(""), skipping: None };
    while !rest.is_empty() {
        let (text, tail) =
            rest.split_at_checked(rest.find('<').unwrap_or(rest.len())).unwrap_or_default();
        reader.text(&decode(text));
        rest = match Tag::read(tail) {
            Some((tag, tail)) => {
                reader.tag(&tag);
                tail
            }
            // A sign that begins no tag is one.
            None => match tail.strip_prefix('<') {
                Some(tail) => {
                    reader.text("<");
                    tail
                }
                None => "",
            },
        };
    }
    Content::new(reader.finish())
}

/// An element whose end has not come yet, and what it holds so far.
struct Frame {
    name: &'static str,
    blocks: Vec<Block>,
    items: Vec<Vec<Block>>,
    inlines: Vec<Inline>,
    /// Where a link leads.
    url: Option<Url>,
    /// The number of a list's first item.
    first: Option<u64>,
    /// The language of code, and the code.
    language: Option<Text>,
    code: String,
}

impl Frame {
    const fn new(name: &'static str) -> Self {
        Self {
            name,
            blocks: Vec::new(),
            items: Vec::new(),
            inlines: Vec::new(),
            url: None,
            first: None,
            language: None,
            code: String::new(),
        }
    }

    fn is_inline(&self) -> bool {
        matches!(self.name, "strong" | "em" | "u" | "del" | "spoiler" | "code" | "a")
    }

    fn is_code(&self) -> bool {
        matches!(self.name, "code" | "pre")
    }

    /// Running text among blocks is a paragraph; blanks between blocks are none.
    fn end_paragraph(&mut self) {
        let inlines = mem::take(&mut self.inlines);
        let is_blank = |inline: &Inline| match inline {
            Inline::Text(text) => text.as_str().trim().is_empty(),
            Inline::Break => true,
            _ => false,
        };
        if !inlines.iter().all(is_blank) {
            self.blocks.push(Block::Paragraph(inlines));
        }
    }
}

struct Reader {
    open: Vec<Frame>,
    top: Frame,
    /// The element of which nothing is shown.
    skipping: Option<&'static str>,
}

impl Reader {
    fn text(&mut self, text: &str) {
        if self.skipping.is_some() || text.is_empty() {
            return;
        }
        if self.top.is_code() {
            return self.top.code.push_str(text);
        }
        // A line end in the source is a blank, and blanks that touch are one.
        let mut words = String::with_capacity(text.len());
        for c in text.chars() {
            let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
            if c != ' ' || !words.ends_with(' ') {
                words.push(c);
            }
        }
        self.top.inlines.push(Inline::text(words));
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        if let Some(skipped) = self.skipping {
            if tag.ends && tag.name == skipped {
                self.skipping = None;
            }
            return;
        }
        let name = tag.name.as_str();
        match (name, tag.ends) {
            ("br", _) if self.top.is_code() => self.top.code.push('\n'),
            ("br", _) => self.top.inlines.push(Inline::Break),
            ("hr", _) => {
                self.end_inlines();
                self.top.end_paragraph();
                self.top.blocks.push(Block::Rule);
            }
            ("img", _) => {
                let label = tag.attribute("alt").or_else(|| tag.attribute("title"));
                self.text(&label.unwrap_or_default());
            }
            (_, false) => self.start(name, tag),
            (_, true) => self.end(name),
        }
    }

    fn start(&mut self, name: &str, tag: &Tag<'_>) {
        if let Some(hidden) =
            ["mx-reply", "script", "style", "title"].into_iter().find(|hidden| *hidden == name)
        {
            self.skipping = Some(hidden);
            return;
        }
        let is_spoiler = name == "span" && tag.attribute("data-mx-spoiler").is_some();
        let Some(known) = (if is_spoiler { Some("spoiler") } else { known(name) }) else { return };
        if self.top.name == "pre" {
            // Code within a block of code tells its language.
            let class = tag.attribute("class").unwrap_or_default();
            let language = class.split_whitespace().find_map(|c| c.strip_prefix("language-"));
            self.top.language = self.top.language.take().or(language.map(Text::new));
            return;
        }
        if self.top.is_code() || self.open.len() >= 2 * MAX_DEPTH {
            return;
        }
        let list = |frame: &Frame| matches!(frame.name, "ul" | "ol");
        if known == "li" && self.open.iter().any(list) {
            // An item ends where the next one begins.
            while !list(&self.top) && self.pop().is_some() {}
        }
        let mut frame = Frame::new(known);
        match known {
            "a" => frame.url = tag.attribute("href").and_then(|href| href.parse().ok()),
            "ol" => {
                let first = tag.attribute("start").and_then(|first| first.parse().ok());
                frame.first = Some(first.unwrap_or(1));
            }
            _ => {}
        }
        if !frame.is_inline() {
            self.end_inlines();
            self.top.end_paragraph();
        }
        self.open.push(mem::replace(&mut self.top, frame));
    }

    /// Ends the innermost element of this name, and all within it.
    fn end(&mut self, name: &str) {
        let wanted = if name == "span" { "spoiler" } else { known(name).unwrap_or("") };
        let is_open = self.top.name == wanted || self.open.iter().any(|frame| frame.name == wanted);
        if wanted.is_empty() || !is_open {
            return;
        }
        while let Some(ended) = self.pop() {
            if ended == wanted {
                return;
            }
        }
    }

    /// Ends what is inline, for a block begins.
    fn end_inlines(&mut self) {
        while self.top.is_inline() {
            if self.pop().is_none() {
                return;
            }
        }
    }

    /// Ends the innermost element. Its name; none where only the document is open.
    fn pop(&mut self) -> Option<&'static str> {
        let outer = self.open.pop()?;
        let mut frame = mem::replace(&mut self.top, outer);
        let name = frame.name;
        let parent = &mut self.top;
        if frame.is_inline() {
            let inner = mem::take(&mut frame.inlines);
            match (mark(name), frame.url) {
                (Some(mark), _) => parent.inlines.push(Inline::Marked(mark, inner)),
                (None, Some(url)) => parent.inlines.push(Inline::Link { url, label: inner }),
                (None, None) if name == "code" => parent.inlines.push(Inline::code(frame.code)),
                (None, None) => parent.inlines.extend(inner),
            }
            return Some(name);
        }
        if let Some(level) = level(name) {
            let title = mem::take(&mut frame.inlines);
            parent.blocks.append(&mut frame.blocks);
            parent.blocks.push(Block::Heading { level, title });
            return Some(name);
        }
        frame.end_paragraph();
        let Frame { blocks, items, language, code, first, .. } = frame;
        match name {
            "pre" => {
                let text = Text::new(code.strip_suffix('\n').unwrap_or(&code));
                parent.blocks.push(Block::Code { language, text });
            }
            "blockquote" => parent.blocks.push(Block::Quote(blocks)),
            "li" if matches!(parent.name, "ul" | "ol") => parent.items.push(blocks),
            "ul" | "ol" => {
                let stray = (!blocks.is_empty()).then_some(blocks);
                let items = items.into_iter().chain(stray).collect();
                parent.blocks.push(Block::List { first, items });
            }
            _ => parent.blocks.extend(blocks),
        }
        Some(name)
    }

    fn finish(mut self) -> Vec<Block> {
        while self.pop().is_some() {}
        self.top.end_paragraph();
        self.top.blocks
    }
}

#[cfg(test)]
mod tests {
    use nuncio_policy::Network;
    use proptest::prelude::*;

    use super::*;

    /// What was read, as we would write it.
    fn again(html: &str) -> String {
        let network: Network = "matrix".parse().expect("a name");
        super::super::html::write(&read(html), &network).html
    }

    #[test]
    fn what_we_write_is_read_as_what_it_is() {
        let source = "# t\n\np **a** *b* `<c>` ~~d~~ [e](https://x.y/?a=1&b)\n\n- a\n- b\n\n3. c\n\n> q\n\n---\n\n```rust\nlet x = 1 < 2;\n```";
        let content = Content::markdown(source);
        let network: Network = "matrix".parse().expect("a name");
        assert_eq!(read(&super::super::html::write(&content, &network).html), content);
    }

    #[test]
    fn only_what_we_know_survives() {
        for (html, wanted) in [
            ("a<script>alert(1)</script>b", "ab"),
            ("<a href=\"javascript:alert(1)\">x</a>", "x"),
            ("<a href='https://a.b' onclick='x()'>x</a>", "<a href=\"https://a.b\">x</a>"),
            ("<font color=red>x</font>", "x"),
            ("<img src=x onerror=y alt='a&lt;b'>", "a&lt;b"),
            ("<mx-reply><blockquote>old</blockquote></mx-reply>new", "new"),
            (
                "1 < 2 && 3 > 2 &amp; &unknown; &#x3c;",
                "1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp; &amp;unknown; &lt;",
            ),
            ("<b>a<i>b</b>c</i>", "<strong>a<em>b</em></strong>c"),
            ("<!-- x --><p>a</p> <p>b<br>c</p>", "<p>a</p><p>b<br>c</p>"),
            ("<span data-mx-spoiler=\"why\">x</span>", "<span data-mx-spoiler>x</span>"),
            ("<ol start=3><li>a<li>b</ol>", "<ol start=\"3\"><li>a</li><li>b</li></ol>"),
            (
                "<pre><code class=\"language-rust\">a\n b\n</code></pre>",
                "<pre><code class=\"language-rust\">a\n b</code></pre>",
            ),
            ("<b", "&lt;b"),
            ("</b></p>", ""),
        ] {
            assert_eq!(again(html), wanted, "{html}");
        }
    }

    #[test]
    fn a_tower_of_tags_is_no_tower_of_nodes() {
        let tower = format!("{}a", "<blockquote><b>".repeat(5_000));
        assert!(again(&tower).matches("<blockquote>").count() <= MAX_DEPTH);
        for hostile in ["<a ", "&", "<!--", "<a href='"] {
            read(&hostile.repeat(60_000 / hostile.len()));
        }
    }

    proptest! {
        /// Whatever it is, it is read, and what was read is read again as the same.
        #[test]
        fn anything_is_read(html in "(<(/?(b|p|pre|code|ul|li|a|blockquote|h1|span)( href=\"https://a.b\")?)>|[a-z<>&;\"' ]{0,5}){0,40}") {
            let content = read(&html);
            let network: Network = "matrix".parse().expect("a name");
            super::super::html::write(&content, &network);
        }
    }
}
