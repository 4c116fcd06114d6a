//! What a policy says of rooms and networks.

use rustc_hash::FxHashMap;

use super::{Directory, List};
use crate::capability::CapabilitySet;
use crate::identity::Identity;
use crate::{Network, RoomId};

/// Every place that the policy names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    rooms: Directory<RoomFacts>,
    declared: List<Room>,
    /// A room of which nothing is said.
    plain: Room,
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
#[derive(Clone, Debug)]
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

impl Places {
    /// Declares a room; whether it was not declared yet.
    pub(crate) fn declare(&mut self, id: &RoomId, room: Room) -> bool {
        let facts = self.facts(id);
        let fresh = facts.declared.is_none();
        if fresh {
            let declared = self.declared.push(room);
            self.rooms.insert(id.canonical(), RoomFacts { declared, ..facts });
        }
        fresh
    }

    /// The table of a room, which it has from now on.
    pub(crate) fn room_mut(&mut self, id: &RoomId) -> Option<&mut Room> {
        self.declare(id, Room::default());
        self.declared.get_mut(self.facts(id).declared?)
    }

    /// The number of a place among those whom rules name; `fresh` if there was none yet.
    pub(crate) fn sender(&mut self, place: &Identity, fresh: u32) -> u32 {
        match place {
            Identity::Network(network) => *self.networks.entry(network.clone()).or_insert(fresh),
            Identity::Room(room) => {
                let facts = self.facts(room);
                let sender = facts.sender.unwrap_or(fresh);
                self.rooms.insert(room.canonical(), RoomFacts { sender: Some(sender), ..facts });
                sender
            }
            Identity::User(_) | Identity::Account(_) => fresh,
        }
    }

    /// What is said of a room; nothing, for most.
    pub(crate) fn facts(&self, room: &RoomId) -> RoomFacts {
        self.rooms.get(room.canonical()).unwrap_or_default()
    }

    /// The table of a room.
    pub(crate) fn room(&self, facts: RoomFacts) -> &Room {
        facts.declared.and_then(|number| self.declared.get(number)).unwrap_or(&self.plain)
    }

    /// Whether rules name a network.
    pub(crate) fn names_networks(&self) -> bool {
        !self.networks.is_empty()
    }

    /// The number of a network among those whom rules name.
    pub(crate) fn network(&self, network: &Network) -> Option<u32> {
        self.networks.get(network).copied()
    }
}
