//! The nodes of the tree.

use nuncio_policy::UserId;
use serde::{Deserialize, Serialize};

use super::{Mark, Text, Url};

/// A piece of content that stands on lines of its own.
///
/// Exhaustive on purpose: a network's renderer must notice a new kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph of running text.
    Paragraph(Vec<Inline>),
    /// The title of what follows.
    Heading {
        /// How far down it stands in the order of headings.
        level: HeadingLevel,
        /// The title.
        title: Vec<Inline>,
    },
    /// A list.
    List {
        /// The number of the first item; none makes a list with bullets.
        first: Option<u64>,
        /// The items, each a small content of its own.
        items: Vec<Vec<Self>>,
    },
    /// What somebody else said.
    Quote(Vec<Self>),
    /// Text of one width whose blanks and line ends count.
    Code {
        /// The language that it is written in, as the author named it.
        language: Option<Text>,
        /// The text, without a line end at its end.
        text: Text,
    },
    /// A line across, between two thoughts.
    Rule,
}

/// A piece of running text.
///
/// Exhaustive on purpose: a network's renderer must notice a new kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inline {
    /// Text; a line end in it is shown as a line end.
    Text(Text),
    /// Marked text.
    Marked(Mark, Vec<Self>),
    /// Text of one width, shown as it is.
    Code(Text),
    /// A link.
    Link {
        /// Where it leads.
        url: Url,
        /// What is shown for it; nothing shows the address.
        label: Vec<Self>,
    },
    /// Somebody who is called by name, and notified where the network can.
    Mention {
        /// Who.
        user: UserId,
        /// The name to show, on IRC the nick.
        label: Text,
    },
    /// A line end.
    Break,
}

/// The level of a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "six levels, as in Markdown and HTML, say what they are")]
pub enum HeadingLevel {
    H1 = 1,
    H2,
    H3,
    H4,
    H5,
    H6,
}

impl Block {
    /// A paragraph.
    pub fn paragraph(inlines: impl IntoIterator<Item = Inline>) -> Self {
        Self::Paragraph(inlines.into_iter().collect())
    }

    /// A heading.
    pub fn heading(level: HeadingLevel, title: impl IntoIterator<Item = Inline>) -> Self {
        Self::Heading { level, title: title.into_iter().collect() }
    }

    /// A list with bullets, of a paragraph an item.
    pub fn bullets<I: IntoIterator<Item = Inline>>(items: impl IntoIterator<Item = I>) -> Self {
        let items = items.into_iter().map(|item| vec![Self::paragraph(item)]).collect();
        Self::List { first: None, items }
    }

    /// A block of code in no language.
    pub fn code(text: impl AsRef<str>) -> Self {
        Self::Code { language: None, text: Text::new(text) }
    }
}

impl Inline {
    /// Text, verbatim.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Text::new(text))
    }

    /// Code, verbatim.
    pub fn code(text: impl AsRef<str>) -> Self {
        Self::Code(Text::new(text))
    }

    /// Text with a mark, verbatim.
    pub fn marked(mark: Mark, text: impl AsRef<str>) -> Self {
        Self::Marked(mark, vec![Self::text(text)])
    }

    /// Strong text, verbatim.
    pub fn strong(text: impl AsRef<str>) -> Self {
        Self::marked(Mark::Strong, text)
    }

    /// Emphasised text, verbatim.
    pub fn emphasis(text: impl AsRef<str>) -> Self {
        Self::marked(Mark::Emphasis, text)
    }

    /// A call of somebody by name.
    pub fn mention(user: UserId, label: impl AsRef<str>) -> Self {
        Self::Mention { user, label: Text::new(label) }
    }

    /// A link with a label.
    pub fn link(url: Url, label: impl AsRef<str>) -> Self {
        Self::Link { url, label: vec![Self::text(label)] }
    }
}

impl<T: AsRef<str>> From<T> for Inline {
    fn from(text: T) -> Self {
        Self::text(text)
    }
}

impl HeadingLevel {
    /// From 1, the highest, to 6.
    pub const fn number(self) -> u8 {
        self as u8
    }
}
