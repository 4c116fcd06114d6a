//! Roles: what files say that they hold, and who has them because a file says so.

use std::collections::BTreeMap;

use crate::{AccountName, Capability, KeyPath, Origin, RoleName};

/// The roles that files declare.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roles {
    declared: BTreeMap<RoleName, Role>,
    members: BTreeMap<AccountName, Vec<(RoleName, KeyPath)>>,
}

/// A role that a file declares.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) path: KeyPath,
    // INVARIANT: speaks of each capability once.
    said: Vec<RoleSaid>,
}

/// Something that a file says of a role: what it holds, and where that stands.
pub(crate) type RoleSaid = (Capability, KeyPath);

/// Why a set says something that is not written in it.
#[derive(Debug)]
pub(crate) struct Inherited {
    pub(crate) origin: Origin,
    /// The role that says so, where chat gave it to the account or lets it hold this: what chat
    /// says of the account itself goes before it.
    pub(crate) role_from_chat: Option<RoleName>,
}

/// What was said of a command's old name.
impl From<Origin> for Inherited {
    fn from(origin: Origin) -> Self {
        Self { origin, role_from_chat: None }
    }
}

impl Role {
    /// A role that holds nothing yet.
    pub(crate) fn new(path: KeyPath) -> Self {
        Self { path, said: Vec::new() }
    }

    /// Adds what it holds, in place of its opposite.
    pub(crate) fn add(&mut self, capability: Capability, path: KeyPath) {
        self.said.retain(|(other, _)| !is_of_one_name(other, &capability));
        self.said.push((capability, path));
    }

    /// All that it holds, in the order in which it is declared.
    pub(crate) fn said(&self) -> &[RoleSaid] {
        &self.said
    }

    /// What it says of a capability, or of its opposite.
    pub(crate) fn about(&self, capability: &Capability) -> Option<&RoleSaid> {
        self.said.iter().find(|(said, _)| is_of_one_name(said, capability))
    }
}

impl Roles {
    /// Declares a role; whether it was not declared yet.
    pub(crate) fn declare(&mut self, name: RoleName, role: Role) -> bool {
        let fresh = !self.declared.contains_key(&name);
        if fresh {
            self.declared.insert(name, role);
        }
        fresh
    }

    /// Says that an account has a role, and where that stands.
    pub(crate) fn give(&mut self, account: &AccountName, role: RoleName, path: KeyPath) {
        self.members.entry(account.clone()).or_default().push((role, path));
    }

    pub(crate) fn get(&self, name: &RoleName) -> Option<&Role> {
        self.declared.get(name)
    }

    /// What a file says of a capability of a role, or of its opposite.
    pub(crate) fn about(&self, role: &RoleName, capability: &Capability) -> Option<&RoleSaid> {
        self.get(role)?.about(capability)
    }

    /// Every declared role, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&RoleName, &Role)> {
        self.declared.iter()
    }

    /// The roles that a file gives to an account, and where.
    pub(crate) fn of(&self, account: &AccountName) -> &[(RoleName, KeyPath)] {
        self.members.get(account).map_or(&[], Vec::as_slice)
    }

    /// Where a file gives a role to an account.
    pub(crate) fn given(&self, account: &AccountName, role: &RoleName) -> Option<&KeyPath> {
        self.of(account).iter().find(|(given, _)| given == role).map(|(_, path)| path)
    }

    /// Who has which role because a file says so, and where.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&AccountName, &RoleName, &KeyPath)> {
        self.members.iter().flat_map(|(account, roles)| {
            roles.iter().map(move |(role, path)| (account, role, path))
        })
    }
}

/// Whether two are the same capability, or one is the other's opposite.
fn is_of_one_name(one: &Capability, other: &Capability) -> bool {
    one.name == other.name && one.room == other.room
}
