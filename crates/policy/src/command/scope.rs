//! What a grant or an access entry is for: a plugin, or a command in full.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::{SmolStr, StrExt};

use super::{CommandError, CommandId, check_part};
use crate::identity::parse_stored;

/// A plugin (`games`), or a command in full with those below it (`games.dice`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(SmolStr);

impl Scope {
    /// Whether this is a whole plugin.
    pub fn is_plugin(&self) -> bool {
        !self.0.contains('.')
    }

    /// The plugin, or the command in full.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CommandId {
    /// The scopes that this command is in, the narrowest first, its plugin last.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.prefixes().rev()
    }
}

impl FromStr for Scope {
    type Err = CommandError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split('.').try_for_each(check_part)?;
        Ok(Self(text.to_ascii_lowercase_smolstr()))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse_stored(deserializer)
    }
}
