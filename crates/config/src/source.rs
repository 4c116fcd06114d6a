//! The texts that a configuration is read from, and places in them.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use miette::{MietteError, SourceCode, SourceSpan, SpanContents};

/// The layers, each over those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// What is built in: the shipped `config/default.toml`, and the defaults of transports and
    /// plugins.
    Default,
    /// The bot's folder: `nuncio.toml`, then `conf.d/*.toml` by name.
    Folder,
    /// `nuncio.<profile>.toml` in the bot's folder.
    Profile,
    /// What was set from chat.
    Chat,
    /// Environment variables `NUNCIO_…`.
    Environment,
    /// `--set key=value`.
    Set,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::Folder => "folder",
            Self::Profile => "profile",
            Self::Chat => "chat",
            Self::Environment => "environment",
            Self::Set => "set",
        })
    }
}

/// What a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Home {
    /// The shipped `config/default.toml`.
    Shipped,
    /// The defaults of a transport or plugin, written out as one would in a file.
    Declared {
        /// `irc`, or `plugin dice`.
        by: String,
    },
    /// A file.
    File(PathBuf),
    /// A value set from chat.
    Chat {
        /// Who set it.
        who: String,
        /// When.
        when: Timestamp,
    },
    /// The value of an environment variable.
    Variable(String),
    /// The value of `--set` for this key.
    Argument(String),
}

impl fmt::Display for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shipped => f.write_str("config/default.toml"),
            Self::Declared { by } => write!(f, "defaults of {by}"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Chat { who, when } => write!(f, "set by {who} at {when:.0}"),
            Self::Variable(name) => f.write_str(name),
            Self::Argument(key) => write!(f, "--set {key}"),
        }
    }
}

/// One text, with every secret in it masked before anybody can be shown it.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) layer: Layer,
    pub(crate) home: Home,
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Source {
    pub(crate) fn new(layer: Layer, home: Home, text: String) -> Self {
        let name = home.to_string();
        Self { layer, home, name, text }
    }

    /// Whether values stay text until a typed key asks.
    pub(crate) const fn is_text(&self) -> bool {
        matches!(self.layer, Layer::Chat | Layer::Environment | Layer::Set)
    }

    /// Whether a text value may stand in quotes: in TOML it does, and people in chat may write it so.
    pub(crate) const fn may_quote(&self) -> bool {
        !matches!(self.layer, Layer::Environment | Layer::Set)
    }

    /// Whether this is a file that an operator wrote.
    pub(crate) const fn is_file(&self) -> bool {
        matches!(self.layer, Layer::Folder | Layer::Profile)
    }

    /// Overwrites a part, each character by one of its length, so that spans and columns still
    /// fit; line ends stay.
    pub(crate) fn mask(&mut self, span: Range<usize>) {
        let masked = |(at, char): (usize, char)| match char {
            '\n' | '\r' => char,
            char if !span.contains(&at) => char,
            char => match char.len_utf8() {
                1 => '*',
                2 => '\u{B7}',
                3 => '\u{2022}',
                _ => '\u{1F512}',
            },
        };
        self.text = self.text.char_indices().map(masked).collect();
    }
}

/// A place in one of the texts of a configuration.
#[derive(Clone)]
pub struct Place {
    pub(crate) source: Arc<Source>,
    pub(crate) span: Range<usize>,
}

impl Place {
    /// The layer that the text is of.
    pub fn layer(&self) -> Layer {
        self.source.layer
    }

    /// What the text is.
    pub fn home(&self) -> &Home {
        &self.source.home
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.before().matches('\n').count() + 1
    }

    /// The column in characters, counted from 1.
    pub fn column(&self) -> usize {
        self.before().rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1
    }

    /// The bytes of the text that are meant.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    fn before(&self) -> &str {
        self.source.text.get(..self.span.start).unwrap_or_default()
    }
}

/// `folder: bots/a/nuncio.toml:3:8`, `environment: NUNCIO_BOT__PREFIX`; a text that is one value has
/// no line worth naming.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.layer(), self.source.name)?;
        match self.home() {
            Home::Shipped | Home::File(_) => write!(f, ":{}:{}", self.line(), self.column()),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.source.home == other.source.home && self.span == other.span
    }
}

impl Eq for Place {}

impl SourceCode for Place {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.source.text.read_span(span, before, after)?;
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.source.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line(),
            contents.column(),
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_keeps_the_length_and_the_lines() {
        let text = "a = \"é\nx\"\nb = 1\n";
        let mut source = Source::new(Layer::Folder, Home::Shipped, text.into());
        source.mask(4..10);
        assert_eq!(source.text, "a = *\u{B7}\n**\nb = 1\n");
        assert_eq!(source.text.len(), text.len());
    }
}
