//! The rooms that we want to be in, and how we get there.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use nuncio_core::{
    config::Secret,
    event::{EventKind, RoomState},
    receipt::Retry,
};
use nuncio_policy::RoomId;
use smol_str::SmolStr;

use super::{Cap, Effect, Session};
use crate::{
    config::Settings,
    wire::{Builder, Line, Verb},
};

/// How long we wait for the answer to a JOIN before we ask again.
const ANSWER: Duration = Duration::from_mins(1);

/// The least and the most that we wait before we try a room again.
const RETRY: Duration = Duration::from_secs(30);
const RETRY_MOST: Duration = Duration::from_mins(10);

/// The least time between two tries that invitations bring about.
const INVITED: Duration = Duration::from_secs(10);

/// The most rooms that we keep in mind; a server that puts us into more is not believed.
const MAX_ROOMS: usize = 4096;

/// The most bytes of names and keys in one JOIN: far from any server's line length.
const JOIN_BYTES: usize = 400;

/// The token by which we know our own WHOX.
pub(super) const WHOX_TOKEN: &str = "152";

/// The rooms that we want to be in, by folded name.
#[derive(Debug)]
pub(super) struct Rooms {
    rooms: BTreeMap<SmolStr, Room>,
    rejoin_after: Option<Duration>,
}

#[derive(Debug)]
struct Room {
    /// As the server writes it, else as we were told.
    name: SmolStr,
    id: Option<RoomId>,
    key: Option<Secret>,
    stay: Stay,
    /// How often in a row it went wrong.
    tries: u32,
    /// When we asked last.
    asked: Duration,
}

/// Our standing in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stay {
    /// To be joined at this time.
    Due(Duration),
    /// Asked for; to be asked again at this time.
    Asked(Duration),
    /// We are in it, since this time of ours and of the server's.
    In(Duration, Option<Timestamp>),
    /// We are leaving it.
    Leaving,
    /// We were turned away and do not try again on this connection.
    Refused(String),
}

impl Rooms {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut rooms = Self { rooms: BTreeMap::new(), rejoin_after: settings.rejoin_after };
        for room in &settings.rooms {
            rooms.want(settings.casemapping.fold(&room.name), &room.name, room.key.clone());
        }
        rooms
    }

    /// Wants a room. Whether we are in it already.
    fn want(&mut self, folded: SmolStr, name: &str, key: Option<Secret>) -> bool {
        let fresh = || Room {
            name: SmolStr::new(name),
            id: None,
            key: None,
            stay: Stay::Due(Duration::ZERO),
            tries: 0,
            asked: Duration::ZERO,
        };
        let room = self.rooms.entry(folded).or_insert_with(fresh);
        room.key = key.or_else(|| room.key.take());
        if matches!(room.stay, Stay::In(..)) {
            return true;
        }
        if !matches!(room.stay, Stay::Asked(_)) {
            room.stay = Stay::Due(Duration::ZERO);
        }
        false
    }

    /// A connection begins, or one has ended: all rooms are to be joined.
    pub(super) fn begin(&mut self, now: Duration) {
        self.rooms.retain(|_, room| room.stay != Stay::Leaving);
        for room in self.rooms.values_mut() {
            (room.stay, room.tries) = (Stay::Due(now), 0);
        }
    }

    /// The names are folded by another rule from now on.
    pub(super) fn rename_all(&mut self, fold: impl Fn(&str) -> SmolStr) {
        let rooms = std::mem::take(&mut self.rooms);
        self.rooms = rooms.into_values().map(|room| (fold(&room.name), room)).collect();
    }

    /// When the next room is to be joined.
    pub(super) fn due(&self) -> Option<Duration> {
        self.rooms.values().filter_map(Room::due).min()
    }

    /// The rooms that we are in: identity and name.
    pub(super) fn joined(&self) -> Vec<(RoomId, SmolStr)> {
        let joined = self.rooms.values().filter(|room| matches!(room.stay, Stay::In(..)));
        joined.filter_map(|room| Some((room.id.clone()?, room.name.clone()))).collect()
    }

    /// The server's time at which we came into a room.
    pub(super) fn since(&self, folded: &str) -> Option<Timestamp> {
        match self.rooms.get(folded)?.stay {
            Stay::In(_, since) => since,
            _ => None,
        }
    }

    /// The identity of a room that we are in.
    pub(super) fn id(&self, folded: &str) -> Option<&RoomId> {
        self.rooms.get(folded)?.id.as_ref()
    }

    /// The name under which we speak in a room, or why we cannot.
    pub(super) fn speaking_name(&self, id: &RoomId) -> Result<SmolStr, (String, Retry)> {
        let named = |room: &&Room| room.id.as_ref().is_none_or(|known| known == id);
        // The identity is the folded name, unless the server folds by another rule than we do.
        let found = self.rooms.get(id.room()).filter(named);
        let Some(room) =
            found.or_else(|| self.rooms.values().find(|room| room.id.as_ref() == Some(id)))
        else {
            return Err((format!("we are not in `{}`: join it first", id.room()), Retry::Never));
        };
        match &room.stay {
            Stay::In(..) => Ok(room.name.clone()),
            Stay::Refused(why) => {
                Err((format!("we are not in `{}`: {why}", room.name), Retry::Never))
            }
            _ => Err((format!("we are not in `{}` yet", room.name), Retry::Later(None))),
        }
    }

    /// Takes the rooms that are due, those with a key first, as JOIN wants them.
    fn take_due(&mut self, now: Duration) -> Vec<(SmolStr, Option<Secret>)> {
        let mut due = Vec::new();
        for room in self.rooms.values_mut() {
            if room.due().is_some_and(|at| at <= now) {
                room.stay = Stay::Asked(now + ANSWER);
                room.asked = now;
                due.push((room.name.clone(), room.key.clone()));
            }
        }
        due.sort_by_key(|(_, key)| key.is_none());
        due
    }
}

impl Room {
    fn due(&self) -> Option<Duration> {
        match self.stay {
            Stay::Due(at) | Stay::Asked(at) => Some(at),
            _ => None,
        }
    }

    /// Tries again later and later.
    fn put_off(&mut self, least: Duration, now: Duration) {
        let factor = 1_u32.checked_shl(self.tries).unwrap_or(u32::MAX);
        let wait = least.saturating_mul(factor).min(RETRY_MOST.max(least));
        self.tries = self.tries.saturating_add(1).min(16);
        self.stay = Stay::Due(now + wait);
    }
}

/// Why a JOIN was refused, and whether it may go better later without anybody doing anything.
fn refusal(code: u16) -> Option<(&'static str, bool)> {
    Some(match code {
        403 => ("there is no such room: check its name", false),
        405 => ("we are in too many rooms: leave one", false),
        437 | 480 | 500 | 609 => ("it cannot be joined for now", true),
        470 => ("the server sends us to another room", false),
        471 => ("it is full", true),
        473 => ("it is invite-only: have us invited", true),
        474 => ("we are banned from it", false),
        475 => ("its key is another one: set `key` in `rooms`", false),
        476 | 479 => ("a room cannot be called so here", false),
        477 => ("it wants a registered account: set `sasl`", false),
        489 => ("it wants everybody to use TLS", false),
        520 => ("it is for operators only", false),
        _ => return None,
    })
}

impl Session {
    /// Wants a room from now on. Whether we are in it already.
    pub(super) fn want_room(&mut self, name: &str, key: Option<Secret>) -> bool {
        let there = self.rooms.want(self.names.fold(name), name, key);
        self.join_due_rooms();
        there
    }

    /// Joins the rooms whose time has come, several with one line.
    pub(super) fn join_due_rooms(&mut self) {
        let due = self.rooms.take_due(self.now.uptime);
        let mut rest = due.as_slice();
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = |(name, key): &&(SmolStr, Option<Secret>)| {
                bytes += name.len() + key.as_ref().map_or(0, |key| key.expose().len()) + 2;
                bytes <= JOIN_BYTES
            };
            let most = self.isupport.max_joins;
            let count = rest.iter().take(most).take_while(fits).count().max(1);
            let (batch, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            rest = after;
            let names: Vec<&str> = batch.iter().map(|(name, _)| name.as_str()).collect();
            let keys: Vec<&str> =
                batch.iter().filter_map(|(_, key)| Some(key.as_ref()?.expose())).collect();
            let line = Line::begin(Verb::Join);
            let line = if keys.is_empty() { line } else { line.secret() };
            let line = line.middle(&names.join(",")).and_then(|line| {
                if keys.is_empty() { Ok(line) } else { line.middle(&keys.join(",")) }
            });
            let line = line.and_then(Builder::end);
            self.send(line);
        }
    }

    /// We are in a room now, wanted or not.
    pub(super) fn on_own_join(&mut self, name: &str, at: Option<Timestamp>) {
        let folded = self.names.fold(name);
        if self.rooms.rooms.len() >= MAX_ROOMS && !self.rooms.rooms.contains_key(&folded) {
            return;
        }
        self.rooms.want(folded.clone(), name, None);
        let id = self.room_id(name);
        if let Some(room) = self.rooms.rooms.get_mut(&folded) {
            room.name = SmolStr::new(name);
            room.id.clone_from(&id);
            room.stay = Stay::In(self.now.uptime, at);
        }
        self.members.enter(&folded);
        self.ranks.enter(&folded);
        self.settle(|awaited| awaited.confirm_act(Verb::Join, &folded));
        let Some(id) = id else { return };
        self.report(EventKind::Room { room: id.clone(), state: RoomState::Joined });
        self.report_room_features(id, name);
        // Accounts are asked for where they are not shown with each message, and kept where the
        // server tells us when they change.
        if self.isupport.whox
            && self.caps.has(Cap::AccountNotify)
            && !self.caps.has(Cap::AccountTag)
        {
            let fields = format!("%tna,{WHOX_TOKEN}");
            self.send(Self::command(Verb::Who, [name, &fields]));
        }
    }

    /// We left a room, because we wanted to or because we had to.
    pub(super) fn on_own_part(&mut self, name: &str, why: String) {
        let folded = self.names.fold(name);
        self.members.abandon(&folded);
        self.ranks.abandon(&folded);
        let Some(room) = self.rooms.rooms.get_mut(&folded) else { return };
        let now = self.now.uptime;
        if room.stay == Stay::Leaving {
            self.rooms.rooms.remove(&folded);
        } else {
            // A stay that lasted says that the last time is forgiven.
            if matches!(room.stay, Stay::In(since, _) if now > since + RETRY_MOST) {
                room.tries = 0;
            }
            match self.rooms.rejoin_after {
                Some(least) => room.put_off(least, now),
                None => room.stay = Stay::Refused(why.clone()),
            }
        }
        self.settle(|awaited| awaited.confirm_act(Verb::Part, &folded));
        if let Some(room) = self.room_id(name) {
            tracing::info!(%room, "Left the room.");
            self.report(EventKind::Room { room, state: RoomState::Left { why } });
        }
    }

    /// Leaves a room. Whether there is anything to wait for.
    pub(super) fn forget_room(&mut self, folded: &str) -> bool {
        let Some(room) = self.rooms.rooms.get_mut(folded) else { return false };
        if matches!(room.stay, Stay::In(..)) {
            room.stay = Stay::Leaving;
            return true;
        }
        self.rooms.rooms.remove(folded);
        false
    }

    /// A numeric that may be the answer to a JOIN. Whether it was.
    pub(super) fn on_join_refused(&mut self, code: u16, name: &str, words: &str) -> bool {
        let folded = self.names.fold(name);
        let Some((reason, again)) = refusal(code) else { return false };
        let Some(room) = self.rooms.rooms.get_mut(&folded) else { return false };
        if !matches!(room.stay, Stay::Asked(_)) {
            return false;
        }
        let why = format!("{reason} ({words})");
        if again {
            room.put_off(RETRY, self.now.uptime);
        } else {
            room.stay = Stay::Refused(why.clone());
        }
        let retry = if again { Retry::Later(None) } else { Retry::Never };
        if let Some((ticket, receipt)) = self.awaited.fail_act(
            Verb::Join,
            &folded,
            format!("cannot join `{name}`: {why}"),
            retry,
        ) {
            self.effects.push(Effect::Settle(ticket, receipt));
        }
        if let Some(room) = self.room_id(name) {
            tracing::warn!(%room, %why, "Cannot join the room.");
            self.report(EventKind::Room { room, state: RoomState::Refused { why } });
        }
        true
    }

    /// Somebody invites us: a room that we want and could not enter is tried at once, but not as
    /// often as somebody may invite.
    pub(super) fn on_room_invite(&mut self, name: &str) {
        let now = self.now.uptime;
        if let Some(room) = self.rooms.rooms.get_mut(&self.names.fold(name))
            && matches!(room.stay, Stay::Due(_) | Stay::Refused(_))
        {
            room.stay = Stay::Due(now.max(room.asked + INVITED));
            self.join_due_rooms();
        }
    }
}
