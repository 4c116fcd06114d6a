//! The `[policy]` table as it is written.

mod moment;
mod texts;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use moment::{Moment, MomentError};
pub use texts::Texts;

/// The `[policy]` table, as text; [`Policy::compile`](crate::Policy::compile) reads it.
///
/// A key that is not known is an error, so that none is accepted and ignored.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Declared {
    /// The rules: a text with `;` between, or an array.
    pub bw_list: Texts,
    /// Who may run everything: identities; replaces the default, `u:console:local`.
    pub owners: Option<Vec<String>>,
    /// Who may run commands of level `sudo`: identities.
    pub sudoers: Vec<String>,
    /// For a plugin, or a command in full, the levels that replace those it declares.
    pub access: BTreeMap<String, Texts>,
    /// The texts for `%(name)s` in `bw_list`.
    pub define: BTreeMap<String, String>,
    /// The people, by name.
    pub account: BTreeMap<String, DeclaredAccount>,
}

/// A `[policy.account.<name>]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredAccount {
    /// The identities of the person; each in one account at most.
    pub identities: Vec<String>,
}
