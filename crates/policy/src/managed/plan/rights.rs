//! Sudoers and grants: an owner's to give.

use super::desk::{already, declared, key_of, not_there, problem, short};
use super::{Desk, Verdict};
use crate::decide::Asker;
use crate::identity::Identity;
use crate::managed::{ChangeError, Fact, Lease, ManagedKey};
use crate::policy::{Grant, Standing};
use crate::{CommandId, Entry, Person, Scope, Speaker};

impl Desk<'_> {
    pub(super) fn add_sudoer(&self, who: &Person) -> Verdict {
        self.owners_only()?;
        self.verifiable(who)?;
        if let Some(entry) = self.sudoer(who) {
            return Err(already(entry));
        }
        Ok(())
    }

    pub(super) fn remove_sudoer(&self, who: &Person) -> Verdict {
        self.owners_only()?;
        match self.sudoer(who).and_then(key_of) {
            _ if self.stands(&ManagedKey::sudoer(who)) => Ok(()),
            Some(key) => Err(declared(who, key.clone())),
            None => Err(not_there(format_args!("`{who}` is no sudoer"))),
        }
    }

    /// The entry that makes somebody a sudoer.
    fn sudoer(&self, who: &Person) -> Option<&Entry> {
        self.compiled.people.standing(Standing::Sudoer, &who.clone().into())
    }

    /// Says what it replaces.
    pub(super) fn grant(
        &self,
        to: &Person,
        what: &Scope,
        elevate: bool,
        lease: Option<&Lease>,
    ) -> Result<Vec<String>, ChangeError> {
        self.owners_only()?;
        self.verifiable(to)?;
        self.grantable(what)?;
        if elevate && what.is_plugin() {
            return Err(ChangeError::Elevates { what: what.clone() });
        }
        if let Some(Lease { until, .. }) = lease
            && *until <= self.now
        {
            return Err(ChangeError::Past { until: *until });
        }
        let lasts = |grant: &&Grant| grant.until.is_none() && (grant.elevate || !elevate);
        if let Some(grant) = self.grants(to, what).find(lasts) {
            return Err(already(&grant.entry));
        }
        self.undefeated(to, what)?;
        let key = if lease.is_some() { ManagedKey::temporary } else { ManagedKey::grant };
        let before = self.managed().get(&key(to, what)).map(|(kept, _)| &kept.fact);
        let replaced = before.and_then(|fact| match fact {
            Fact::Grant { lease: Some(Lease { until, .. }), .. } if *until > self.now => {
                Some(format!("it replaces the grant until {until}"))
            }
            _ => None,
        });
        Ok(replaced.into_iter().collect())
    }

    /// What can be granted: what there is, and nothing that changes rights or code.
    fn grantable(&self, what: &Scope) -> Verdict {
        short(what.as_str())?;
        if what.is_reserved() {
            return Err(ChangeError::Reserved { what: what.clone() });
        }
        problem(self.names().check_scope(what))
    }

    /// A grant that a written anticapability defeats would be given in vain.
    fn undefeated(&self, to: &Person, what: &Scope) -> Verdict {
        let scope = what.as_str();
        let command = scope.parse().or_else(|_| CommandId::new(scope, scope));
        let Ok(command) = command else { return Ok(()) };
        match Asker::new(self.policy, self.somebody(to)).written_against(command) {
            Some(written) => {
                Err(ChangeError::Defeated { held: written.held, needed: written.needed })
            }
            None => Ok(()),
        }
    }

    /// Who somebody is when he speaks.
    fn somebody(&self, who: &Person) -> Speaker {
        let name = match who {
            Person::User(id) => return Speaker::verified(id.clone()),
            Person::Account(name) => name,
        };
        let people = &self.compiled.people;
        let account = people.account_number(name).and_then(|number| people.account(number));
        // To find an identity takes a walk over all there are: only where a session is too little.
        let is_secure = account.is_some_and(|account| account.secure);
        let id = if is_secure { people.somebody(&who.clone().into()) } else { None };
        id.map_or_else(|| Speaker::claimed([]).in_session(name.clone()), Speaker::verified)
    }

    pub(super) fn revoke(&self, to: &Person, what: &Scope, temporary: bool) -> Verdict {
        self.owners_only()?;
        let key = if temporary { ManagedKey::temporary } else { ManagedKey::grant };
        if self.managed().contains(&key(to, what)) {
            return Ok(());
        }
        let same = |grant: &&Grant| grant.until.is_some() == temporary;
        let entry = self.grants(to, what).find(same).map(|grant| &grant.entry);
        match entry.and_then(key_of) {
            Some(key) => Err(declared(what, key.clone())),
            None => Err(not_there(format_args!("`{to}` has no such grant of `{what}`"))),
        }
    }

    /// The grants of exactly this to exactly this person.
    fn grants(&self, to: &Person, what: &Scope) -> impl Iterator<Item = &Grant> {
        let (to, what) = (Identity::from(to.clone()), what.clone());
        self.compiled.grants.list.iter().filter(move |grant| grant.to == to && grant.scope == what)
    }
}
