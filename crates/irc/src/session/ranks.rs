//! Who has which power in which room, as far as the server has told us beyond doubt.
//!
//! NAMES says it when we come in, and MODE when it changes. Until NAMES has ended nobody has any;
//! nor from the moment at which the server said something that we cannot read, until we come in again.

use std::collections::HashMap;

use irc::proto::Message;
use nuncio_policy::{Power, RoomId, Speaker};
use smol_str::SmolStr;

use super::Session;
use crate::{isupport::Mode, wire::prefix_parts};

/// The most people with power that we keep in mind, over all rooms; beyond that, new ones have none.
const MAX_RANKED: usize = 100_000;

/// The people with power. Names are folded by the server's case mapping.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    rooms: HashMap<SmolStr, Room>,
    ranked: usize,
}

#[derive(Debug, Default)]
struct Room {
    told: Told,
    /// The powers of each who has any, a bit for each.
    powers: HashMap<SmolStr, u8>,
}

/// What we were told of a room.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// NAMES has not ended.
    #[default]
    Part,
    /// Everybody's power.
    All,
    /// Something that we could not read.
    Nonsense,
}

impl Ranks {
    /// We came into a room: nobody has power until the server has said who.
    pub(super) fn enter(&mut self, room: &SmolStr) {
        self.abandon(room);
        self.rooms.insert(room.clone(), Room::default());
    }

    /// We left a room.
    pub(super) fn abandon(&mut self, room: &str) {
        let gone = self.rooms.remove(room).map_or(0, |room| room.powers.len());
        self.ranked = self.ranked.saturating_sub(gone);
    }

    /// NAMES of a room has ended.
    pub(super) fn end_names(&mut self, room: &str) {
        if let Some(room) = self.rooms.get_mut(room)
            && room.told == Told::Part
        {
            room.told = Told::All;
        }
    }

    /// The server said something of a room that we cannot read.
    pub(super) fn doubt(&mut self, room: &str) {
        if let Some(room) = self.rooms.get_mut(room) {
            room.told = Told::Nonsense;
        }
    }

    /// NAMES shows somebody with these powers, and no other.
    pub(super) fn show(&mut self, room: &str, nick: &SmolStr, powers: impl Iterator<Item = Power>) {
        self.forget(room, nick);
        for power in powers {
            self.set(room, nick, power, true);
        }
    }

    /// Somebody is given a power, or loses it.
    pub(super) fn set(&mut self, room: &str, nick: &SmolStr, power: Power, has: bool) {
        let Some(of) = self.rooms.get_mut(room) else { return };
        let known = of.powers.get(nick).copied();
        let powers = known.unwrap_or(0);
        let powers = if has { powers | bit(power) } else { powers & !bit(power) };
        if powers == 0 {
            self.forget(room, nick);
        } else if known.is_some() || self.ranked < MAX_RANKED {
            self.ranked += usize::from(known.is_none());
            of.powers.insert(nick.clone(), powers);
        }
    }

    /// Somebody comes into a room, or leaves it: whoever has that nick there has no power.
    pub(super) fn forget(&mut self, room: &str, nick: &str) {
        if self.rooms.get_mut(room).is_some_and(|room| room.powers.remove(nick).is_some()) {
            self.ranked = self.ranked.saturating_sub(1);
        }
    }

    /// Somebody left the network.
    pub(super) fn quit(&mut self, nick: &str) {
        for room in self.rooms.values_mut() {
            let had = usize::from(room.powers.remove(nick).is_some());
            self.ranked = self.ranked.saturating_sub(had);
        }
    }

    /// Somebody is called otherwise, and is the same connection.
    pub(super) fn rename(&mut self, old: &str, new: &SmolStr) {
        // Whoever had the nick before is not him.
        self.quit(new);
        for room in self.rooms.values_mut() {
            if let Some(powers) = room.powers.remove(old) {
                room.powers.insert(new.clone(), powers);
            }
        }
    }

    /// Whether NAMES of a room has ended.
    pub(super) fn is_told(&self, room: &str) -> bool {
        self.rooms.get(room).is_some_and(|room| room.told != Told::Part)
    }

    /// The highest power that somebody has in a room.
    pub(super) fn power(&self, room: &str, nick: &str) -> Option<Power> {
        let room = self.rooms.get(room).filter(|room| room.told == Told::All)?;
        let powers = *room.powers.get(nick)?;
        Power::ALL.into_iter().rev().find(|power| powers & bit(*power) != 0)
    }
}

fn bit(power: Power) -> u8 {
    1 << power as u8
}

impl Session {
    /// `MODE #room +ov-h ann bob eve`: what a letter means is the server's to say.
    pub(super) fn on_mode(&mut self, params: &[String], cut: bool) {
        let [room, modes, nicks @ ..] = params else { return };
        if !self.isupport.is_channel(room) {
            return;
        }
        let room = self.names.fold(room);
        if cut || self.read_modes(&room, modes, nicks).is_none() {
            self.ranks.doubt(&room);
        }
    }

    fn read_modes(&mut self, room: &str, modes: &str, params: &[String]) -> Option<()> {
        let (mut on, mut params) = (true, params.iter());
        for letter in modes.chars() {
            match letter {
                '+' => on = true,
                '-' => on = false,
                _ => match self.isupport.mode(letter, on)? {
                    Mode::Rank(power) => {
                        let nick = self.names.fold(params.next()?);
                        if let Some(power) = power {
                            self.ranks.set(room, &nick, power, on);
                        }
                    }
                    Mode::WithParameter => drop(params.next()),
                    Mode::Alone => {}
                },
            }
        }
        Some(())
    }

    /// Somebody who speaks in a room, with the power that he has there now.
    ///
    /// Where names are compared by another rule than ours, or a nick could not be read, two people
    /// may look like one, and nobody has any.
    pub(super) fn in_power(
        &self,
        speaker: Speaker,
        message: &Message,
        room: &RoomId,
        folded: &str,
    ) -> Speaker {
        let nick = prefix_parts(message).map(|(nick, ..)| nick);
        let nick = nick.filter(|nick| self.evidence.is_sound() && !nick.contains('\u{FFFD}'));
        let power = nick.and_then(|nick| self.ranks.power(folded, &self.names.fold(nick)));
        match power {
            Some(power) => speaker.with_power(room.clone(), power),
            None => speaker,
        }
    }
}
