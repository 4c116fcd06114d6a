//! A set of capabilities with three values.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Capabilities that are held, and those that are explicitly not; of all others the set has no
/// opinion.
#[derive(Clone, Debug, Default)]
pub(crate) struct CapabilitySet {
    // One value for each name: a set never holds both a capability and its anticapability.
    opinions: FxHashMap<SmolStr, bool>,
    /// The lengths of its names in bytes, a bit each: most names asked for are of none of them.
    lengths: u64,
}

impl CapabilitySet {
    /// A set of anticapabilities.
    pub(crate) fn without(names: &[&'static str]) -> Self {
        let mut set = Self::default();
        for name in names {
            set.add(SmolStr::new_static(name), false);
        }
        set
    }

    /// Adds a capability or an anticapability, in place of its opposite.
    pub(crate) fn add(&mut self, name: SmolStr, positive: bool) {
        self.lengths |= length_bit(&name);
        self.opinions.insert(name, positive);
    }

    /// Whether the capability is held, explicitly not held, or not spoken of.
    pub(crate) fn opinion(&self, name: &str) -> Option<bool> {
        if self.lengths & length_bit(name) == 0 {
            return None;
        }
        self.opinions.get(name).copied()
    }

    /// Whether it speaks of nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.opinions.is_empty()
    }
}

fn length_bit(name: &str) -> u64 {
    1 << name.len().min(63)
}
