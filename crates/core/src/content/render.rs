//! The walk that every rendering is made by.

use nuncio_policy::UserId;

use super::{Block, HeadingLevel, Inline, Losses, Mark, Text, Url};

/// A rendering and what it could not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered<T> {
    /// The network's form of the content.
    pub output: T,
    /// What is missing from it.
    pub losses: Losses,
}

/// A form that content can take.
///
/// [`Content::render`](super::Content::render) calls it in reading order; each `open` has its
/// `close`, properly nested. All text is data: the renderer escapes it.
pub trait Render {
    /// Something that holds other nodes begins.
    fn open(&mut self, container: Container<'_>);
    /// It ends.
    fn close(&mut self, container: Container<'_>);
    /// Something that holds no other node.
    fn leaf(&mut self, leaf: Leaf<'_>);
}

/// A node that holds others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container<'a> {
    /// Running text.
    Paragraph,
    /// A title.
    Heading(HeadingLevel),
    /// A list; numbered from its first number, else with bullets.
    List(Option<u64>),
    /// An item of a list, with its number where it has one.
    Item(Option<u64>),
    /// What somebody else said.
    Quote,
    /// Marked text.
    Mark(Mark),
    /// A link.
    Link(&'a Url),
}

/// A node that holds no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf<'a> {
    /// Text, which may hold line ends.
    Text(&'a str),
    /// Code in running text.
    Code(&'a str),
    /// A block of code.
    CodeBlock {
        /// Its language.
        language: Option<&'a str>,
        /// Its text.
        text: &'a str,
    },
    /// Somebody called by name.
    Mention {
        /// Who.
        user: &'a UserId,
        /// The name to show.
        label: &'a str,
    },
    /// A line end.
    Break,
    /// A line across.
    Rule,
}

pub(super) fn blocks(blocks: &[Block], render: &mut impl Render) {
    for block in blocks {
        match block {
            Block::Paragraph(inner) => held(inner, Container::Paragraph, render),
            Block::Heading { level, title } => held(title, Container::Heading(*level), render),
            Block::List { first, items } => list(*first, items, render),
            Block::Quote(inner) => {
                render.open(Container::Quote);
                self::blocks(inner, render);
                render.close(Container::Quote);
            }
            Block::Code { language, text } => render.leaf(Leaf::CodeBlock {
                language: language.as_ref().map(Text::as_str),
                text: text.as_str(),
            }),
            Block::Rule => render.leaf(Leaf::Rule),
        }
    }
}

fn list(first: Option<u64>, items: &[Vec<Block>], render: &mut impl Render) {
    render.open(Container::List(first));
    let mut number = first;
    for item in items {
        render.open(Container::Item(number));
        blocks(item, render);
        render.close(Container::Item(number));
        number = number.map(|number| number.saturating_add(1));
    }
    render.close(Container::List(first));
}

fn held(inlines: &[Inline], container: Container<'_>, render: &mut impl Render) {
    render.open(container);
    for inline in inlines {
        match inline {
            Inline::Text(text) => render.leaf(Leaf::Text(text.as_str())),
            Inline::Code(text) => render.leaf(Leaf::Code(text.as_str())),
            Inline::Break => render.leaf(Leaf::Break),
            Inline::Mention { user, label } => {
                render.leaf(Leaf::Mention { user, label: label.as_str() });
            }
            Inline::Marked(mark, inner) => held(inner, Container::Mark(*mark), render),
            Inline::Link { url, label } => held(label, Container::Link(url), render),
        }
    }
    render.close(container);
}
