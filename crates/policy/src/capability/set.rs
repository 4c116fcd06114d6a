//! A set of capabilities with three values.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Capability;
use crate::RoomId;

/// Capabilities that are held, and those that are explicitly not; of all others the set has no
/// opinion.
#[derive(Clone, Debug, Default)]
pub(crate) struct CapabilitySet {
    // One value for each name: a set never holds both a capability and its anticapability.
    opinions: FxHashMap<SmolStr, bool>,
    lengths: Lengths,
}

/// The lengths of some names: a set cannot speak of a name of another length, and most sets are
/// small.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lengths(u64);

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
        self.lengths = self.lengths.and(Lengths::of(name.len()));
        self.opinions.insert(name, positive);
    }

    /// Takes out a capability or an anticapability; whether it was there. Its opposite stays.
    pub(crate) fn remove(&mut self, name: &str, positive: bool) -> bool {
        let there = self.opinion(name) == Some(positive);
        if there {
            self.opinions.remove(name);
            let lengths = self.opinions.keys().map(|name| Lengths::of(name.len()));
            self.lengths = lengths.fold(Lengths::default(), Lengths::and);
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
        if !self.lengths.meet(Lengths::of(name.len())) {
            return None;
        }
        self.opinions.get(name).copied()
    }

    /// The lengths of the names that it speaks of.
    pub(crate) fn lengths(&self) -> Lengths {
        self.lengths
    }

    /// Whether it speaks of nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.opinions.is_empty()
    }
}

impl Lengths {
    /// One length in bytes; all above 63 are one.
    pub(crate) fn of(bytes: usize) -> Self {
        Self(1 << bytes.min(63))
    }

    /// The lengths whose bits are set.
    pub(crate) fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether some length is among both.
    pub(crate) fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
