//! The parts of a policy that are made by themselves, so that a change makes anew what it touches.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Inherited;
use crate::{Diagnostic, Fact, Managed, ManagedKey};

/// A part of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Accounts, identities, what accounts hold, and who stands on a list: what grows with the
    /// number of people, and what all that names accounts is read by.
    People,
    /// The default set, and the tables of rooms.
    Rooms,
    Grants,
    Ignores,
    Disables,
    Rules,
    /// Of which there is nothing to make, but something to say.
    Aliases,
}

/// What came of what is said in a part, beside the part itself.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// What has no effect, because a file says something else, or the same.
    pub(crate) overruled: FxHashSet<ManagedKey>,
    /// Of what is held because of a role, or of a command's old name: what says so.
    pub(crate) inherited: FxHashMap<ManagedKey, Inherited>,
    pub(crate) said: Vec<Diagnostic>,
}

/// The remarks about each part; those about what files say stand first, under none.
pub(crate) type AllRemarks = BTreeMap<Option<Part>, Arc<Remarks>>;

impl Part {
    pub(crate) const ALL: [Self; 7] = [
        // What others name comes first.
        Self::People,
        Self::Rooms,
        Self::Grants,
        Self::Ignores,
        Self::Disables,
        Self::Rules,
        Self::Aliases,
    ];

    /// The kinds of facts that it is made of, in the order in which they build on each other; what
    /// roles say is put into accounts after all that.
    pub(crate) fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::People => {
                &["account", "identity", "held", "ignored", "secure", "sudoer", "role", "member"]
            }
            Self::Rooms => &["everybody", "closed", "lobotomy"],
            Self::Grants => &["grant", "temporary"],
            Self::Ignores => &["ignore", "ban", "flood"],
            Self::Disables => &["disable"],
            Self::Rules => &["rule"],
            Self::Aliases => &["alias"],
        }
    }

    /// Whether it names accounts.
    fn is_about_people(self) -> bool {
        match self {
            Self::People | Self::Grants | Self::Ignores | Self::Rules => true,
            Self::Rooms | Self::Disables | Self::Aliases => false,
        }
    }

    /// The parts that may differ where something else is managed.
    pub(crate) fn touched(before: &Managed, after: &Managed) -> Vec<Self> {
        let mut named: Vec<Self> = before.differing(after).filter_map(Fact::part).collect();
        if before.differs_unreadably(after) {
            named.push(Self::Rules);
        }
        let people = named.contains(&Self::People);
        let is_touched = |part: &Self| named.contains(part) || people && part.is_about_people();
        Self::ALL.into_iter().filter(is_touched).collect()
    }
}

impl Fact {
    /// The part that it is compiled into; none for what is looked up where it stands.
    pub(crate) fn part(&self) -> Option<Part> {
        Some(match self {
            Self::Account { .. }
            | Self::Identity { .. }
            | Self::Secure { .. }
            | Self::Ignored { .. }
            | Self::Held { .. }
            | Self::Role { .. }
            | Self::Member { .. }
            | Self::Sudoer { .. } => Part::People,
            Self::Everybody { .. }
            | Self::NotDefault { .. }
            | Self::Closed { .. }
            | Self::Lobotomy { .. } => Part::Rooms,
            Self::Grant { .. } => Part::Grants,
            Self::Ignore { .. } | Self::Ban { .. } | Self::Flood { .. } => Part::Ignores,
            Self::Disable { .. } => Part::Disables,
            Self::Rule { .. } => Part::Rules,
            Self::Alias { .. } => Part::Aliases,
            Self::Password { .. } => return None,
        })
    }
}
