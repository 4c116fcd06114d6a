//! Capabilities on their own and in rooms.

use rustc_hash::FxHashMap;

use super::{Capability, CapabilitySet};
use crate::RoomId;

/// A set of capabilities with three values, on their own and for each room: it holds one, holds
/// its anticapability, or does not speak of it.
///
/// What is held on its own and what is held in a room are separate, and neither falls back on the
/// other.
#[derive(Clone, Debug, Default)]
pub struct Held {
    plain: CapabilitySet,
    // INVARIANT: no set of a room is empty.
    rooms: FxHashMap<RoomId, CapabilitySet>,
}

impl Held {
    /// Adds a capability or an anticapability, in place of its opposite.
    pub fn add(&mut self, capability: Capability) {
        let set = match capability.room {
            Some(room) => self.rooms.entry(room).or_default(),
            None => &mut self.plain,
        };
        set.add(capability.name, capability.positive);
    }

    /// Takes out a capability or an anticapability; whether it was there. Its opposite stays.
    pub fn remove(&mut self, capability: &Capability) -> bool {
        let Capability { room, name, positive } = capability;
        let Some(room) = room else { return self.plain.remove(name, *positive) };
        let Some(set) = self.rooms.get_mut(room) else { return false };
        let there = set.remove(name, *positive);
        if set.is_empty() {
            self.rooms.remove(room);
        }
        there
    }

    /// Whether a capability is held, or an anticapability is; none where neither is spoken of.
    pub fn check(&self, capability: &Capability) -> Option<bool> {
        let holds = self.opinion(capability.room(), &capability.name)?;
        Some(holds == capability.positive)
    }

    /// All that it holds, in order.
    pub fn to_vec(&self) -> Vec<Capability> {
        let rooms = self.rooms.iter().map(|(room, set)| (Some(room), set));
        let sets = [(None, &self.plain)].into_iter().chain(rooms);
        let mut all: Vec<_> = sets.flat_map(|(room, set)| set.capabilities(room)).collect();
        all.sort_unstable();
        all
    }

    /// What is said on its own, or in a room.
    pub(crate) fn set(&self, room: Option<&RoomId>) -> Option<&CapabilitySet> {
        match room {
            Some(room) => self.rooms.get(room),
            None => Some(&self.plain),
        }
    }

    /// Whether a capability is held on its own, or in a room.
    pub(crate) fn opinion(&self, room: Option<&RoomId>, name: &str) -> Option<bool> {
        self.set(room)?.opinion(name)
    }

    /// Whether nothing is said.
    pub(crate) fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.rooms.is_empty()
    }
}
