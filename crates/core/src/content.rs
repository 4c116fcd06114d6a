//! What is said: rich text as a tree, without any network's markup.
//!
//! A plugin makes [`Content`] from text, from Markdown, from a [`text!`](crate::text) template or
//! from nodes; a transport turns it into its network's own form with a [`Render`], or asks for
//! [`lines`](Content::lines) of styled text and [`fit`]s them into its limits. Every rendering
//! says what it could not show ([`Losses`]), so that a receipt can tell the truth.
//!
//! What a plugin interpolates is text: it cannot become markup, a link or a mention.
//!
//! ```
//! use nuncio_core::content::Content;
//! use nuncio_core::text;
//!
//! let said = text!("**{who}** muted for {length}", who = "*ann* <b>", length = "5m");
//! assert_eq!(said.to_plain(), "*ann* <b> muted for 5m");
//! assert_eq!(Content::markdown("- a\n- `b`").to_plain(), "- a\n- b");
//! ```

use std::sync::Arc;

use serde::{Deserialize, Serialize};

mod bound;
mod fit;
mod line;
mod markdown;
mod node;
mod page;
mod render;
mod style;
mod template;
mod text;
mod url;

pub use fit::{Encode, Limits, Part, Splitter, Utf8, fit};
pub use line::{Line, Palette, Span};
pub use node::{Block, HeadingLevel, Inline};
pub use render::{Container, Leaf, Render, Rendered};
pub use style::{Loss, Losses, Mark, Style};
pub use template::Slot;
pub use text::Text;
pub use url::{Url, UrlError};

/// The most that one content holds, in bytes: its text, and one byte for each node.
pub const MAX_BYTES: usize = 128 * 1024;

/// How deep containers stand in one another at most; deeper ones are opened, and what they hold
/// stays.
pub const MAX_DEPTH: usize = 16;

/// Rich text as a tree of blocks.
///
/// At most [`MAX_BYTES`] large and [`MAX_DEPTH`] deep: what is beyond is cut, and each rendering
/// reports [`Loss::Truncated`]. Clones in constant time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Wire")]
pub struct Content {
    blocks: Arc<[Block]>, // INVARIANT: within the bounds
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
}

/// A content as it is read back: its bounds are not yet known to hold.
#[derive(Deserialize)]
struct Wire {
    blocks: Vec<Block>,
    #[serde(default)]
    truncated: bool,
}

impl Content {
    /// A tree of blocks.
    pub fn new(blocks: impl IntoIterator<Item = Block>) -> Self {
        let (blocks, truncated) = bound::bound(blocks.into_iter().collect());
        Self { blocks: blocks.into(), truncated }
    }

    /// One paragraph of verbatim text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::line([Inline::text(text)])
    }

    /// One paragraph.
    pub fn line(inlines: impl IntoIterator<Item = Inline>) -> Self {
        Self::new([Block::paragraph(inlines)])
    }

    /// One block of code.
    pub fn code(text: impl AsRef<str>) -> Self {
        Self::new([Block::code(text)])
    }

    /// Reads Markdown: `CommonMark` with `~~strikethrough~~`.
    ///
    /// It never fails. Raw HTML is text; an image is a link with its description as label; a link
    /// to what is no safe [`Url`] is its label and its address as text. A single line end is a
    /// blank, as `CommonMark` says, so that doc comments may be wrapped.
    pub fn markdown(source: &str) -> Self {
        markdown::read(source, None)
    }

    /// Reads a Markdown template, written by the plugin's author, and puts values in the place of
    /// `{name}`; see [`text!`](crate::text).
    ///
    /// The template is parsed first and the values are put in as nodes, so that no value can make
    /// markup. A slot in code takes the value as text; one in a link's address percent-encodes
    /// it, unless it is the whole address. `{{` stands for a brace; a name without a value, or
    /// one that is no name (a letter, then letters, digits and `_`), stays as it is written.
    pub fn template<'a>(source: &str, values: impl IntoIterator<Item = (&'a str, Slot)>) -> Self {
        let values: Vec<_> = values.into_iter().collect();
        markdown::read(source, Some(&template::Slots::new(&values)))
    }

    /// The blocks of the tree.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Whether its end was cut when it was made.
    pub const fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// This content with another's blocks behind it.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut joined = Self::new(self.blocks.iter().chain(other.blocks.iter()).cloned());
        joined.truncated |= self.truncated | other.truncated;
        joined
    }

    /// Walks the tree in reading order.
    pub fn render(&self, render: &mut impl Render) {
        render::blocks(&self.blocks, render);
    }

    /// Lines of styled text, as far as the palette can show them.
    ///
    /// An empty line stands between two blocks, none between the items of a list.
    pub fn lines(&self, palette: Palette) -> Rendered<Vec<Line>> {
        self.rendered(line::lines(self, palette))
    }

    /// Plain text, for a network or a place that has nothing else.
    pub fn plain(&self) -> Rendered<String> {
        let Rendered { output, losses } = self.lines(Palette::PLAIN);
        let lines: Vec<String> = output.iter().map(Line::text).collect();
        Rendered { output: lines.join("\n"), losses }
    }

    /// Plain text, where nobody asks what was lost: logs, tests, titles.
    pub fn to_plain(&self) -> String {
        self.plain().output
    }

    /// Markdown source, which [`Content::markdown`] reads back as the same text.
    pub fn to_markdown(&self) -> Rendered<String> {
        self.rendered(markdown::write(self))
    }

    fn rendered<T>(&self, mut rendered: Rendered<T>) -> Rendered<T> {
        if self.truncated {
            rendered.losses.insert(Loss::Truncated);
        }
        rendered
    }
}

impl Default for Content {
    /// Nothing to show.
    fn default() -> Self {
        Self::new([])
    }
}

impl From<Wire> for Content {
    fn from(wire: Wire) -> Self {
        let mut content = Self::new(wire.blocks);
        content.truncated |= wire.truncated;
        content
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<Block> for Content {
    fn from(block: Block) -> Self {
        Self::new([block])
    }
}

#[cfg(test)]
mod tests;
