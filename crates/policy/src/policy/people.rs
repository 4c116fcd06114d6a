//! What a policy says of single identities and accounts; one look-up finds all of it.

mod made;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Directory, List};
use crate::capability::Held;
use crate::explanation::Entry;
use crate::identity::Identity;
use crate::{AccountName, UserId, glob};

/// Everybody whom the policy names.
#[derive(Clone, Debug, Default)]
pub(crate) struct People {
    users: Directory<Said>,
    noted: List<Noted>,
    accounts: List<Account>,
    names: FxHashMap<AccountName, u32>,
    /// The identities that are masks, on networks that trust hostmasks.
    masks: Vec<(UserId, u32)>,
    owners: List<Entry>,
    sudoers: List<Entry>,
    disowned: Disowned,
}

/// What is said of one identity, as small as it mostly is: the table of them is what a decision
/// finds in no cache.
#[derive(Clone, Copy, Debug)]
enum Said {
    /// It is an account's, of which nothing more is said.
    Plain(u32),
    /// It is an account's.
    Of(u32),
    /// More, by its number among those [`Noted`].
    More(u32),
}

/// An identity of which more is said than whose it is.
#[derive(Clone, Debug, Default)]
struct Noted {
    account: Option<u32>,
    notes: Notes,
}

/// What a policy says of one identity.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Facts<'a> {
    /// The number of the account whose `identities` hold this identity.
    pub(crate) account: Option<u32>,
    /// Whether nothing is said of that account but whose identities are its own.
    pub(crate) is_plain: bool,
    /// What is said of the identity itself.
    pub(crate) notes: Option<&'a Notes>,
}

/// What a policy says of one identity, or of one account, by itself; numbers are places in its
/// lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) owner: Option<u32>,
    pub(crate) sudoer: Option<u32>,
    /// Its number among those whom the rules of the `bw_list` name.
    pub(crate) sender: Option<u32>,
}

/// A person.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) name: AccountName,
    pub(crate) notes: Notes,
    /// Whether the person is ignored, owner or not.
    pub(crate) ignore: bool,
    /// Whether a session alone does not make anybody this person.
    pub(crate) secure: bool,
    pub(crate) held: Held,
}

impl Account {
    /// A person of whom nothing is said.
    pub(crate) fn new(name: AccountName) -> Self {
        let (notes, held) = (Notes::default(), Held::default());
        Self { name, notes, ignore: false, secure: false, held }
    }

    fn is_plain(&self) -> bool {
        let Notes { owner, sudoer, sender } = self.notes;
        let numbers = [owner, sudoer, sender];
        numbers.iter().all(Option::is_none) && !self.ignore && self.held.is_empty()
    }
}

/// The identities that were linked from chat to accounts of owners: they carry no ownership.
#[derive(Clone, Debug, Default)]
struct Disowned {
    exact: FxHashSet<UserId>,
    masks: Vec<UserId>,
}

/// A list that people stand in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing {
    Owner,
    Sudoer,
}

impl People {
    /// What is said of an identity; nothing, for most.
    ///
    /// An identity that is one account's and matches a mask of another's, or masks of several, is
    /// nobody's: it cannot be told whose.
    pub(crate) fn facts(&self, id: &UserId) -> Option<Facts<'_>> {
        let facts = self.users.get(id.canonical()).and_then(|said| self.read(said));
        if self.masks.is_empty() {
            return facts;
        }
        let mut accounts = facts.and_then(|facts| facts.account).into_iter().chain(self.masked(id));
        let first = accounts.next();
        let account = first.filter(|first| accounts.all(|other| other == *first));
        Some(Facts { account, ..facts.unwrap_or_default() })
    }

    /// The account whose `identities` hold this very identity.
    pub(crate) fn holder(&self, id: &UserId) -> Option<u32> {
        self.read(self.users.get(id.canonical())?)?.account
    }

    fn read(&self, said: Said) -> Option<Facts<'_>> {
        Some(match said {
            Said::Plain(number) => Facts { account: Some(number), is_plain: true, notes: None },
            Said::Of(number) => Facts { account: Some(number), is_plain: false, notes: None },
            Said::More(place) => {
                let Noted { account, notes } = self.noted.get(place)?;
                Facts { account: *account, is_plain: false, notes: Some(notes) }
            }
        })
    }

    /// The accounts that an identity names: the one that it is, else each that it may be.
    pub(crate) fn accounts_named(
        &self,
        id: &UserId,
        facts: Facts<'_>,
    ) -> impl Iterator<Item = (u32, &Account)> {
        let in_doubt = facts.account.is_none() && !self.masks.is_empty();
        let maybe = in_doubt.then(|| self.holder(id).into_iter().chain(self.masked(id)));
        let numbers = facts.account.into_iter().chain(maybe.into_iter().flatten());
        numbers.filter_map(|number| Some((number, self.accounts.get(number)?)))
    }

    fn masked(&self, id: &UserId) -> impl Iterator<Item = u32> {
        self.masks_of(id).map(|(_, number)| number)
    }

    /// The masks that an identity matches, in the order in which they are declared.
    pub(crate) fn masks_of(&self, id: &UserId) -> impl Iterator<Item = (&UserId, u32)> {
        let matches =
            |mask: &UserId| mask.network() == id.network() && glob::matches(mask.user(), id.user());
        let matching = self.masks.iter().filter(move |(mask, _)| matches(mask));
        matching.map(|(mask, number)| (mask, *number))
    }

    /// Every identity whose it is said, or who stands on a list or in a rule of a file, in no order.
    pub(crate) fn users(&self) -> impl Iterator<Item = UserId> {
        self.users.ids().map(UserId::from)
    }

    /// The number of a declared account.
    pub(crate) fn account_number(&self, name: &AccountName) -> Option<u32> {
        self.names.get(name).copied()
    }

    /// A declared account.
    pub(crate) fn account(&self, number: u32) -> Option<&Account> {
        self.accounts.get(number)
    }

    /// Every account.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }

    /// The identities and masks of an account, in no order.
    pub(crate) fn identities(&self, account: u32) -> impl Iterator<Item = UserId> {
        let own = move |id: &UserId| self.holder(id) == Some(account);
        let masks = self.masks.iter().filter(move |(_, of)| *of == account);
        self.users().filter(own).chain(masks.map(|(mask, _)| mask.clone()))
    }

    /// Every entry of a list.
    pub(crate) fn standing_list(&self, standing: Standing) -> impl Iterator<Item = &Entry> {
        match standing {
            Standing::Owner => self.owners.iter(),
            Standing::Sudoer => self.sudoers.iter(),
        }
    }

    /// An entry of a list.
    pub(crate) fn entry(&self, standing: Standing, place: u32) -> Option<&Entry> {
        match standing {
            Standing::Owner => self.owners.get(place),
            Standing::Sudoer => self.sudoers.get(place),
        }
    }

    /// The entry that puts exactly this user or this account on a list.
    pub(crate) fn standing(&self, standing: Standing, who: &Identity) -> Option<&Entry> {
        let notes = match who {
            Identity::User(id) => self.read(self.users.get(id.canonical())?)?.notes?,
            Identity::Account(name) => &self.account(self.account_number(name)?)?.notes,
            Identity::Room(_) | Identity::Network(_) => return None,
        };
        match standing {
            Standing::Owner => self.owners.get(notes.owner?),
            Standing::Sudoer => self.sudoers.get(notes.sudoer?),
        }
    }

    /// Whether an account owns the bot.
    pub(crate) fn owns(&self, account: u32) -> bool {
        self.account(account).is_some_and(|account| account.notes.owner.is_some())
    }

    /// An identity of a user or an account; the first, of several.
    pub(crate) fn somebody(&self, who: &Identity) -> Option<UserId> {
        match who {
            Identity::User(id) => Some(id.clone()),
            Identity::Account(name) => {
                let account = self.account_number(name)?;
                let own = |id: &UserId| {
                    self.facts(id).is_some_and(|facts| facts.account == Some(account))
                };
                self.users().filter(own).min()
            }
            Identity::Room(_) | Identity::Network(_) => None,
        }
    }

    /// Whether an identity carries nothing of its account's ownership; in doubt, it does not.
    pub(crate) fn is_disowned(&self, id: &UserId) -> bool {
        let masked =
            |mask: &UserId| mask.network() == id.network() && glob::matches(mask.user(), id.user());
        self.disowned.exact.contains(id) || self.disowned.masks.iter().any(masked)
    }

    /// The entries by which somebody stands on a list.
    pub(crate) fn standing_entries(&self, notes: &Notes) -> impl Iterator<Item = &Entry> {
        let owner = notes.owner.and_then(|place| self.owners.get(place));
        let sudoer = notes.sudoer.and_then(|place| self.sudoers.get(place));
        owner.into_iter().chain(sudoer)
    }
}
