//! Roles: an owner's to make and to give.

use super::desk::{ALREADY, not_there};
use super::{Desk, Verdict};
use crate::managed::{ChangeError, Fact, ManagedKey, RoleName};
use crate::{AccountName, Capability};

impl Desk<'_> {
    pub(super) fn add_to_role(&self, role: &RoleName, capability: &Capability) -> Verdict {
        self.owners_only()?;
        self.may_say(capability)?;
        if self.in_role(role, capability) { Err(ALREADY) } else { Ok(()) }
    }

    pub(super) fn remove_from_role(&self, role: &RoleName, capability: &Capability) -> Verdict {
        self.owners_only()?;
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
        if self.managed().below(format!("role {role} ")).next().is_none() {
            return Err(ChangeError::NoRole { role: role.clone() });
        }
        if self.managed().contains(&ManagedKey::member(account, role)) {
            Err(ALREADY)
        } else {
            Ok(())
        }
    }

    pub(super) fn take_role(&self, account: &AccountName, role: &RoleName) -> Verdict {
        self.owners_only()?;
        if self.managed().contains(&ManagedKey::member(account, role)) {
            return Ok(());
        }
        Err(not_there(format_args!("`{account}` has not the role `{role}`")))
    }
}
