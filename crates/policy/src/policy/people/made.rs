//! How what is said of people comes together.

use super::{Account, Noted, Notes, People, Said, Standing};
use crate::explanation::Entry;
use crate::identity::Identity;
use crate::{AccountName, UserId};

impl People {
    /// Declares an account and says its number; none where the name is taken.
    pub(crate) fn declare(&mut self, account: Account) -> Option<u32> {
        let name = account.name.clone();
        if self.names.contains_key(&name) {
            return None;
        }
        let number = self.accounts.push(account)?;
        self.names.insert(name, number);
        Some(number)
    }

    /// Says that an identity is an account's, or which other account has it already.
    pub(crate) fn identify(&mut self, id: &UserId, number: u32) -> Result<(), AccountName> {
        let account = match self.users.get(id.canonical()) {
            None => {
                self.users.insert(id.canonical(), Said::Of(number));
                None
            }
            Some(Said::Plain(other) | Said::Of(other)) => Some(other),
            Some(Said::More(place)) => self.noted.get_mut(place).and_then(|noted| {
                let other = noted.account;
                noted.account = other.or(Some(number));
                other
            }),
        };
        match account.and_then(|other| self.accounts.get(other)) {
            Some(other) => Err(other.name.clone()),
            None => Ok(()),
        }
    }

    /// Says that whoever matches a mask is an account's.
    pub(crate) fn identify_mask(&mut self, mask: UserId, number: u32) {
        self.masks.push((mask, number));
    }

    /// Puts a user or an account on a list; the first entry of two counts.
    pub(crate) fn stand(&mut self, standing: Standing, who: &Identity, entry: Entry) {
        let list = match standing {
            Standing::Owner => &mut self.owners,
            Standing::Sudoer => &mut self.sudoers,
        };
        let place = list.push(entry);
        if let Some(notes) = self.notes_mut(who) {
            match standing {
                Standing::Owner => notes.owner = notes.owner.or(place),
                Standing::Sudoer => notes.sudoer = notes.sudoer.or(place),
            }
        }
    }

    /// The number of somebody among those whom rules name; `fresh` if there was none yet.
    pub(crate) fn sender(&mut self, who: &Identity, fresh: u32) -> u32 {
        self.notes_mut(who).map_or(fresh, |notes| *notes.sender.get_or_insert(fresh))
    }

    fn notes_mut(&mut self, who: &Identity) -> Option<&mut Notes> {
        match who {
            Identity::User(id) => {
                let said = self.users.get(id.canonical());
                let account = match said {
                    Some(Said::More(place)) => {
                        return self.noted.get_mut(place).map(|noted| &mut noted.notes);
                    }
                    Some(Said::Plain(number) | Said::Of(number)) => Some(number),
                    None => None,
                };
                let place = self.noted.push(Noted { account, notes: Notes::default() })?;
                self.users.insert(id.canonical(), Said::More(place));
                self.noted.get_mut(place).map(|noted| &mut noted.notes)
            }
            Identity::Account(name) => {
                let number = *self.names.get(name)?;
                self.accounts.get_mut(number).map(|account| &mut account.notes)
            }
            Identity::Room(_) | Identity::Network(_) => None,
        }
    }

    /// Marks the identities of accounts of which nothing more is said, whenever everything is.
    pub(crate) fn settle(&mut self) {
        for said in self.users.values_mut() {
            if let Said::Plain(number) | Said::Of(number) = *said {
                let is_plain = self.accounts.get(number).is_some_and(Account::is_plain);
                *said = if is_plain { Said::Plain(number) } else { Said::Of(number) };
            }
        }
    }

    /// Says that an identity carries nothing of its account's ownership.
    pub(crate) fn disown(&mut self, id: &UserId, is_mask: bool) {
        if is_mask {
            self.disowned.masks.push(id.clone());
        } else {
            self.disowned.exact.insert(id.clone());
        }
    }

    /// An account, to be added to.
    pub(crate) fn account_mut(&mut self, name: &AccountName) -> Option<&mut Account> {
        let number = self.account_number(name)?;
        self.accounts.get_mut(number)
    }
}
