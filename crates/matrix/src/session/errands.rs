//! What we do of our own accord: enter, follow, turn down, forget, and show what we have read.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use matrix_sdk::ruma::{EventId, OwnedEventId, OwnedRoomId, OwnedRoomOrAliasId, RoomId};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Join, Session, Told, happened::Happened};

/// The most errands that wait, but for what has been read; a new one is left out then.
const MOST: usize = 64;

/// Why an errand was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setback {
    /// The server will not do it.
    Refused(String),
    /// It was hindered, and may be done another time.
    Hindered(String),
}

/// Something that the homeserver is asked without anybody's asking us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// Enter a room that the configuration names, or into which somebody may ask us.
    Enter(Join),
    /// Enter the room in which another goes on, and stay if that says so as well.
    Follow {
        /// The room that has ended.
        from: OwnedRoomId,
        /// The new one.
        join: Join,
    },
    /// Ask to be let into a room that the configuration names, unless we have asked already.
    Knock {
        /// The room.
        join: Join,
        /// What is said to its people; nothing if empty.
        reason: String,
        /// Why we could not simply enter.
        why: String,
    },
    /// Turn an invitation down.
    Decline {
        /// Into which room.
        room: OwnedRoomId,
    },
    /// Have the server forget a room that we have left for good.
    Forget {
        /// The room.
        room: OwnedRoomId,
    },
    /// Show how far we have read.
    Read {
        /// The room.
        room: OwnedRoomId,
        /// The last that we have read.
        event: OwnedEventId,
    },
}

/// The errands that wait.
#[derive(Debug, Default)]
pub(super) struct Errands {
    waiting: VecDeque<Errand>,
    /// The last that was read of each room, unless it was shown.
    read: BTreeMap<OwnedRoomId, OwnedEventId>,
    /// The rooms that have ended, and where they go on.
    ended: FxHashMap<SmolStr, OwnedRoomId>,
}

impl Errands {
    /// Whether it waits now.
    pub(super) fn push(&mut self, errand: Errand) -> bool {
        if self.waiting.contains(&errand) {
            return true;
        }
        let has_room = self.waiting.len() < MOST;
        if has_room {
            self.waiting.push_back(errand);
        }
        has_room
    }
}

impl Session {
    /// The next errand that is due.
    pub fn next_errand(&mut self) -> Option<Errand> {
        let now = self.now.uptime;
        if let Some(errand) = self.errands.waiting.pop_front() {
            return Some(errand);
        }
        if let Some(join) = self.rooms.next_due(now) {
            return Some(Errand::Enter(join));
        }
        if let Some(room) = self.rooms.next_declined(now) {
            return Some(Errand::Decline { room: OwnedRoomId::try_from(room.as_str()).ok()? });
        }
        self.errands.read.pop_first().map(|(room, event)| Errand::Read { room, event })
    }

    /// When there is an errand even if nothing happens before.
    pub fn deadline(&self) -> Option<Duration> {
        if !self.errands.waiting.is_empty() || !self.errands.read.is_empty() {
            return Some(Duration::ZERO);
        }
        self.rooms.deadline().into_iter().chain(self.questions_due()).min()
    }

    /// What became of an errand: the room that was entered, if it was to enter one, or why not.
    pub fn errand_ended(&mut self, errand: &Errand, outcome: Result<Option<&str>, Setback>) {
        match (errand, outcome) {
            (Errand::Enter(join), Ok(Some(room))) => {
                self.rooms.entered(join, room);
                if let Some(new) = self.errands.ended.get(room).cloned() {
                    self.goes_on(room, &new);
                }
            }
            (Errand::Follow { from, join }, Ok(_)) => {
                self.rooms.moved(from.as_str(), join.room.as_str());
            }
            (Errand::Knock { join, .. }, Ok(Some(room))) => self.knocked(join, room),
            (Errand::Enter(join), Err(Setback::Refused(why))) if self.knock(join, &why) => {}
            // A room at which nobody may knock says why nobody may enter.
            (Errand::Knock { join, why, .. }, Err(Setback::Refused(_))) => {
                self.refused(join.room.as_str(), why);
            }
            (
                Errand::Enter(join) | Errand::Follow { join, .. } | Errand::Knock { join, .. },
                Err(Setback::Refused(why) | Setback::Hindered(why)),
            ) => self.refused(join.room.as_str(), &why),
            _ => {}
        }
    }

    /// Accepts an invitation; with too many before it, it is left open.
    pub(super) fn accept(&mut self, room: OwnedRoomId) {
        self.errands.push(Errand::Enter(Join { room: room.into(), via: Vec::new() }));
    }

    /// We have left a room, and nobody would have us back.
    pub(super) fn forget(&mut self, room: &str) {
        self.errands.ended.remove(room);
        if let Ok(room) = OwnedRoomId::try_from(room) {
            self.errands.push(Errand::Forget { room });
        }
    }

    /// A room has ended and names another in which it goes on (`m.room.tombstone`), which its
    /// server lets nobody say who has not the power. It is followed where the configuration names
    /// the room; rights stay with the old one's id.
    pub(super) fn ended(&mut self, room: &str, successor: &str) {
        let Ok(new) = OwnedRoomId::try_from(successor) else { return };
        let known = self.errands.ended.insert(SmolStr::new(room), new.clone());
        if known.as_ref() != Some(&new) {
            self.goes_on(room, &new);
        }
    }

    fn goes_on(&mut self, room: &str, new: &RoomId) {
        let Ok(from) = OwnedRoomId::try_from(room) else { return };
        if from == *new || !self.rooms.is_wanted(room) {
            return;
        }
        if self.rooms.is_inside(new.as_str()) {
            return self.rooms.moved(room, new.as_str());
        }
        let servers = [new.server_name(), from.server_name()];
        let mut via: Vec<_> = servers.into_iter().flatten().map(ToOwned::to_owned).collect();
        via.dedup();
        let room = OwnedRoomOrAliasId::from(new.to_owned());
        self.errands.push(Errand::Follow { from, join: Join { room, via } });
    }

    /// Shows that we have read a room, if that is wanted.
    pub(super) fn read(&mut self, room: &str, timeline: &[Told]) {
        if !self.settings.receipts {
            return;
        }
        let last = timeline.iter().rev().find_map(|told| Happened::read(&told.json));
        let Some(last) = last.filter(|last| last.sender != self.me()) else { return };
        if let (Ok(room), Ok(event)) = (OwnedRoomId::try_from(room), EventId::parse(&last.id)) {
            self.errands.read.insert(room, event);
        }
    }
}
