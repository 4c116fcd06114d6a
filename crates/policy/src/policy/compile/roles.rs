//! `[policy.role]`, and the `roles` of accounts.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Compiler;
use crate::capability::{Held, SetError};
use crate::declared::DeclaredRole;
use crate::diagnostic::{Problem, nearest};
use crate::policy::{Inherited, Role};
use crate::{AccountName, KeyPath, ManagedKey, Origin, RoleName};

impl Compiler {
    pub(super) fn declared_roles(&mut self, roles: &BTreeMap<String, DeclaredRole>) {
        let table = self.root.key("role");
        for (key, declared) in roles {
            let path = table.key(key);
            let name = match key.parse::<RoleName>() {
                Ok(name) => name,
                Err(error) => {
                    self.report.say(&path, None, Problem::error(error));
                    continue;
                }
            };
            let mut role = Role::new(path.clone());
            self.fill(&path.key("capabilities"), &declared.capabilities, |path, capability| {
                if capability.is_ownership() {
                    return Err(SetError::RoleOwner);
                }
                role.add(capability, path.clone());
                Ok(())
            });
            if !Arc::make_mut(&mut self.made.roles).declare(name, role) {
                let problem = Problem::error(format!("`{key}` is declared twice"));
                self.report.say(&path, None, problem.help("case does not tell roles apart"));
            }
        }
    }

    /// Gives an account what its roles hold and its own set does not speak of; of several roles,
    /// one that denies goes before one that gives.
    pub(super) fn declared_member(
        &mut self,
        path: &KeyPath,
        texts: &[String],
        account: &AccountName,
        held: &mut Held,
    ) {
        let roles = texts.iter().zip(0..).filter_map(|(text, index)| {
            let path = path.index(index);
            self.declared_role(&path, text).map(|role| (role, path))
        });
        for (role, path) in roles.collect::<Vec<_>>() {
            if self.made.roles.given(account, &role).is_none() {
                Arc::make_mut(&mut self.made.roles).give(account, role, path);
            }
        }
        let roles = &self.made.roles;
        let mine = roles.of(account).iter().filter_map(|(role, _)| roles.get(role));
        let mut said: Vec<_> = mine.flat_map(Role::said).collect();
        said.sort_by_key(|(capability, _)| capability.positive);
        for (capability, path) in said {
            if held.opinion(capability.room(), capability.name()).is_none() {
                held.add(capability.clone());
                let key = ManagedKey::held(account, capability);
                let origin = Origin::Declared(path.clone());
                self.remarks.inherited.insert(key, Inherited::from(origin));
            }
        }
    }

    /// Reads the name of a role that a file must declare.
    fn declared_role(&mut self, path: &KeyPath, text: &str) -> Option<RoleName> {
        let role = self.report.keep(path, text, text.parse::<RoleName>())?;
        if self.made.roles.get(&role).is_some() {
            return Some(role);
        }
        let names = self.made.roles.iter().map(|(name, _)| name.as_str());
        let help = match nearest(role.as_str(), names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                format!("declare it in `[policy.role.{role}]`; a role from chat is given there")
            }
        };
        let problem = Problem::error(format!("no role `{role}` is declared"));
        self.report.say_of(path, text, problem.help(help));
        None
    }
}
