//! The name of a command: its plugin, and its path in it.

mod dots;
mod pattern;
mod reserved;
mod scope;
mod table;
mod words;

use std::fmt;
use std::str::FromStr;

use dots::Dots;
pub use pattern::{CommandPattern, PatternError};
use reserved::is_reserved;
pub use scope::Scope;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::{SmolStr, StrExt};
pub(crate) use table::PatternTable;
use words::outlines;

use crate::identity::parse_stored;
use crate::outlines::Outlines;

/// The longest command name in bytes, plugin and dots included.
pub const MAX_COMMAND_BYTES: usize = 64;

/// A command in full, `admin.capability.add`: the plugin, then the dotted path in it, in lower case.
///
/// Each part begins with an ASCII letter or digit and goes on with these, `-` and `_`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId {
    // INVARIANT: at least two legal parts with a dot between; the rest is what is asked of it often.
    full: SmolStr,
    dots: Dots,
    outlines: Outlines,
    reserved: bool,
}

impl CommandId {
    /// Names the command at a dotted path in a plugin.
    ///
    /// # Errors
    ///
    /// When a part is empty or holds another character, or the whole is too long.
    pub fn new(plugin: &str, path: &str) -> Result<Self, CommandError> {
        let bytes = plugin.len() + 1 + path.len();
        if bytes > MAX_COMMAND_BYTES {
            return Err(CommandError::Long { bytes });
        }
        check_part(plugin)?;
        path.split('.').try_for_each(check_part)?;
        let full = smol_str::format_smolstr!("{plugin}.{path}").to_ascii_lowercase_smolstr();
        let (dots, reserved) = (Dots::of(&full), is_reserved(&full));
        Ok(Self { outlines: outlines(&full), full, dots, reserved })
    }

    /// Names a command in full that the source itself spells out; meant for constants.
    ///
    /// # Panics
    ///
    /// While it is compiled, when the text is no command in full.
    pub const fn literal(full: &'static str) -> Self {
        let mut bytes = full.as_bytes();
        let mut dots = 0;
        let mut begins = true;
        while let [byte, rest @ ..] = bytes {
            let letter = byte.is_ascii_lowercase() || byte.is_ascii_digit();
            assert!(letter || !begins && matches!(byte, b'.' | b'-' | b'_'), "not a command");
            begins = *byte == b'.';
            dots += begins as usize;
            bytes = rest;
        }
        assert!(dots > 0 && !begins && full.len() <= MAX_COMMAND_BYTES, "not a command in full");
        let (dots, reserved) = (Dots::of(full), is_reserved(full));
        Self { outlines: outlines(full), full: SmolStr::new_static(full), dots, reserved }
    }

    /// The plugin.
    pub fn plugin(&self) -> &str {
        self.dots.leftmost().and_then(|dot| self.full.get(..dot)).unwrap_or(&self.full)
    }

    /// The dotted path in the plugin.
    pub fn path(&self) -> &str {
        self.dots.leftmost().and_then(|dot| self.full.get(dot + 1..)).unwrap_or_default()
    }

    /// The whole, `plugin.path`.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// Every name that a rule may call this command by: its path and each path above it, in any
    /// plugin (`capability`, `capability.add`) and in full (`admin.capability`, …).
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let start = self.dots.leftmost().map_or(0, |dot| dot + 1);
        let in_any_plugin = self.ends().skip(1).filter_map(move |end| self.full.get(start..end));
        in_any_plugin.chain(self.prefixes().skip(1))
    }

    /// The names that anticapabilities of this command have, in Limnoria's order: the last word,
    /// the plugin, then each dotted prefix of the whole.
    pub fn capability_names(&self) -> impl Iterator<Item = &str> {
        let last = self.dots.rightmost().and_then(|dot| self.full.get(dot + 1..));
        last.into_iter().chain(self.prefixes())
    }

    /// The outlines of its plugin, of its [`names`](Self::names), and of its
    /// [`capability_names`](Self::capability_names).
    pub(crate) fn outlines(&self) -> Outlines {
        self.outlines
    }

    /// The plugin, and each dotted prefix of the whole, the whole last.
    fn prefixes(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.ends().filter_map(|end| self.full.get(..end))
    }

    /// Where the prefixes end.
    fn ends(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.dots.clone().chain([self.full.len()])
    }
}

/// Reads a command in full.
impl FromStr for CommandId {
    type Err = CommandError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (plugin, path) =
            text.split_once('.').ok_or_else(|| CommandError::NoPath { text: text.into() })?;
        Self::new(plugin, path)
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.full)
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.full)
    }
}

impl Serialize for CommandId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.full)
    }
}

impl<'de> Deserialize<'de> for CommandId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse_stored(deserializer)
    }
}

/// Why a text names no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// There is no dot between plugin and path.
    #[error("`{text}` is not a command in full; write `PLUGIN.COMMAND`")]
    NoPath {
        /// What was written.
        text: SmolStr,
    },
    /// A part breaks the rule for names.
    #[error(
        "`{part}` is not a command's name; write letters, digits, `-` and `_`, without a prefix"
    )]
    Part {
        /// The part between the dots.
        part: SmolStr,
    },
    /// The whole is too long.
    #[error("a command's name has at most {MAX_COMMAND_BYTES} bytes, not {bytes}")]
    Long {
        /// Its length in bytes.
        bytes: usize,
    },
}

/// Checks one part between dots: a plugin, or one word of a path.
pub(crate) fn check_part(part: &str) -> Result<(), CommandError> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let begins = part.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if begins && part.bytes().all(legal) {
        Ok(())
    } else {
        Err(CommandError::Part { part: part.into() })
    }
}
