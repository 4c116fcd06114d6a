//! A list whose places are numbers of 32 bits, as a trace keeps them.

/// Entries, numbered in the order in which they were added.
#[derive(Clone, Debug)]
pub(crate) struct List<T> {
    entries: Vec<T>,
}

impl<T> List<T> {
    /// The number of the entry that is added next.
    pub(crate) fn next(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Adds an entry and says its number; none in the unthinkable case that numbers run out.
    pub(crate) fn push(&mut self, entry: T) -> Option<u32> {
        let number = u32::try_from(self.entries.len()).ok()?;
        self.entries.push(entry);
        Some(number)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        self.entries.get(usize::try_from(number).ok()?)
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.entries.get_mut(usize::try_from(number).ok()?)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter()
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}
