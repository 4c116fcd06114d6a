//! Roles, as both layers have them.

use std::collections::BTreeMap;

use super::RoleView;
use crate::policy::{Compiled, Role};
use crate::{AccountName, Entry, Fact, Origin, RoleName};

impl Compiled {
    /// Every role, with what it holds and who has it.
    pub(super) fn roles_said(&self) -> Vec<RoleView> {
        let mut views: BTreeMap<RoleName, RoleView> = BTreeMap::new();
        let mut view = |name: &RoleName, entry: Option<Entry>, member: Option<_>| {
            let fresh =
                || RoleView { name: name.clone(), capabilities: Vec::new(), members: Vec::new() };
            let view = views.entry(name.clone()).or_insert_with(fresh);
            view.capabilities.extend(entry);
            view.members.extend(member);
        };
        for (name, role) in self.roles.iter() {
            view(name, None, None);
            declared(role).for_each(|entry| view(name, Some(entry), None));
        }
        for (account, role, path) in self.roles.members() {
            view(role, None, Some((account.clone(), path.clone().into())));
        }
        for (fact, origin) in self.managed_roles() {
            match fact {
                Fact::Role { role, capability } => {
                    let text = capability.to_string().into();
                    view(role, Some(Entry { text, origin }), None);
                }
                Fact::Member { account, role } => view(role, None, Some((account.clone(), origin))),
                _ => {}
            }
        }
        let sorted = |mut view: RoleView| {
            view.capabilities.sort_by(|one, other| one.text.cmp(&other.text));
            view.members.sort_by(|(one, _), (other, _)| one.cmp(other));
            view
        };
        views.into_values().map(sorted).collect()
    }

    /// The roles of one account.
    pub(super) fn roles_of(&self, account: &AccountName) -> Vec<(RoleName, Origin)> {
        let declared = self.roles.of(account).iter();
        let declared = declared.map(|(role, path)| (role.clone(), Origin::from(path.clone())));
        let managed = self.managed_roles().filter_map(|(fact, origin)| match fact {
            Fact::Member { account: of, role } if of == account => Some((role.clone(), origin)),
            _ => None,
        });
        let mut all: Vec<_> = declared.chain(managed).collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all
    }

    /// What chat says of roles, where no file says something about it.
    fn managed_roles(&self) -> impl Iterator<Item = (&Fact, Origin)> {
        let rows = ["role", "member"].into_iter().flat_map(|kind| self.managed.of_kind(kind));
        let stands = rows.filter(|(key, ..)| !self.is_overruled(key));
        stands.map(|(key, kept, audit)| (&kept.fact, Origin::Managed { key: key.clone(), audit }))
    }
}

fn declared(role: &Role) -> impl Iterator<Item = Entry> {
    role.said().iter().map(|(capability, path)| Entry {
        text: capability.to_string().into(),
        origin: path.clone().into(),
    })
}
