//! What a network's own power is worth in a room.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::List;
use crate::explanation::Entry;
use crate::identity::Identity;
use crate::{Power, RoomId};

/// What power is worth, by place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Powers {
    // Keys are rooms and networks; the table of a room stands in place of its network's.
    by_place: FxHashMap<Identity, Vec<u32>>,
    list: List<Worth>,
}

/// A capability, or an anticapability, that whoever has a power holds in the room.
#[derive(Clone, Debug)]
pub(crate) struct Worth {
    pub(crate) power: Power,
    pub(crate) name: SmolStr,
    /// False for an anticapability.
    pub(crate) positive: bool,
    /// What is written, and where.
    pub(crate) entry: Entry,
}

impl Powers {
    /// Says all that power is worth in a room or on a network; whether nothing was said of it yet.
    pub(crate) fn declare(&mut self, place: Identity, mut worths: Vec<Worth>) -> bool {
        // A higher power speaks before a lower one, and of two texts the last counts.
        worths.reverse();
        worths.sort_by_key(|worth| std::cmp::Reverse(worth.power));
        let numbers = worths.into_iter().filter_map(|worth| self.list.push(worth)).collect();
        self.by_place.insert(place, numbers).is_none()
    }

    /// What power is worth in a room, what speaks first standing first; nothing, in most.
    pub(crate) fn of(&self, room: &RoomId) -> &[u32] {
        if self.by_place.is_empty() {
            return &[];
        }
        let network = || self.by_place.get(&Identity::Network(room.network().clone()));
        let own = self.by_place.get(&Identity::Room(room.clone()));
        own.or_else(network).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Worth> {
        self.list.get(number)
    }

    /// The first of some that says something of a capability, for whoever has a power.
    pub(crate) fn about(&self, numbers: &[u32], power: Power, name: &str) -> Option<(u32, &Worth)> {
        let known = |number: &u32| Some((*number, self.list.get(*number)?));
        let says = |(_, worth): &(u32, &Worth)| worth.power <= power && worth.name == name;
        numbers.iter().filter_map(known).find(says)
    }

    /// Every place of which something is said.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&Identity, &[u32])> {
        self.by_place.iter().map(|(place, numbers)| (place, numbers.as_slice()))
    }
}
