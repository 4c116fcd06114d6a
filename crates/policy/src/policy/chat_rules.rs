//! The rules of the `bw_list` that were added from chat: after all that files declare, and found
//! without touching whom those name.

use rustc_hash::FxHashMap;

use super::{ByPerson, Compiled, Directory, People};
use crate::bw_list::{Index, Rule};
use crate::identity::Identity;
use crate::{Network, RoomId};

/// These rules, numbered among themselves.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChatRules {
    pub(crate) index: Index,
    /// The numbers of those whom they name.
    pub(crate) people: ByPerson<Option<u32>>,
    rooms: Directory<u32>,
    networks: FxHashMap<Network, u32>,
}

impl ChatRules {
    /// Adds a rule after all others.
    pub(crate) fn push(&mut self, rule: Rule, everybody: &People) {
        let Self { index, people, rooms, networks } = self;
        index.push(rule, |who, fresh| match who {
            Identity::User(_) | Identity::Account(_) => {
                people.of_mut(who, everybody).map_or(fresh, |number| *number.get_or_insert(fresh))
            }
            Identity::Room(room) => rooms.get(room.canonical()).unwrap_or_else(|| {
                rooms.insert(room.canonical(), fresh);
                fresh
            }),
            Identity::Network(network) => *networks.entry(network.clone()).or_insert(fresh),
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.index.rules().is_empty()
    }

    /// The number of a room among those whom they name.
    pub(crate) fn room(&self, room: &RoomId) -> Option<u32> {
        self.rooms.get(room.canonical())
    }

    /// The number of a network among those whom they name.
    pub(crate) fn network(&self, network: &Network) -> Option<u32> {
        self.networks.get(network).copied()
    }
}

impl Compiled {
    /// Every rule of the `bw_list`, in order.
    pub(crate) fn all_rules(&self) -> impl DoubleEndedIterator<Item = &Rule> {
        self.rules.rules().iter().chain(self.chat_rules.index.rules())
    }

    /// The rule of a number; none for the implicit one.
    pub(crate) fn rule(&self, number: u32) -> Option<&Rule> {
        let from_chat = || self.chat_rules.index.rule(number.checked_sub(self.rules.count())?);
        self.rules.rule(number).or_else(from_chat)
    }
}
