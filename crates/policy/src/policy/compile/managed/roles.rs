//! Roles, put into the sets of the accounts that have them.

use std::collections::BTreeMap;

use super::{Compiler, Place};
use crate::identity::Identity;
use crate::managed::RoleName;
use crate::{AccountName, Capability, Fact, Managed, ManagedKey, Origin};

/// What a role says, and at which key.
type Said<'a> = (&'a Capability, &'a ManagedKey);

impl Compiler<'_> {
    /// An account's own set goes before its roles; of several roles, one that denies goes before
    /// one that gives.
    pub(super) fn roles(&mut self, managed: &Managed) {
        let mut roles: BTreeMap<&RoleName, Vec<Said<'_>>> = BTreeMap::new();
        for (key, kept, _) in managed.of_kind("role") {
            if let Fact::Role { role, capability } = &kept.fact
                && !capability.is_ownership()
            {
                roles.entry(role).or_default().push((capability, key));
            }
        }
        let mut given: BTreeMap<&AccountName, Vec<Said<'_>>> = BTreeMap::new();
        for (key, kept, audit) in managed.of_kind("member") {
            let Fact::Member { account, role } = &kept.fact else { continue };
            let place = Place { key, origin: Origin::Managed { key: key.clone(), audit } };
            if !self.is_gone(&place, &Identity::Account(account.clone())) {
                let said = roles.get(role).into_iter().flatten();
                given.entry(account).or_default().extend(said);
            }
        }
        for (account, mut said) in given {
            // What takes first: what a set says already, it goes on saying.
            said.sort_by_key(|(capability, _)| capability.positive);
            self.fill_from_roles(account, said);
        }
    }

    fn fill_from_roles(&mut self, account: &AccountName, said: Vec<Said<'_>>) {
        let gives = !self.is_squatted(account);
        for (capability, key) in said {
            let renamed = self.renamed(capability.name());
            let Some(of) = self.made.people.account_mut(account) else { return };
            let names = [Some(capability.name.clone()), renamed.filter(|_| !capability.positive)];
            for name in names.into_iter().flatten() {
                let capability = Capability { name, ..capability.clone() };
                let silent = of.held.opinion(capability.room(), capability.name()).is_none();
                if silent && (gives || !capability.positive) {
                    let held = ManagedKey::held(account, &capability);
                    of.held.add(capability);
                    self.made.sources.insert(held, key.clone());
                }
            }
        }
    }
}
