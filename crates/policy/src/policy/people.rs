//! What a policy says of single identities, accounts, rooms and networks; one look-up finds all of
//! it.

use rustc_hash::FxHashMap;

use crate::bw_list::Who;
use crate::explanation::Entry;
use crate::identity::Identity;
use crate::{AccountName, Network, RoomId, UserId};

/// Everybody and every place that the policy names.
#[derive(Debug, Default)]
pub(crate) struct People {
    users: FxHashMap<UserId, Facts>,
    accounts: Vec<Account>,
    names: FxHashMap<AccountName, u32>,
    rooms: FxHashMap<RoomId, RoomFacts>,
    networks: FxHashMap<Network, u32>,
    owners: Vec<Entry>,
    sudoers: Vec<Entry>,
}

/// What a policy says of one identity, or of one account; numbers are places in its lists.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts {
    /// The account whose `identities` hold this identity.
    pub(crate) account: Option<u32>,
    pub(crate) owner: Option<u32>,
    pub(crate) sudoer: Option<u32>,
    /// Its number among those whom the rules of the `bw_list` name.
    pub(crate) sender: Option<u32>,
}

/// A person.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) name: AccountName,
    pub(crate) facts: Facts,
}

/// What a policy says of one room.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RoomFacts {
    pub(crate) sender: Option<u32>,
}

/// A list that people stand in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing {
    Owner,
    Sudoer,
}

impl People {
    /// Declares an account and says its number; none where the name is taken.
    pub(crate) fn declare(&mut self, name: AccountName) -> Option<u32> {
        let number = u32::try_from(self.accounts.len()).ok()?;
        if self.names.contains_key(&name) {
            return None;
        }
        self.names.insert(name.clone(), number);
        self.accounts.push(Account { name, facts: Facts::default() });
        Some(number)
    }

    /// Says that an identity is an account's, or which other account has it already.
    pub(crate) fn identify(&mut self, id: UserId, number: u32) -> Result<(), AccountName> {
        let facts = self.users.entry(id).or_default();
        let taken = facts.account.and_then(|other| self.accounts.get(usize::try_from(other).ok()?));
        if let Some(other) = taken {
            return Err(other.name.clone());
        }
        facts.account = Some(number);
        Ok(())
    }

    /// Puts a user or an account on a list.
    pub(crate) fn stand(&mut self, standing: Standing, who: &Identity, entry: Entry) {
        let list = match standing {
            Standing::Owner => &mut self.owners,
            Standing::Sudoer => &mut self.sudoers,
        };
        let place = u32::try_from(list.len()).ok();
        list.push(entry);
        if let Some(facts) = self.facts_mut(who) {
            match standing {
                Standing::Owner => facts.owner = place,
                Standing::Sudoer => facts.sudoer = place,
            }
        }
    }

    /// The number of whom a rule names, among all whom rules name; `fresh` if it has none yet.
    pub(crate) fn sender(&mut self, who: &Who, fresh: u32) -> u32 {
        let Who::Named(identity) = who else { return fresh };
        match identity {
            Identity::Network(network) => *self.networks.entry(network.clone()).or_insert(fresh),
            Identity::Room(room) => {
                *self.rooms.entry(room.clone()).or_default().sender.get_or_insert(fresh)
            }
            Identity::User(_) | Identity::Account(_) => {
                self.facts_mut(identity).map_or(fresh, |facts| *facts.sender.get_or_insert(fresh))
            }
        }
    }

    fn facts_mut(&mut self, who: &Identity) -> Option<&mut Facts> {
        match who {
            Identity::User(id) => Some(self.users.entry(id.clone()).or_default()),
            Identity::Account(name) => {
                let number = usize::try_from(*self.names.get(name)?).ok()?;
                self.accounts.get_mut(number).map(|account| &mut account.facts)
            }
            Identity::Room(_) | Identity::Network(_) => None,
        }
    }

    /// What is said of an identity; nothing, for most.
    pub(crate) fn facts(&self, id: &UserId) -> Facts {
        self.users.get(id).copied().unwrap_or_default()
    }

    /// What is said of the account that an identity names.
    pub(crate) fn account_facts(&self, facts: Facts) -> Facts {
        let account = facts.account.and_then(|number| self.account_by_number(number));
        account.map(|account| account.facts).unwrap_or_default()
    }

    /// Every identity that the policy names, in no order.
    pub(crate) fn users(&self) -> impl Iterator<Item = &UserId> {
        self.users.keys()
    }

    /// The entries by which somebody stands on a list.
    pub(crate) fn standing_entries(&self, facts: Facts) -> impl Iterator<Item = &Entry> {
        let owner = facts.owner.and_then(|place| self.entry(Standing::Owner, place));
        let sudoer = facts.sudoer.and_then(|place| self.entry(Standing::Sudoer, place));
        owner.into_iter().chain(sudoer)
    }

    /// What is said of a room.
    pub(crate) fn room(&self, room: &RoomId) -> RoomFacts {
        self.rooms.get(room).copied().unwrap_or_default()
    }

    /// The number of a network among those whom rules name.
    pub(crate) fn network(&self, network: &Network) -> Option<u32> {
        self.networks.get(network).copied()
    }

    /// The number of a declared account.
    pub(crate) fn account(&self, name: &AccountName) -> Option<u32> {
        self.names.get(name).copied()
    }

    /// A declared account.
    pub(crate) fn account_by_number(&self, number: u32) -> Option<&Account> {
        self.accounts.get(usize::try_from(number).ok()?)
    }

    /// An entry of a list.
    pub(crate) fn entry(&self, standing: Standing, place: u32) -> Option<&Entry> {
        let list = match standing {
            Standing::Owner => &self.owners,
            Standing::Sudoer => &self.sudoers,
        };
        list.get(usize::try_from(place).ok()?)
    }
}
