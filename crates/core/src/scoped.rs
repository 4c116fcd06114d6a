//! A value that may differ by network and by room.

use nuncio_policy::{Network, RoomId};
use rustc_hash::FxHashMap;

use crate::place::Place;

/// A value set for the bot, and perhaps otherwise for a network or a room: the most specific wins.
#[derive(Clone, Debug, Default)]
pub struct Scoped<T> {
    /// For the bot.
    pub bot: T,
    /// For a whole network.
    pub networks: FxHashMap<Network, T>,
    /// For one room.
    pub rooms: FxHashMap<RoomId, T>,
}

impl<T> Scoped<T> {
    /// The same everywhere.
    pub fn everywhere(value: T) -> Self {
        Self { bot: value, networks: FxHashMap::default(), rooms: FxHashMap::default() }
    }

    /// The value that holds at a place.
    pub fn at(&self, place: &Place) -> &T {
        let room = place.room().and_then(|room| self.rooms.get(room));
        room.or_else(|| self.networks.get(place.network())).unwrap_or(&self.bot)
    }
}
