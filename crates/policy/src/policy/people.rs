//! What a policy says of single identities, found with one look-up.

use rustc_hash::FxHashMap;

use crate::UserId;
use crate::explanation::Entry;

/// The identities that a policy names.
#[derive(Debug, Default)]
pub(crate) struct People {
    by_id: FxHashMap<UserId, PersonFacts>,
    owners: Vec<Entry>,
    sudoers: Vec<Entry>,
}

/// What a policy says of one identity; numbers are places in its lists.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PersonFacts {
    pub(crate) owner: Option<u32>,
    pub(crate) sudoer: Option<u32>,
}

/// A list that people stand in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing {
    Owner,
    Sudoer,
}

impl People {
    /// Adds an identity to a list.
    pub(crate) fn add(&mut self, standing: Standing, id: UserId, entry: Entry) {
        let facts = self.by_id.entry(id).or_default();
        let (list, place) = match standing {
            Standing::Owner => (&mut self.owners, &mut facts.owner),
            Standing::Sudoer => (&mut self.sudoers, &mut facts.sudoer),
        };
        *place = u32::try_from(list.len()).ok();
        list.push(entry);
    }

    /// What is said of an identity; nothing, for most.
    pub(crate) fn facts(&self, id: &UserId) -> PersonFacts {
        self.by_id.get(id).copied().unwrap_or_default()
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
