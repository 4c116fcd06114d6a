//! Roles from chat, put into the sets of the accounts that have them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Compiler, Place};
use crate::diagnostic::Problem;
use crate::identity::Identity;
use crate::managed::RoleName;
use crate::policy::{Inherited, Role};
use crate::{AccountName, Capability, Fact, Managed, ManagedKey, Origin};

/// What roles say because chat says so: what they hold, and by which entry.
type Said = BTreeMap<RoleName, Vec<(Capability, Origin)>>;

/// Something that a role says of an account.
struct Part {
    role: RoleName,
    capability: Capability,
    origin: Origin,
    /// Whether it counts where it gives.
    gives: bool,
}

impl Compiler {
    /// An account's own set goes before its roles, and a file before chat; of several roles, one
    /// that denies goes before one that gives.
    pub(super) fn roles(&mut self, managed: &Managed) {
        let said = self.said_of_roles(managed);
        let mut parts: BTreeMap<AccountName, Vec<Part>> = BTreeMap::new();
        let mut give = |account: &AccountName, role: &RoleName, all: Vec<_>, gives| {
            let part =
                |(capability, origin)| Part { role: role.clone(), capability, origin, gives };
            parts.entry(account.clone()).or_default().extend(all.into_iter().map(part));
        };
        if !said.is_empty() {
            for (account, role, _) in self.made.roles.members() {
                // What a file says of the role is there already.
                give(account, role, said.get(role).cloned().unwrap_or_default(), true);
            }
        }
        for (key, kept, audit) in managed.of_kind("member") {
            let Fact::Member { account, role } = &kept.fact else { continue };
            let place = Place { key, origin: Origin::Managed { key: key.clone(), audit } };
            if self.is_gone(&place, &Identity::Account(account.clone())) {
                continue;
            }
            if self.made.roles.given(account, role).is_some() {
                self.overrule(&place, None);
                continue;
            }
            let declared = self.made.roles.get(role).into_iter().flat_map(Role::said);
            let declared = declared.map(|(said, path)| (said.clone(), path.clone().into()));
            let all = declared.chain(said.get(role).into_iter().flatten().cloned()).collect();
            give(account, role, all, !self.is_squatted(account));
        }
        for (account, mut parts) in parts {
            // What takes first: what a set says already, it goes on saying.
            parts.sort_by_key(|part| part.capability.positive);
            for part in parts {
                self.inherit(&account, part);
            }
        }
    }

    /// What roles say because chat says so, where no file says it, or its opposite.
    fn said_of_roles(&mut self, managed: &Managed) -> Said {
        let mut all = Said::new();
        for (key, kept, audit) in managed.of_kind("role") {
            let Fact::Role { role, capability } = &kept.fact else { continue };
            if capability.is_ownership() {
                continue;
            }
            let place = Place { key, origin: Origin::Managed { key: key.clone(), audit } };
            if let Some((said, _)) = self.made.roles.about(role, capability) {
                let text = format!("a file says the opposite of `{capability}` for `{role}`");
                let opposite = said.positive != capability.positive;
                self.overrule(&place, opposite.then(|| Problem::warning(text)));
            } else {
                all.entry(role.clone()).or_default().push((capability.clone(), place.origin));
            }
        }
        all
    }

    fn inherit(&mut self, account: &AccountName, part: Part) {
        let Part { role, capability, origin, gives } = part;
        let renamed = self.renamed(capability.name()).filter(|_| !capability.positive);
        let Some(of) = Arc::make_mut(&mut self.made.people).account_mut(account) else { return };
        for name in [Some(capability.name.clone()), renamed].into_iter().flatten() {
            let capability = Capability { name, ..capability.clone() };
            let silent = of.held.opinion(capability.room(), capability.name()).is_none();
            if silent && (gives || !capability.positive) {
                let key = ManagedKey::held(account, &capability);
                of.held.add(capability);
                let (origin, role_from_chat) = (origin.clone(), Some(role.clone()));
                self.remarks.inherited.insert(key, Inherited { origin, role_from_chat });
            }
        }
    }
}
