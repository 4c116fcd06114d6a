//! Which account a speaker is, by what is bound to accounts.

use super::{Facts, People};
use crate::{AccountName, ManagedKey, PasswordHash, Policy, Speaker, UserId};

/// What the evidence about a speaker says of who he is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identified<'a> {
    /// No account.
    Nobody,
    /// One account.
    Account {
        /// Which.
        name: &'a AccountName,
        /// What names it.
        by: Evidence,
    },
    /// Several accounts, so that it cannot be told which: the speaker has the rights of none.
    Several(Vec<Clash<'a>>),
}

/// What makes a speaker an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// An identity of the account's, or a mask of one.
    Identity,
    /// A password alone.
    Session {
        /// Whether that is enough; it is not for an account that is `secure`.
        enough: bool,
    },
}

impl Evidence {
    /// Whether it is enough to be the account.
    pub fn is_enough(self) -> bool {
        self != Self::Session { enough: false }
    }
}

/// One of several accounts that a speaker may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash<'a> {
    /// The account.
    pub account: &'a AccountName,
    /// The identity or mask of its by which it claims the speaker; none where a session does.
    pub identity: Option<&'a UserId>,
}

/// An account that some evidence names.
struct Candidate<'a> {
    number: u32,
    by: Evidence,
    identity: Option<&'a UserId>,
}

impl Policy {
    /// Which account a speaker is.
    pub fn identify<'a>(&'a self, speaker: &'a Speaker) -> Identified<'a> {
        self.compiled().people.identified(speaker)
    }

    /// The hash of the password by which a speaker may identify himself as an account.
    ///
    /// None where a file has come to declare the name of an account that was registered from chat:
    /// whoever chose the password is not the person whom the file means. None either in a policy
    /// [without](Self::without_passwords) them.
    pub fn password(&self, account: &AccountName) -> Option<&PasswordHash> {
        let compiled = self.compiled();
        compiled.people.account_number(account)?;
        let is_declared = compiled.is_overruled(&ManagedKey::account(account));
        self.managed().password(account).filter(|_| !is_declared)
    }

    /// Whether a speaker may identify himself as an account by a password. It is told without the
    /// hash too.
    pub fn has_password(&self, account: &AccountName) -> bool {
        let compiled = self.compiled();
        compiled.people.account_number(account).is_some()
            && compiled.managed.contains(&ManagedKey::password(account))
            && !compiled.is_overruled(&ManagedKey::account(account))
    }
}

impl People {
    fn identified<'a>(&'a self, speaker: &'a Speaker) -> Identified<'a> {
        let name = |number: &u32| self.account(*number).map(|account| &account.name);
        let mut candidates = self.candidates(speaker);
        if let [Candidate { number, by, .. }] = candidates.as_slice() {
            let by = *by;
            return name(number)
                .map_or(Identified::Nobody, |name| Identified::Account { name, by });
        }
        candidates.sort_by_key(|candidate| candidate.number);
        let mut clashes = Vec::with_capacity(candidates.len());
        for Candidate { number, identity, .. } in &candidates {
            clashes.extend(name(number).map(|account| Clash { account, identity: *identity }));
        }
        if clashes.is_empty() { Identified::Nobody } else { Identified::Several(clashes) }
    }

    /// What is said of the verified identity, beside the account that it is with its sessions.
    ///
    /// An account that needs more than a session is not named by one alone.
    pub(crate) fn in_session<'a>(&self, facts: Facts<'a>, speaker: &Speaker) -> Facts<'a> {
        if speaker.sessions().is_empty() {
            return facts;
        }
        let account = match self.candidates(speaker).as_slice() {
            [Candidate { number, by, .. }] => {
                Some(*number).filter(|_| *by != Evidence::Session { enough: false })
            }
            _ => None,
        };
        Facts { account, is_plain: false, ..facts }
    }

    /// Every account that a speaker may be, once each.
    fn candidates<'a>(&'a self, speaker: &'a Speaker) -> Vec<Candidate<'a>> {
        let mut candidates: Vec<Candidate<'a>> = Vec::new();
        let mut add = |number, by, identity| {
            match candidates.iter_mut().find(|candidate| candidate.number == number) {
                // A second mask says nothing new; a session says that it is more than a mask.
                Some(known) if by != Evidence::Identity => known.identity = None,
                Some(_) => {}
                None => candidates.push(Candidate { number, by, identity }),
            }
        };
        if let Some(id) = speaker.verified_id() {
            let held = self.holder(id).map(|number| (id, number));
            for (identity, number) in held.into_iter().chain(self.masks_of(id)) {
                add(number, Evidence::Identity, Some(identity));
            }
        }
        for number in self.session_accounts(speaker) {
            let enough = self.account(number).is_some_and(|account| !account.secure);
            add(number, Evidence::Session { enough }, None);
        }
        candidates
    }

    /// The accounts as which a speaker has identified himself, of those that there are.
    pub(crate) fn session_accounts(&self, speaker: &Speaker) -> impl Iterator<Item = u32> {
        speaker.sessions().iter().filter_map(|name| self.account_number(name))
    }
}
