//! Which rooms we are in, and which we want to be in.

use std::time::Duration;

use matrix_sdk::ruma::{OwnedRoomOrAliasId, OwnedServerName};
use nuncio_core::event::{EventKind, RoomState};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::{Session, knocks::Knocks};
use crate::config::{Room, Settings};

/// How long to wait before a room that would not let us in is tried again; doubled each time.
const LEAST_WAIT: Duration = Duration::from_mins(1);
const MOST_WAIT: Duration = Duration::from_mins(30);

/// The most invitations that are open, as far as we know of them.
const MOST_INVITED: usize = 1024;

/// A room to enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// Its id or alias.
    pub room: OwnedRoomOrAliasId,
    /// The servers to ask the way.
    pub via: Vec<OwnedServerName>,
}

/// The rooms of one account.
#[derive(Debug)]
pub(super) struct Rooms {
    pub(super) wanted: Vec<Wanted>,
    /// Where we are, as we have said.
    inside: FxHashSet<SmolStr>,
    /// Of which we know what was said up to now.
    followed: FxHashSet<SmolStr>,
    /// Where we were asked to come, as we have said, and until when that is left open.
    invited: FxHashMap<SmolStr, Duration>,
    /// How long to wait before entering again where we were removed; none to stay out.
    rejoin_after: Option<Duration>,
}

#[derive(Debug)]
pub(super) struct Wanted {
    room: Room,
    /// The room's id, once we know it; after an upgrade, that of the new one.
    id: Option<SmolStr>,
    /// When to try to enter; none while we try, and when we are in it.
    due: Option<Duration>,
    tries: u32,
    /// How often we were removed from it.
    kicks: u32,
    pub(super) knocks: Knocks,
}

impl Wanted {
    pub(super) fn is(&self, room: &str) -> bool {
        self.room.room.as_str() == room || self.id.as_deref() == Some(room)
    }
}

impl Rooms {
    pub(super) fn new(settings: &Settings) -> Self {
        let wanted = |room: &Room| Wanted {
            room: room.clone(),
            id: None,
            due: None,
            tries: 0,
            kicks: 0,
            knocks: Knocks::default(),
        };
        Self {
            wanted: settings.rooms.iter().map(wanted).collect(),
            inside: FxHashSet::default(),
            followed: FxHashSet::default(),
            invited: FxHashMap::default(),
            rejoin_after: settings.rejoin_after,
        }
    }

    /// All rooms that are wanted are to be entered; where we are already, that does nothing.
    pub(super) fn begin(&mut self, now: Duration) {
        for wanted in &mut self.wanted {
            (wanted.due, wanted.tries) = (Some(now), 0);
        }
    }

    /// We are in a room. Whether that is new.
    pub(super) fn enter(&mut self, room: &str) -> bool {
        self.invited.remove(room);
        self.let_in(room);
        self.inside.insert(SmolStr::new(room))
    }

    /// We have left a room. Whether we were in it.
    pub(super) fn leave(&mut self, room: &str) -> bool {
        self.followed.remove(room);
        self.invited.remove(room);
        self.inside.remove(room)
    }

    /// The connection is gone: what was said of the rooms has to be said again.
    pub(super) fn leave_all(&mut self) {
        self.inside.clear();
    }

    pub(super) fn is_inside(&self, room: &str) -> bool {
        self.inside.contains(room)
    }

    /// Where we are not, we do not hear what is said: what we knew of such rooms is out of date.
    pub(super) fn forget_others(&mut self) {
        self.followed.retain(|room| self.inside.contains(room));
    }

    /// From now on we hear what is said in a room. Whether we did not before.
    pub(super) fn follow(&mut self, room: &str) -> bool {
        self.followed.insert(SmolStr::new(room))
    }

    /// Somebody asks us into a room, which is left open until then. Whether that is new. Beyond the
    /// most, one that is not welcome is not heard of: anybody can ask us into any number of rooms.
    pub(super) fn invited(&mut self, room: &str, until: Duration, is_welcome: bool) -> bool {
        let is_full = self.invited.len() >= MOST_INVITED && !is_welcome;
        if is_full || self.invited.contains_key(room) {
            return false;
        }
        self.invited.insert(SmolStr::new(room), until);
        true
    }

    /// An invitation that nobody has accepted in time.
    pub(super) fn next_declined(&mut self, now: Duration) -> Option<SmolStr> {
        let (room, _) = self.invited.iter().find(|(_, until)| **until <= now)?;
        let room = room.clone();
        self.invited.remove(&room);
        Some(room)
    }

    /// Whether it is one that the configuration names: by its id, or as its alias led to it.
    pub(super) fn is_wanted(&self, room: &str) -> bool {
        self.wanted.iter().any(|wanted| wanted.is(room))
    }

    pub(super) fn deadline(&self) -> Option<Duration> {
        let due = self.wanted.iter().filter_map(|wanted| wanted.due);
        due.chain(self.invited.values().copied()).min()
    }

    pub(super) fn next_due(&mut self, now: Duration) -> Option<Join> {
        let due = |wanted: &&mut Wanted| wanted.due.is_some_and(|due| due <= now);
        let wanted = self.wanted.iter_mut().find(due)?;
        wanted.due = None;
        let way = || Join { room: wanted.room.room.clone(), via: wanted.room.via.clone() };
        let moved = wanted.id.as_deref().filter(|_| wanted.room.room.is_room_id());
        // Where an upgrade has led, we know the way.
        Some(match moved.and_then(|id| OwnedRoomOrAliasId::try_from(id).ok()) {
            Some(room) if room != wanted.room.room => Join { room, via: Vec::new() },
            _ => way(),
        })
    }

    /// An alias or id has led to this room.
    pub(super) fn entered(&mut self, join: &Join, id: &str) {
        for wanted in self.wanted.iter_mut().filter(|wanted| wanted.is(join.room.as_str())) {
            wanted.id = Some(SmolStr::new(id));
        }
    }

    /// A room goes on in another.
    pub(super) fn moved(&mut self, old: &str, new: &str) {
        for wanted in self.wanted.iter_mut().filter(|wanted| wanted.is(old)) {
            wanted.id = Some(SmolStr::new(new));
        }
    }

    /// We were removed from a room, to which we go back after a while, unless that is not wanted.
    pub(super) fn kicked(&mut self, room: &str, now: Duration) {
        let Some(after) = self.rejoin_after else { return };
        for wanted in self.wanted.iter_mut().filter(|wanted| wanted.is(room)) {
            let wait = after.saturating_mul(1 << wanted.kicks.min(8)).min(MOST_WAIT.max(after));
            wanted.kicks = wanted.kicks.saturating_add(1);
            wanted.due = Some(now.saturating_add(wait));
        }
    }

    fn refused(&mut self, room: &str, now: Duration) {
        for wanted in self.wanted.iter_mut().filter(|wanted| wanted.is(room)) {
            let wait = LEAST_WAIT.saturating_mul(1 << wanted.tries.min(8)).min(MOST_WAIT);
            wanted.tries = wanted.tries.saturating_add(1);
            wanted.due = Some(now.saturating_add(wait));
        }
    }
}

impl Session {
    /// The rooms of which the library's store knows what was said before.
    pub fn knows(&mut self, rooms: impl IntoIterator<Item = String>) {
        for room in rooms {
            self.rooms.follow(&room);
        }
    }

    /// A room would not let us in, for this reason; one that is wanted is tried again later.
    pub(super) fn refused(&mut self, room: &str, why: &str) {
        self.rooms.refused(room, self.now.uptime);
        if let Some(room) = self.room_id(room) {
            let state = RoomState::Refused { why: why.to_owned() };
            self.report(EventKind::Room { room, state });
        }
    }
}
