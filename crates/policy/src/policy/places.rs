//! What a policy says of rooms and networks.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::List;
use crate::capability::CapabilitySet;
use crate::identity::Identity;
use crate::{Network, RoomId};

/// Every place that the policy names.
#[derive(Debug, Default)]
pub(crate) struct Places {
    rooms: FxHashMap<RoomId, RoomFacts>,
    declared: List<Room>,
    networks: FxHashMap<Network, u32>,
}

/// What a policy says of one room; numbers are places in its lists.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RoomFacts {
    /// Its number among those whom the rules of the `bw_list` name.
    pub(crate) sender: Option<u32>,
    declared: Option<u32>,
}

/// What every room starts without.
pub(crate) const ROOM_SET: [&str; 4] = ["op", "halfop", "voice", "protected"];

/// A room with a table of its own.
#[derive(Debug)]
pub(crate) struct Room {
    /// Whether a capability that no set speaks of is held here.
    pub(crate) default_allow: bool,
    /// Whether a file says so.
    pub(crate) allow_declared: bool,
    /// Of [`ROOM_SET`], what a file says by itself.
    pub(crate) kept: Vec<&'static str>,
    /// Whether all is ignored that is said here.
    pub(crate) lobotomized: bool,
    pub(crate) set: CapabilitySet,
}

impl Default for Room {
    fn default() -> Self {
        let set = CapabilitySet::without(&ROOM_SET);
        Self {
            default_allow: true,
            allow_declared: false,
            kept: Vec::new(),
            lobotomized: false,
            set,
        }
    }
}

/// A room of which nothing is said.
static PLAIN_ROOM: LazyLock<Room> = LazyLock::new(Room::default);

impl Places {
    /// Declares a room; whether it was not declared yet.
    pub(crate) fn declare(&mut self, id: RoomId, room: Room) -> bool {
        let facts = self.rooms.entry(id).or_default();
        let fresh = facts.declared.is_none();
        if fresh {
            facts.declared = self.declared.push(room);
        }
        fresh
    }

    /// The table of a room, which it has from now on.
    pub(crate) fn room_mut(&mut self, id: &RoomId) -> Option<&mut Room> {
        self.declare(id.clone(), Room::default());
        self.declared.get_mut(self.facts(id).declared?)
    }

    /// The number of a place among those whom rules name; `fresh` if there was none yet.
    pub(crate) fn sender(&mut self, place: &Identity, fresh: u32) -> u32 {
        match place {
            Identity::Network(network) => *self.networks.entry(network.clone()).or_insert(fresh),
            Identity::Room(room) => {
                *self.rooms.entry(room.clone()).or_default().sender.get_or_insert(fresh)
            }
            Identity::User(_) | Identity::Account(_) => fresh,
        }
    }

    /// What is said of a room; nothing, for most.
    pub(crate) fn facts(&self, room: &RoomId) -> RoomFacts {
        self.rooms.get(room).copied().unwrap_or_default()
    }

    /// The table of a room.
    pub(crate) fn room(&self, facts: RoomFacts) -> &Room {
        facts.declared.and_then(|number| self.declared.get(number)).unwrap_or(&PLAIN_ROOM)
    }

    /// The number of a network among those whom rules name.
    pub(crate) fn network(&self, network: &Network) -> Option<u32> {
        self.networks.get(network).copied()
    }
}
