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
    /// Whether a capability that no set speaks of is held; by default it is.
    pub default_allow: Option<bool>,
    /// Whether whoever is not verified as an account is ignored; by default nobody is.
    pub default_ignore: bool,
    /// Whether the bot registers by itself whom a network vouches for and a command was permitted to.
    pub auto_register: bool,
    /// The set for everybody; replaces the default, `-owner -admin -trusted`, but for `-owner`.
    pub default_capabilities: Option<Vec<String>>,
    /// The set for everybody who has an account.
    pub registered_capabilities: Vec<String>,
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
    /// The sets of capabilities that accounts are given as one, by name.
    pub role: BTreeMap<String, DeclaredRole>,
    /// The rooms, by identity.
    pub room: BTreeMap<String, DeclaredRoom>,
    /// What a network's own power is worth, by room or by network.
    pub power: BTreeMap<String, DeclaredPower>,
    /// Who may run a command or a plugin without being a sudoer.
    pub grant: Vec<DeclaredGrant>,
    /// Who is met with silence.
    pub ignore: Vec<DeclaredIgnore>,
    /// What is switched off.
    pub disable: Vec<DeclaredDisable>,
}

/// A `[policy.account.<name>]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredAccount {
    /// The identities of the person; each in one account at most.
    pub identities: Vec<String>,
    /// What the person holds, and what not.
    pub capabilities: Vec<String>,
    /// The roles of the person: what he holds besides, where his own set does not speak of it.
    pub roles: Vec<String>,
    /// Whether the person is ignored, owner or not.
    pub ignore: bool,
    /// Whether a password alone does not make anybody this person.
    pub secure: bool,
}

/// A `[policy.role.<name>]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredRole {
    /// What whoever has the role holds, and what not.
    pub capabilities: Vec<String>,
}

/// A `[policy.room."<room>"]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredRoom {
    /// Whether a capability that no set speaks of is held in the room; by default it is.
    pub default_allow: Option<bool>,
    /// What everybody holds in the room, and what not; `-op -halfop -voice -protected` stand first.
    pub capabilities: Vec<String>,
    /// What is taken out of that set again, `-op` and its like included.
    pub unset: Vec<String>,
    /// Whether all is ignored that is said in the room.
    pub lobotomized: bool,
}

/// A `[policy.power."<room>"]` or `[policy.power."<network>"]` table: what whoever has a
/// [`Power`](crate::Power), or a higher one, holds in the room.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeclaredPower {
    /// Of whoever owns the room.
    pub owner: Vec<String>,
    /// Of whoever says who keeps it in order.
    pub admin: Vec<String>,
    /// Of whoever keeps it in order.
    pub op: Vec<String>,
    /// Of whoever helps with that.
    pub halfop: Vec<String>,
    /// Of whoever may speak where not everybody may.
    pub voice: Vec<String>,
}

/// A `[[policy.grant]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredGrant {
    /// To whom: an identity or an account.
    pub to: String,
    /// What: a plugin, or a command in full.
    pub what: String,
    /// The time from which it counts no more; for ever, when it is left out.
    #[serde(default)]
    pub until: Option<Moment>,
    /// Whether it reaches a command of level `owner`.
    #[serde(default)]
    pub elevate: bool,
}

/// A `[[policy.ignore]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredIgnore {
    /// Whom: an identity, an account, or an IRC mask.
    pub who: String,
    /// In which room; everywhere, when it is left out.
    #[serde(default)]
    pub room: Option<String>,
    /// The time from which it counts no more; for ever, when it is left out.
    #[serde(default)]
    pub until: Option<Moment>,
}

/// A `[[policy.disable]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredDisable {
    /// What: a command or a plugin, as in the `bw_list`.
    pub command: String,
    /// In which room; everywhere, when it is left out.
    #[serde(default)]
    pub room: Option<String>,
}
