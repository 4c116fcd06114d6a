//! What every change asks: who is asking, what there is, and whether there is room for more.

use smol_str::SmolStr;

use super::{Desk, Verdict};
use crate::decide::Asker;
use crate::diagnostic::Problem;
use crate::identity::Identity;
use crate::managed::{ChangeError, Managed, ManagedKey};
use crate::policy::{Compiled, Names};
use crate::{AccountName, Capability, Entry, KeyPath, Origin, Person, RoomId, UserId};

/// The longest name of a capability, a command or a plugin, in bytes.
const MAX_NAME_BYTES: usize = crate::MAX_COMMAND_BYTES;

impl Desk<'_> {
    pub(super) fn managed(&self) -> &Managed {
        self.policy.managed()
    }

    /// Whether something stands at a key, and counts.
    pub(super) fn stands(&self, key: &ManagedKey) -> bool {
        self.managed().contains(key) && !self.compiled.is_overruled(key)
    }

    pub(super) fn is_owner(&self) -> bool {
        self.asker.as_ref().is_some_and(Asker::is_owner)
    }

    pub(super) fn owners_only(&self) -> Verdict {
        if self.is_owner() { Ok(()) } else { Err(ChangeError::OwnersOnly) }
    }

    pub(super) fn holds(&self, capability: &Capability) -> bool {
        self.is_owner() || self.asker.as_ref().is_some_and(|asker| asker.holds(capability))
    }

    /// Everywhere, an admin may; in a room, whoever holds `op` there.
    pub(super) fn takes_office(&self, room: Option<&RoomId>) -> Verdict {
        let error = ChangeError::takes(if room.is_some() { "op" } else { "admin" }, room);
        let ChangeError::Takes { needed } = &error else { return Err(error) };
        if self.holds(needed) { Ok(()) } else { Err(error) }
    }

    /// The number of an account, declared or registered.
    pub(super) fn account(&self, name: &AccountName) -> Result<u32, ChangeError> {
        let number = self.compiled.people.account_number(name);
        number.ok_or_else(|| ChangeError::NoAccount { account: name.clone() })
    }

    /// Whether an account was registered from chat, and no file declares it.
    pub(super) fn is_registered(&self, name: &AccountName) -> bool {
        self.stands(&ManagedKey::account(name))
    }

    /// Whether the speaker is verified as somebody of an account.
    pub(super) fn is_own(&self, account: u32) -> bool {
        self.asker.as_ref().is_some_and(|asker| asker.account() == Some(account))
    }

    /// What is wrong with the name of an identity.
    pub(super) fn known(&self, identity: &Identity) -> Verdict {
        if let Identity::Account(name) = identity {
            return self.account(name).map(drop);
        }
        problem(self.names().check_identity(identity))
    }

    pub(super) fn names(&self) -> Names<'_> {
        let Compiled { networks, registry, people, .. } = self.compiled;
        Names { networks, registry, people }
    }

    /// What somebody is told whom the network must vouch for.
    pub(super) fn verifiable(&self, who: &Person) -> Verdict {
        if let Person::User(id) = who
            && self.is_nobody(id)
        {
            return Err(ChangeError::Unverifiable { id: id.clone() });
        }
        self.known(&who.clone().into())
    }

    pub(super) fn is_nobody(&self, id: &UserId) -> bool {
        let networks = &self.compiled.networks;
        networks.is_mask(id) || networks.is_claimed_only(id)
    }
}

pub(super) fn problem(problem: Option<Problem>) -> Verdict {
    let named = |Problem { message, help, .. }| ChangeError::Name { message, help };
    problem.map_or(Ok(()), |problem| Err(named(problem)))
}

pub(super) fn not_there(what: std::fmt::Arguments<'_>) -> ChangeError {
    ChangeError::NotThere { what: SmolStr::new(what.to_string()) }
}

pub(super) fn declared(what: &impl ToString, key: KeyPath) -> ChangeError {
    ChangeError::Declared { what: what.to_string().into(), key }
}

/// The key of a file that an entry stands at.
pub(super) fn key_of(entry: &Entry) -> Option<&KeyPath> {
    match &entry.origin {
        Origin::Declared(key) => Some(key),
        Origin::Managed { .. } => None,
    }
}

pub(super) fn already(entry: &Entry) -> ChangeError {
    ChangeError::AlreadySo { at: Some(entry.clone()) }
}

pub(super) const ALREADY: ChangeError = ChangeError::AlreadySo { at: None };

/// What a name is told that is too long to be of use.
pub(super) fn short(name: &str) -> Verdict {
    if name.len() <= MAX_NAME_BYTES {
        return Ok(());
    }
    let what = name.chars().take(MAX_NAME_BYTES).collect();
    Err(ChangeError::Long { what, max: MAX_NAME_BYTES })
}
