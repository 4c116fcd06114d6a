//! What is kept of the latest only: memory of what strangers can cause has a bound.

use std::borrow::Borrow;
use std::collections::VecDeque;
use std::hash::Hash;

use rustc_hash::FxHashMap;

/// A map of at most so many: when it is full, what came first goes.
#[derive(Debug)]
pub struct Recent<K, V> {
    most: usize,
    values: FxHashMap<K, V>,
    // INVARIANT: the keys of the values, each once.
    order: VecDeque<K>,
}

impl<K: Hash + Eq + Clone, V> Recent<K, V> {
    /// An empty one, of at most so many; at least one.
    pub fn new(most: usize) -> Self {
        Self { most, values: FxHashMap::default(), order: VecDeque::new() }
    }

    /// The value of a key, unless it has gone.
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.values.get(key)
    }

    /// Puts a value in the place of the one before, which is given back.
    pub fn put(&mut self, key: K, value: V) -> Option<V> {
        if let Some(known) = self.values.get_mut(&key) {
            return Some(std::mem::replace(known, value));
        }
        if self.order.len() >= self.most
            && let Some(first) = self.order.pop_front()
        {
            self.values.remove(&first);
        }
        self.order.push_back(key.clone());
        self.values.insert(key, value)
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn what_came_first_goes() {
        let mut recent = Recent::new(2);
        assert_eq!(recent.put('a', 1), None);
        assert_eq!(recent.put('b', 2), None);
        assert_eq!(recent.put('a', 3), Some(1));
        assert_eq!(recent.put('c', 4), None);
        assert_eq!(['a', 'b', 'c'].map(|key| recent.get(&key).copied()), [None, Some(2), Some(4)]);
    }
}
