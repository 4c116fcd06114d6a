//! What an account holds, and what everybody holds.

use rustc_hash::FxHashMap;

use crate::RoomId;
use crate::capability::{Capability, CapabilitySet};

/// The set of one account: on its own, and for each room. The two are separate axes.
#[derive(Debug, Default)]
pub(crate) struct Held {
    plain: CapabilitySet,
    rooms: FxHashMap<RoomId, CapabilitySet>,
}

impl Held {
    pub(crate) fn add(&mut self, capability: Capability) {
        let set = match capability.room {
            Some(room) => self.rooms.entry(room).or_default(),
            None => &mut self.plain,
        };
        set.add(capability.name, capability.positive);
    }

    /// What the account says on its own, or in a room.
    pub(crate) fn set(&self, room: Option<&RoomId>) -> Option<&CapabilitySet> {
        match room {
            Some(room) => self.rooms.get(room),
            None => Some(&self.plain),
        }
    }

    /// What the account says of a capability, on its own or in a room.
    pub(crate) fn opinion(&self, room: Option<&RoomId>, name: &str) -> Option<bool> {
        self.set(room)?.opinion(name)
    }

    /// Whether the account says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.rooms.is_empty()
    }
}

/// The sets that are nobody's own.
#[derive(Debug)]
pub(crate) struct Defaults {
    /// Whether a capability that no set speaks of is held.
    pub(crate) allow: bool,
    /// Whether whoever is not verified as an account is ignored.
    pub(crate) ignore: bool,
    /// For everybody.
    pub(crate) everybody: CapabilitySet,
    /// For everybody who has an account.
    pub(crate) registered: CapabilitySet,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            allow: true,
            ignore: false,
            everybody: CapabilitySet::without(&["owner"]),
            registered: CapabilitySet::default(),
        }
    }
}
