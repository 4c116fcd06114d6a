//! Formatted text as old clients send it (XEP-0071, XHTML-IM): read into a content, by which
//! nothing of it but structure, words and safe links remains.

use nuncio_core::content::{Block, Content, HeadingLevel, Inline, Mark, Url};
use xmpp_parsers::{
    minidom::{Element, Node},
    ns,
};

/// How deep elements stand in one another at most; what is deeper is left out.
const MAX_DEPTH: usize = 16;

/// The most nodes that are read; what comes then is left out.
const MAX_NODES: usize = 2048;

/// Reads the first body of an `<html/>`. Nothing, where there is none, or none that says anything.
pub fn read(html: &Element) -> Option<Content> {
    let body = html.children().find(|child| child.is("body", ns::XHTML))?;
    let mut reader = Reader { nodes: MAX_NODES };
    let content = Content::new(reader.blocks(body, MAX_DEPTH));
    (!content.is_empty()).then_some(content)
}

/// How much may still be read.
struct Reader {
    nodes: usize,
}

impl Reader {
    /// Whether one node more is read.
    fn takes(&mut self) -> bool {
        self.nodes = self.nodes.saturating_sub(1);
        self.nodes > 0
    }

    /// What stands in an element, as blocks; running text between them is a paragraph.
    fn blocks(&mut self, element: &Element, depth: usize) -> Vec<Block> {
        let (mut blocks, mut running) = (Vec::new(), Vec::new());
        for node in element.nodes() {
            let block = match node {
                Node::Element(child) if depth > 0 => {
                    if self.takes() {
                        self.block(child, depth - 1)
                    } else {
                        break;
                    }
                }
                _ => None,
            };
            match block {
                Some(block) => {
                    end_paragraph(&mut blocks, &mut running);
                    blocks.extend(block);
                }
                None => self.inline(node, depth, &mut running),
            }
        }
        end_paragraph(&mut blocks, &mut running);
        blocks
    }

    /// An element that stands on lines of its own; `None` for one in running text.
    fn block(&mut self, element: &Element, depth: usize) -> Option<Vec<Block>> {
        Some(match element.name() {
            "p" => vec![Block::Paragraph(self.inlines(element, depth))],
            "div" => self.blocks(element, depth),
            "blockquote" => vec![Block::Quote(self.blocks(element, depth))],
            "pre" => vec![Block::code(words(&self.inlines(element, depth)))],
            "ul" => vec![Block::List { first: None, items: self.items(element, depth) }],
            "ol" => vec![Block::List { first: Some(1), items: self.items(element, depth) }],
            heading => {
                let level = level(heading)?;
                vec![Block::Heading { level, title: self.inlines(element, depth) }]
            }
        })
    }

    fn items(&mut self, list: &Element, depth: usize) -> Vec<Vec<Block>> {
        let items: Vec<&Element> = list.children().filter(|child| child.name() == "li").collect();
        items.into_iter().map(|item| self.blocks(item, depth)).collect()
    }

    fn inlines(&mut self, element: &Element, depth: usize) -> Vec<Inline> {
        let mut inlines = Vec::new();
        if depth > 0 {
            for node in element.nodes() {
                self.inline(node, depth - 1, &mut inlines);
            }
        }
        inlines
    }

    fn inline(&mut self, node: &Node, depth: usize, into: &mut Vec<Inline>) {
        if !self.takes() {
            return;
        }
        let element = match node {
            Node::Text(text) => return into.push(Inline::text(text)),
            Node::Element(element) => element,
        };
        let inner = self.inlines(element, depth);
        match element.name() {
            "br" => into.push(Inline::Break),
            "strong" | "b" => into.push(Inline::Marked(Mark::Strong, inner)),
            "em" | "i" | "cite" => into.push(Inline::Marked(Mark::Emphasis, inner)),
            "u" => into.push(Inline::Marked(Mark::Underline, inner)),
            "code" | "tt" | "kbd" | "samp" => into.push(Inline::code(words(&inner))),
            "img" => into.extend(element.attr("alt").map(Inline::text)),
            "a" => match element.attr("href").and_then(|href| href.parse::<Url>().ok()) {
                Some(url) if !inner.is_empty() => into.push(Inline::Link { url, label: inner }),
                _ => into.extend(inner),
            },
            "style" | "script" | "head" => {}
            _ => into.extend(inner),
        }
    }
}

fn end_paragraph(blocks: &mut Vec<Block>, running: &mut Vec<Inline>) {
    let inlines = std::mem::take(running);
    let is_blank = |inline: &Inline| match inline {
        Inline::Text(text) => text.as_str().trim().is_empty(),
        Inline::Break => true,
        _ => false,
    };
    if !inlines.iter().all(is_blank) {
        blocks.push(Block::Paragraph(inlines));
    }
}

fn words(inlines: &[Inline]) -> String {
    Content::line(inlines.iter().cloned()).to_plain()
}

fn level(name: &str) -> Option<HeadingLevel> {
    Some(match name {
        "h1" => HeadingLevel::H1,
        "h2" => HeadingLevel::H2,
        "h3" => HeadingLevel::H3,
        "h4" => HeadingLevel::H4,
        "h5" => HeadingLevel::H5,
        "h6" => HeadingLevel::H6,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markdown(body: &str) -> Option<String> {
        let html = format!(
            "<html xmlns='{}'><body xmlns='{}'>{body}</body></html>",
            ns::XHTML_IM,
            ns::XHTML
        );
        Some(read(&html.parse().expect("XML"))?.to_markdown().output)
    }

    #[test]
    fn structure_words_and_safe_links_remain() {
        for (body, wanted) in [
            ("<p>a <strong>b</strong> <em>c</em><br/>d</p>", Some("a **b** *c*\\\nd")),
            ("x<p>y</p>z", Some("x\n\ny\n\nz")),
            ("<ul><li>a</li><li><p>b</p></li></ul>", Some("- a\n- b")),
            ("<blockquote><p>a</p></blockquote>", Some("> a")),
            ("<a href='https://example.org/'>here</a>", Some("[here](<https://example.org/>)")),
            ("<a href='javascript:x()'>here</a>", Some("here")),
            ("<script>x</script><span style='color:red'>a</span>", Some("a")),
            ("<img alt='a cat' src='https://example.org/c.png'/>", Some("a cat")),
            ("  ", None),
            ("", None),
        ] {
            assert_eq!(markdown(body).as_deref(), wanted, "{body}");
        }
    }

    #[test]
    fn what_is_too_deep_or_too_much_is_left_out() {
        let deep = format!("{}a{}", "<div>".repeat(200), "</div>".repeat(200));
        assert_eq!(markdown(&format!("b{deep}")).as_deref(), Some("b"));
        let many = "<p>a</p>".repeat(MAX_NODES);
        let read = markdown(&many).expect("it says something");
        assert!(read.len() < many.len() / 2);
    }
}
