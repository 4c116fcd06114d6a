//! The name of a command: its plugin, and its path in it.

mod pattern;
mod reserved;
mod scope;
mod table;

use std::fmt;
use std::str::FromStr;

pub(crate) use pattern::CommandPattern;
pub(crate) use scope::Scope;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::{SmolStr, StrExt};
pub(crate) use table::PatternTable;

use crate::identity::parse_stored;

/// The longest command name in bytes, plugin and dots included.
pub const MAX_COMMAND_BYTES: usize = 255;

/// A command in full, `admin.capability.add`: the plugin, then the dotted path in it, in lower case.
///
/// Each part begins with an ASCII letter or digit and goes on with these, `-` and `_`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId {
    // INVARIANT: at least two legal parts with a dot between.
    full: SmolStr,
}

impl CommandId {
    /// Names the command at a dotted path in a plugin.
    ///
    /// # Errors
    ///
    /// When a part is empty or holds another character, or the whole is too long.
    pub fn new(plugin: &str, path: &str) -> Result<Self, CommandError> {
        check_part(plugin)?;
        path.split('.').try_for_each(check_part)?;
        let full = smol_str::format_smolstr!("{plugin}.{path}").to_ascii_lowercase_smolstr();
        if full.len() > MAX_COMMAND_BYTES {
            return Err(CommandError::Long { bytes: full.len() });
        }
        Ok(Self { full })
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
        Self { full: SmolStr::new_static(full) }
    }

    /// The plugin.
    pub fn plugin(&self) -> &str {
        self.parts().0
    }

    /// The dotted path in the plugin.
    pub fn path(&self) -> &str {
        self.parts().1
    }

    /// The whole, `plugin.path`.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// Every name that a rule may call this command by: its path and each path above it, in any
    /// plugin (`capability`, `capability.add`) and in full (`admin.capability`, …).
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        prefixes(self.path()).chain(prefixes(&self.full).skip(1))
    }

    /// The names that anticapabilities of this command have, in Limnoria's order: the last word,
    /// the plugin, then each dotted prefix of the whole.
    pub(crate) fn capability_names(&self) -> impl Iterator<Item = &str> {
        self.full.rsplit('.').take(1).chain(prefixes(&self.full))
    }

    fn parts(&self) -> (&str, &str) {
        self.full.split_once('.').unwrap_or((&self.full, ""))
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

/// The dotted prefixes of a path, shortest first, the whole last.
fn prefixes(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    let inner = path.match_indices('.').filter_map(|(dot, _)| path.get(..dot));
    inner.chain([path])
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
