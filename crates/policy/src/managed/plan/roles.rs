//! Roles: an owner's to make and to give.

use super::desk::{ALREADY, already, declared, not_there};
use super::{Desk, Verdict};
use crate::managed::{ChangeError, Fact, ManagedKey, RoleName};
use crate::{AccountName, Capability, Entry};

impl Desk<'_> {
    pub(super) fn add_to_role(&self, role: &RoleName, capability: &Capability) -> Verdict {
        self.owners_only()?;
        self.may_say(capability)?;
        match self.compiled.roles.about(role, capability) {
            Some((said, path)) if said == capability => {
                let (text, origin) = (said.to_string().into(), path.clone().into());
                Err(already(&Entry { text, origin }))
            }
            Some((said, path)) => Err(declared(said, path.clone())),
            None if self.in_role(role, capability) => Err(ALREADY),
            None => Ok(()),
        }
    }

    pub(super) fn remove_from_role(&self, role: &RoleName, capability: &Capability) -> Verdict {
        self.owners_only()?;
        if let Some((said, path)) = self.compiled.roles.about(role, capability)
            && said == capability
        {
            return Err(declared(said, path.clone()));
        }
        if self.in_role(role, capability) {
            return Ok(());
        }
        Err(not_there(format_args!("the role `{role}` does not hold `{capability}`")))
    }

    fn in_role(&self, role: &RoleName, capability: &Capability) -> bool {
        let held = self.managed().get(&ManagedKey::role(role, capability));
        let held = held.map(|(kept, _)| &kept.fact);
        matches!(held, Some(Fact::Role { capability: held, .. }) if held == capability)
    }

    pub(super) fn give_role(&self, account: &AccountName, role: &RoleName) -> Verdict {
        self.owners_only()?;
        self.account(account)?;
        let is_declared = self.compiled.roles.get(role).is_some();
        if !is_declared && self.managed().below(format!("role {role} ")).next().is_none() {
            return Err(ChangeError::NoRole { role: role.clone() });
        }
        if let Some(path) = self.compiled.roles.given(account, role) {
            let (text, origin) = (role.as_str().into(), path.clone().into());
            return Err(already(&Entry { text, origin }));
        }
        if self.managed().contains(&ManagedKey::member(account, role)) {
            Err(ALREADY)
        } else {
            Ok(())
        }
    }

    pub(super) fn take_role(&self, account: &AccountName, role: &RoleName) -> Verdict {
        self.owners_only()?;
        if let Some(path) = self.compiled.roles.given(account, role) {
            return Err(declared(role, path.clone()));
        }
        if self.managed().contains(&ManagedKey::member(account, role)) {
            return Ok(());
        }
        Err(not_there(format_args!("`{account}` has not the role `{role}`")))
    }
}
