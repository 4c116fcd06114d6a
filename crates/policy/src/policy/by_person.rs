//! What is said of few people and often said anew: found beside [`People`], so that saying it
//! leaves them as they are.

use rustc_hash::FxHashMap;

use super::{Directory, List, People};
use crate::UserId;
use crate::identity::Identity;

/// Something that is said of single identities and of single accounts.
#[derive(Clone, Debug)]
pub(crate) struct ByPerson<T> {
    users: Directory<u32>,
    // By their numbers among the people that it was made for.
    accounts: FxHashMap<u32, u32>,
    said: List<T>,
}

impl<T: Default> ByPerson<T> {
    /// What is said of a user or an account, to be added to; none of what is no person.
    pub(crate) fn of_mut(&mut self, who: &Identity, people: &People) -> Option<&mut T> {
        let known = match who {
            Identity::User(id) => self.users.get(id.canonical()),
            Identity::Account(name) => self.accounts.get(&people.account_number(name)?).copied(),
            Identity::Room(_) | Identity::Network(_) => return None,
        };
        let number = known.or_else(|| self.said.push(T::default()))?;
        match who {
            Identity::User(id) if known.is_none() => self.users.insert(id.canonical(), number),
            Identity::Account(name) if known.is_none() => {
                self.accounts.insert(people.account_number(name)?, number);
            }
            _ => {}
        }
        self.said.get_mut(number)
    }
}

impl<T> ByPerson<T> {
    /// What is said of an identity itself.
    pub(crate) fn user(&self, id: &UserId) -> Option<&T> {
        self.said.get(self.users.get(id.canonical())?)
    }

    /// What is said of an account.
    pub(crate) fn account(&self, number: u32) -> Option<&T> {
        self.said.get(*self.accounts.get(&number)?)
    }

    /// Every identity of which something is said, in no order.
    pub(crate) fn users(&self) -> impl Iterator<Item = UserId> {
        self.users.ids().map(UserId::from)
    }
}

impl<T> Default for ByPerson<T> {
    fn default() -> Self {
        Self { users: Directory::default(), accounts: FxHashMap::default(), said: List::default() }
    }
}
