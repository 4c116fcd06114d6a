//! The names of what is managed from chat, and of the audit rows that made it.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The name of one thing that is managed from chat, as a database keeps it: its kind and what it
/// is about, `sudoer u:irc:bob` or `grant a:bob shell.run`.
///
/// The text form is stable. Identities are percent-encoded in it, so that a blank always separates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ManagedKey(SmolStr);

impl ManagedKey {
    /// A key that a database kept; what is no key of ours names a row that cannot be read.
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The key as a database keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first word: what kind of thing this names.
    pub fn kind(&self) -> &str {
        self.0.split_once(' ').map_or(self.as_str(), |(kind, _)| kind)
    }
}

impl fmt::Display for ManagedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The number of a row of the audit log, by the store's count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuditNumber(pub u64);

/// As an explanation names it: `audit row 7`.
impl fmt::Display for AuditNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "audit row {}", self.0)
    }
}
