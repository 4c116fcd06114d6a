//! Accounts and their identities: everybody's own to change.

use smol_str::format_smolstr;

use super::desk::{ALREADY, declared, not_there};
use super::{Desk, Verdict};
use crate::bw_list::{Colour, Rule, Who};
use crate::decide::Asker;
use crate::managed::{ChangeError, Fact, ManagedKey};
use crate::policy::is_live;
use crate::{AccountName, Capability, Entry, Identity, KeyPath, Person, Trust, UserId};

/// How many signs of a mask must be no wildcards, as in Limnoria.
const MIN_MASK: usize = 3;

impl Desk<'_> {
    pub(super) fn register(
        &self,
        account: &AccountName,
        identity: Option<&UserId>,
        password: bool,
    ) -> Verdict {
        if identity.is_none() && !password {
            return Err(ChangeError::Nobody);
        }
        self.free_name(account)?;
        if let Some(id) = identity {
            self.vouched(id)?;
            self.unlinked(id)?;
        }
        let own = self.asker.as_ref().and_then(Asker::account);
        if let Some(own) = own.filter(|_| !self.is_owner())
            && let Some(own) = self.compiled.people.account(own)
            && let Some(id) = self.asker.as_ref().and_then(|asker| asker.speaker().verified_id())
        {
            return Err(ChangeError::Linked { id: id.clone(), account: own.name.clone() });
        }
        Ok(())
    }

    /// A name is free that no file declares and that nothing from chat names.
    fn free_name(&self, account: &AccountName) -> Verdict {
        let taken = || Err(ChangeError::Taken { account: account.clone() });
        let managed = self.managed();
        if self.compiled.people.account_number(account).is_some() {
            return if self.is_registered(account) {
                taken()
            } else {
                Err(declared(account, account_key(account)))
            };
        }
        let named = |fact: &Fact| fact.account() == Some(account) || names(fact, account);
        if managed.iter().any(|(_, kept, _)| named(&kept.fact)) { taken() } else { Ok(()) }
    }

    /// Only whom the network vouches for, here and now, is anybody's identity.
    fn vouched(&self, id: &UserId) -> Verdict {
        if self.is_nobody(id) {
            return Err(ChangeError::Unverifiable { id: id.clone() });
        }
        match &self.asker {
            Some(asker) if asker.speaker().verified_id() != Some(id) => {
                Err(ChangeError::NotYours { what: id.to_string().into(), how: "that identity" })
            }
            _ => Ok(()),
        }
    }

    /// An identity belongs to one account.
    fn unlinked(&self, id: &UserId) -> Verdict {
        let people = &self.compiled.people;
        let facts = people.facts(id).unwrap_or_default();
        let other = people.accounts_named(id, facts).next();
        let linked = |account: &AccountName| {
            Err(ChangeError::Linked { id: id.clone(), account: account.clone() })
        };
        if let Some((_, other)) = other {
            return linked(&other.name);
        }
        // Linked to an account that is no more, or not what it was: still not free.
        match self.managed().get(&ManagedKey::identity(id)).map(|(kept, _)| &kept.fact) {
            Some(Fact::Identity { account, .. }) => linked(account),
            _ => Ok(()),
        }
    }

    pub(super) fn unregister(&self, account: &AccountName) -> Verdict {
        let number = self.account(account)?;
        if !self.managed().contains(&ManagedKey::account(account)) {
            return Err(declared(account, account_key(account)));
        }
        if self.is_registered(account) {
            self.own(account, number)?;
        } else {
            // A file declares that name by now, and is about somebody else.
            self.owners_only()?;
        }
        if !self.is_owner()
            && let Some(by) = self.burden(account, number)
        {
            return Err(ChangeError::Burdened { account: account.clone(), by });
        }
        match self.compiled.all_rules().find(|rule| names_account(rule, account)) {
            Some(rule) => {
                Err(ChangeError::Named { account: account.clone(), rule: rule.entry.clone() })
            }
            None => Ok(()),
        }
    }

    pub(super) fn link(&self, id: &UserId, account: &AccountName) -> Verdict {
        self.account(account)?;
        if self.compiled.networks.is_mask(id) {
            self.owners_only()?;
            self.legal_mask(id)?;
        } else {
            self.asker.as_ref().ok_or(ChangeError::ByItself)?;
            self.vouched(id)?;
        }
        self.known(&Identity::User(id.clone()))?;
        self.unlinked(id)
    }

    fn legal_mask(&self, id: &UserId) -> Verdict {
        let mask = id.user();
        let signs = mask.chars().filter(|sign| !"!@*?".contains(*sign)).count();
        let whole = mask.split_once('!').is_some_and(|(_, rest)| rest.contains('@'));
        let trusted = self.compiled.networks.trust(id.network()) == Trust::Hostmask;
        if whole && trusted && signs >= MIN_MASK {
            return Ok(());
        }
        Err(ChangeError::Mask { id: id.clone() })
    }

    pub(super) fn unlink(&self, id: &UserId) -> Verdict {
        let key = ManagedKey::identity(id);
        let people = &self.compiled.people;
        let Some(Fact::Identity { account, .. }) =
            self.managed().get(&key).map(|(kept, _)| &kept.fact)
        else {
            let named = people.facts(id).and_then(|facts| people.account(facts.account?));
            return Err(match named {
                Some(of) => declared(id, account_key(&of.name).key("identities")),
                None => not_there(format_args!("`{id}` is nobody's identity")),
            });
        };
        if self.is_owner() {
            return Ok(());
        }
        let number = self.account(account)?;
        self.own(account, number)?;
        if let Some(by) = self.burden(account, number) {
            return Err(ChangeError::Burdened { account: account.clone(), by });
        }
        let password = self.managed().contains(&ManagedKey::password(account));
        let last = self.is_registered(account) && self.identities(account).count() == 1;
        if last && !password {
            return Err(ChangeError::Last { account: account.clone() });
        }
        Ok(())
    }

    pub(super) fn set_password(&self, account: &AccountName, password: bool) -> Verdict {
        let number = self.account(account)?;
        self.own(account, number)?;
        self.not_of_owners(number)?;
        if password {
            return Ok(());
        }
        if !self.managed().contains(&ManagedKey::password(account)) {
            return Err(not_there(format_args!("`{account}` has no password")));
        }
        let last = self.is_registered(account) && self.identities(account).next().is_none();
        if last { Err(ChangeError::Last { account: account.clone() }) } else { Ok(()) }
    }

    pub(super) fn set_secure(&self, account: &AccountName, secure: bool) -> Verdict {
        let number = self.account(account)?;
        self.own(account, number)?;
        let is_secure = self.compiled.people.account(number).is_some_and(|account| account.secure);
        if is_secure == secure {
            return Err(ALREADY);
        }
        if secure {
            return Ok(());
        }
        if !self.stands(&ManagedKey::secure(account)) {
            return Err(declared(account, account_key(account).key("secure")));
        }
        self.not_of_owners(number)
    }

    pub(super) fn set_ignored(&self, account: &AccountName, ignored: bool) -> Verdict {
        self.owners_only()?;
        let number = self.account(account)?;
        let Some(of) = self.compiled.people.account(number) else { return Ok(()) };
        if of.ignore == ignored {
            return Err(ALREADY);
        }
        if !ignored && !self.stands(&ManagedKey::ignored(account)) {
            return Err(declared(account, account_key(account).key("ignore")));
        }
        if ignored && self.compiled.people.owns(number) {
            return Err(ChangeError::Owns { account: account.clone() });
        }
        Ok(())
    }

    /// How one becomes an owner is an owner's to say: whoever has linked himself to the account of
    /// one is none.
    fn not_of_owners(&self, account: u32) -> Verdict {
        if self.compiled.people.owns(account) { self.owners_only() } else { Ok(()) }
    }

    /// Whether the account is the speaker's, or the speaker an owner.
    fn own(&self, account: &AccountName, number: u32) -> Verdict {
        if self.is_own(number) || self.is_owner() {
            return Ok(());
        }
        let how = "one of its identities, or identify as it";
        Err(ChangeError::NotYours { what: account.to_string().into(), how })
    }

    /// The identities that were linked from chat.
    fn identities(&self, account: &AccountName) -> impl Iterator<Item = &UserId> {
        self.managed().of_kind("identity").filter_map(move |(_, kept, _)| match &kept.fact {
            Fact::Identity { id, account: of } if of == account => Some(id),
            _ => None,
        })
    }

    /// What stands against an account, so that nobody may leave it.
    fn burden(&self, name: &AccountName, number: u32) -> Option<Entry> {
        let compiled = self.compiled;
        let account = compiled.people.account(number)?;
        let flag = account.ignore.then(|| {
            let text = format_smolstr!("{name} is ignored");
            Entry { text, origin: compiled.ignored_origin(name) }
        });
        let who = Identity::Account(name.clone());
        let ignored = || {
            let here = |ignore: &&crate::policy::Ignore| {
                ignore.who == who && is_live(ignore.until, self.now)
            };
            compiled.ignores.list.iter().find(here).map(|ignore| ignore.entry.clone())
        };
        let rule = || {
            let black = |rule: &&Rule| rule.colour == Colour::Black && names_account(rule, name);
            compiled.all_rules().find(black).map(|rule| rule.entry.clone())
        };
        let held = || {
            let held = account.held.to_vec().into_iter().find(Capability::is_anticapability)?;
            Some(compiled.held_entry(name, held.room(), held.name(), false))
        };
        flag.or_else(ignored).or_else(rule).or_else(held)
    }
}

fn names_account(rule: &Rule, account: &AccountName) -> bool {
    let named = |who: &Who| matches!(who, Who::Named(Identity::Account(of)) if of == account);
    rule.from.iter().any(named)
}

/// Whether a fact names an account as one of several, or as whom it is for.
fn names(fact: &Fact, account: &AccountName) -> bool {
    let is = |who: &Person| matches!(who, Person::Account(of) if of == account);
    match fact {
        Fact::Ignore { who, .. }
        | Fact::Ban { who, .. }
        | Fact::Flood { who, .. }
        | Fact::Sudoer { who }
        | Fact::Grant { to: who, .. } => is(who),
        Fact::Alias { author: Some(author), .. } => is(author.person()),
        Fact::Rule { rule, .. } => {
            let named =
                |who: &Who| matches!(who, Who::Named(Identity::Account(of)) if of == account);
            rule.from.iter().any(named)
        }
        _ => false,
    }
}

fn account_key(account: &AccountName) -> KeyPath {
    KeyPath::root("policy").key("account").key(account.as_str())
}
