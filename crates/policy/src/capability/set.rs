//! A set of capabilities with three values.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// Capabilities that are held, and those that are explicitly not; of all others the set has no
/// opinion.
#[derive(Clone, Debug, Default)]
pub(crate) struct CapabilitySet {
    // One value for each name: a set never holds both a capability and its anticapability.
    opinions: FxHashMap<SmolStr, bool>,
}

impl CapabilitySet {
    /// A set of anticapabilities.
    pub(crate) fn without(names: &[&'static str]) -> Self {
        let opinions = names.iter().map(|name| (SmolStr::new_static(name), false)).collect();
        Self { opinions }
    }

    /// Adds a capability or an anticapability, in place of its opposite.
    pub(crate) fn add(&mut self, name: SmolStr, positive: bool) {
        self.opinions.insert(name, positive);
    }

    /// Whether the capability is held, explicitly not held, or not spoken of.
    pub(crate) fn opinion(&self, name: &str) -> Option<bool> {
        self.opinions.get(name).copied()
    }
}
