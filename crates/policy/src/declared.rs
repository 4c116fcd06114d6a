//! The `[policy]` table as it is written.

use serde::Deserialize;

/// The `[policy]` table, as text; [`Policy::compile`](crate::Policy::compile) reads it.
///
/// A key that is not known is an error, so that none is accepted and ignored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Declared {
    /// Who may run everything: identities; replaces the default, `u:console:local`.
    pub owners: Option<Vec<String>>,
    /// Who may run commands of level `sudo`: identities.
    pub sudoers: Vec<String>,
}
