//! Accounts that were registered, identities that were linked, and what accounts hold.

use std::sync::Arc;

use super::{Compiler, Place};
use crate::diagnostic::Problem;
use crate::identity::{Identity, Trust};
use crate::policy::{Account, Part};
use crate::{AccountName, Capability, ManagedKey, UserId};

impl Compiler {
    pub(super) fn registered(&mut self, place: &Place<'_>, name: &AccountName) {
        let person = Account::new(name.clone());
        if Arc::make_mut(&mut self.made.people).declare(person).is_none() {
            let problem = Problem::warning(format!("a file declares `{name}` by now"));
            let help = "who registered it from chat is not that person, and has no account";
            self.overrule(place, Some(problem.help(help)));
        }
    }

    pub(super) fn linked(&mut self, place: &Place<'_>, id: &UserId, account: &AccountName) {
        if self.is_gone(place, &Identity::Account(account.clone())) {
            return;
        }
        if self.is_squatted(account) {
            // Warned of with the account.
            return self.overrule(place, None);
        }
        let Some(number) = self.made.people.account_number(account) else { return };
        let is_mask = self.made.networks.is_mask(id);
        if is_mask && self.made.networks.trust(id.network()) != Trust::Hostmask {
            let problem = Problem::warning(format!("nothing vouches for `{id}` any more"));
            self.doubt(place, problem.help("its network does not trust hostmasks"));
        }
        self.is_gone(place, &Identity::User(id.clone()));
        if is_mask {
            Arc::make_mut(&mut self.made.people).identify_mask(id.clone(), number);
        } else if let Err(other) = Arc::make_mut(&mut self.made.people).identify(id, number) {
            let problem = Problem::warning(format!("a file says that `{id}` is `{other}`"));
            return self.overrule(place, Some(problem.help("unlink it from the other account")));
        }
        if self.made.people.owns(number) {
            Arc::make_mut(&mut self.made.people).disown(id, is_mask);
        }
    }

    /// Whether a name was registered that a file declares by now.
    pub(super) fn is_squatted(&self, account: &AccountName) -> bool {
        let (now, before) = (&self.remarks.overruled, self.made.remarks.get(&Some(Part::People)));
        let before = before.into_iter().map(|remarks| &remarks.overruled);
        let mut sets = before.chain([now]).filter(|overruled| !overruled.is_empty());
        sets.any(|overruled| overruled.contains(&ManagedKey::account(account)))
    }

    pub(super) fn held(
        &mut self,
        place: &Place<'_>,
        account: &AccountName,
        capability: &Capability,
    ) {
        if self.is_gone(place, &Identity::Account(account.clone())) {
            return;
        }
        if capability.positive && self.is_squatted(account) {
            return self.overrule(place, None);
        }
        if capability.is_ownership() {
            let problem = Problem::warning("nobody is an owner, or none, from chat");
            return self.overrule(place, Some(problem.help("name owners in `policy.owners`")));
        }
        let renamed = self.renamed(capability.name());
        if let Some(new) = &renamed
            && capability.positive
        {
            let problem = Problem::warning(format!("`{}` was renamed", capability.name()));
            return self.overrule(place, Some(problem.help(format!("give `{new}` instead"))));
        }
        let Some(account) = Arc::make_mut(&mut self.made.people).account_mut(account) else {
            return;
        };
        if let Some(said) = account.held.opinion(capability.room(), capability.name()) {
            let (opposite, name) = (said != capability.positive, &account.name);
            let text = format!("a file says the opposite of `{capability}` for `{name}`");
            return self.overrule(place, opposite.then(|| Problem::warning(text)));
        }
        account.held.add(capability.clone());
        if let Some(name) = renamed
            && account.held.opinion(capability.room(), &name).is_none()
        {
            let followed = Capability { name, ..capability.clone() };
            let key = ManagedKey::held(&account.name, &followed);
            account.held.add(followed);
            self.remarks.inherited.insert(key, place.origin.clone().into());
        }
    }

    pub(super) fn secured(&mut self, place: &Place<'_>, account: &AccountName) {
        if self.is_gone(place, &Identity::Account(account.clone())) {
            return;
        }
        let Some(of) = Arc::make_mut(&mut self.made.people).account_mut(account) else { return };
        if of.secure {
            return self.overrule(place, None);
        }
        of.secure = true;
    }

    pub(super) fn flagged(&mut self, place: &Place<'_>, account: &AccountName) {
        if self.is_gone(place, &Identity::Account(account.clone())) {
            return;
        }
        let number = self.made.people.account_number(account);
        if number.is_some_and(|number| self.made.people.owns(number)) {
            let problem = Problem::warning(format!("`{account}` owns the bot by now"));
            return self.overrule(place, Some(problem.help("chat silences no owner")));
        }
        let Some(of) = Arc::make_mut(&mut self.made.people).account_mut(account) else { return };
        if of.ignore {
            return self.overrule(place, None);
        }
        of.ignore = true;
    }
}
