//! A set of capabilities with three values.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Capability;
use crate::RoomId;
use crate::outlines::Outlines;

/// Capabilities that are held, and those that are explicitly not; of all others the set has no
/// opinion.
#[derive(Clone, Debug, Default)]
pub(crate) struct CapabilitySet {
    // One value for each name: a set never holds both a capability and its anticapability.
    opinions: FxHashMap<SmolStr, bool>,
    outlines: Outlines,
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
        self.outlines = self.outlines.and(Outlines::of(name.as_bytes()));
        self.opinions.insert(name, positive);
    }

    /// Takes out a capability or an anticapability; whether it was there. Its opposite stays.
    pub(crate) fn remove(&mut self, name: &str, positive: bool) -> bool {
        let there = self.opinion(name) == Some(positive);
        if there {
            self.opinions.remove(name);
            let outlines = self.opinions.keys().map(|name| Outlines::of(name.as_bytes()));
            self.outlines = outlines.fold(Outlines::default(), Outlines::and);
        }
        there
    }

    /// All that it holds, as held in a room or on its own; in no order.
    pub(crate) fn capabilities(&self, room: Option<&RoomId>) -> impl Iterator<Item = Capability> {
        self.opinions.iter().map(move |(name, &positive)| Capability {
            room: room.cloned(),
            name: name.clone(),
            positive,
        })
    }

    /// Whether the capability is held, explicitly not held, or not spoken of.
    pub(crate) fn opinion(&self, name: &str) -> Option<bool> {
        if !self.outlines.meet(Outlines::of(name.as_bytes())) {
            return None;
        }
        self.opinions.get(name).copied()
    }

    /// The outlines of the names that it speaks of.
    pub(crate) fn outlines(&self) -> Outlines {
        self.outlines
    }

    /// Whether it speaks of nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.opinions.is_empty()
    }
}
