//! What a policy says of names on networks.

use std::fmt;

use hashbrown::HashTable;
use smol_str::SmolStr;

use crate::Network;
use crate::identity::Canonical;

/// Values by name.
///
/// The names of a large population are in no cache when a decision asks for one. So each network's
/// lie on their own, without what they have in common, and as close together as they go.
#[derive(Clone, Debug)]
pub(crate) struct Directory<T> {
    // Networks are few: to compare with each is quicker than to hash one.
    pages: Vec<Page<T>>,
}

/// The names of one kind on one network.
#[derive(Clone)]
struct Page<T> {
    network: Network,
    occupants: bool,
    entries: HashTable<Entry<T>>,
}

/// A name and what is said of it.
///
/// Aligned, for the sake of small values: these never lie across two cache lines.
#[derive(Clone)]
#[repr(align(32))]
struct Entry<T> {
    name: SmolStr,
    value: T,
}

impl<T: Copy> Directory<T> {
    /// What is said of a name.
    pub(crate) fn get(&self, id: &Canonical) -> Option<T> {
        let page = self.pages.iter().find(|page| page.has(id))?;
        page.entries.find(id.hash(), |entry| entry.name == *id.name()).map(|entry| entry.value)
    }

    /// Says something of a name, in place of what was said.
    pub(crate) fn insert(&mut self, id: &Canonical, value: T) {
        if let Some(page) = self.pages.iter_mut().find(|page| page.has(id)) {
            page.insert(id, value);
        } else {
            let mut page = Page::of(id);
            page.insert(id, value);
            self.pages.push(page);
        }
    }

    /// Every name, in no order.
    pub(crate) fn ids(&self) -> impl Iterator<Item = Canonical> {
        self.pages.iter().flat_map(|page| page.entries.iter().map(|entry| page.id(entry)))
    }

    /// All that is said, in no order.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let entries = self.pages.iter_mut().flat_map(|page| page.entries.iter_mut());
        entries.map(|entry| &mut entry.value)
    }
}

impl<T> Page<T> {
    fn of(id: &Canonical) -> Self {
        let (network, occupants) = (id.network().clone(), id.is_occupant());
        Self { network, occupants, entries: HashTable::new() }
    }

    fn has(&self, id: &Canonical) -> bool {
        self.network == *id.network() && self.occupants == id.is_occupant()
    }

    fn id(&self, entry: &Entry<T>) -> Canonical {
        Canonical::new(self.network.clone(), entry.name.clone(), self.occupants)
    }

    fn insert(&mut self, id: &Canonical, value: T) {
        if let Some(entry) = self.entries.find_mut(id.hash(), |entry| entry.name == *id.name()) {
            entry.value = value;
            return;
        }
        let entry = Entry { name: id.name().clone(), value };
        let hash = |entry: &Entry<T>| Canonical::hash_of(&self.network, &entry.name);
        self.entries.insert_unique(id.hash(), entry, hash);
    }
}

impl<T> Default for Directory<T> {
    fn default() -> Self {
        Self { pages: Vec::new() }
    }
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} names on {}", self.entries.len(), self.network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_entry_is_half_a_cache_line() {
        assert_eq!(size_of::<Entry<Option<u32>>>(), 32);
    }
}
