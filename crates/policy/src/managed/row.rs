//! A row of the table that a database keeps of what is managed.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{AuditNumber, Fact, ManagedKey};

/// A fact, with who said it and when: what the value of a row tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// What holds.
    pub fact: Fact,
    /// Who said it, as the audit log names a speaker; none for the bot itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<SmolStr>,
    /// When.
    pub at: Timestamp,
}

/// A row as a database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// Its key, which it alone has.
    pub key: ManagedKey,
    /// A [`Kept`], as JSON. It may hold the hash of a password: nobody is shown it.
    pub value: String,
    /// The row of the audit log that made it.
    pub audit: AuditNumber,
}

/// What a change does to the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowWrite {
    /// A row is put, in place of that of the same key.
    Put {
        /// Its key.
        key: ManagedKey,
        /// What it tells.
        kept: Arc<Kept>,
    },
    /// A row is deleted.
    Delete {
        /// Its key.
        key: ManagedKey,
    },
}

impl Kept {
    /// The value of a row.
    pub fn to_json(&self) -> String {
        // Texts, times and numbers: nothing in it can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}
