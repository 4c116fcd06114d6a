//! Where an entry of a policy comes from.

use std::fmt;

use crate::{AuditNumber, KeyPath, ManagedKey};

/// Where an entry of a policy comes from: a file, or a command in chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Declared: the key of a configuration that it stands at.
    Declared(KeyPath),
    /// Managed: its name, and the row of the audit log that tells who said it and when.
    Managed {
        /// Its name.
        key: ManagedKey,
        /// The row of the audit log.
        audit: AuditNumber,
    },
}

impl Origin {
    /// The key that a diagnostic names; what is managed stands below `managed`, which no
    /// configuration has.
    pub fn path(&self) -> KeyPath {
        match self {
            Self::Declared(path) => path.clone(),
            Self::Managed { key, .. } => KeyPath::root("managed").key(key.as_str()),
        }
    }

    /// The same origin, of one key of an entry that is a table in a file.
    #[must_use]
    pub(crate) fn field(&self, name: &str) -> KeyPath {
        match self {
            Self::Declared(path) => path.key(name),
            Self::Managed { .. } => self.path(),
        }
    }
}

impl From<KeyPath> for Origin {
    fn from(path: KeyPath) -> Self {
        Self::Declared(path)
    }
}

/// `policy.sudoers[0]`, or `audit row 7`.
impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Declared(path) => path.fmt(formatter),
            Self::Managed { audit, .. } => audit.fmt(formatter),
        }
    }
}
