//! Whether a speaker holds a capability, and by which set: Limnoria's order of asking.

use super::Question;
use crate::RoomId;

/// Whether a capability is held; its anticapability is held where it is not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holding {
    pub(super) holds: bool,
    pub(super) source: Source,
}

/// The set, or the default, that says so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// The set of an account.
    Account(u32),
    /// An account that holds `op` in the room, which implies all else there.
    RoomOp(u32),
    /// The set of the room.
    Room,
    /// No set speaks of it; the room's `default_allow` does.
    RoomDefault,
    /// The default set.
    Everybody,
    /// The set of everybody who has an account.
    Registered,
    /// No set speaks of it; the bot's `default_allow` does.
    BotDefault,
}

impl Source {
    /// Whether a set says so in writing.
    pub(super) fn is_written(self) -> bool {
        !matches!(self, Self::RoomDefault | Self::BotDefault)
    }
}

/// Whether the speaker holds a capability, on its own or in a room; the two are separate axes, and
/// neither falls back on the other.
///
/// An anticapability of any account that the speaker claims to be is held, whatever the verified
/// account holds.
pub(super) fn holding(question: &Question<'_>, room: Option<&RoomId>, name: &str) -> Holding {
    let suspected = question.suspected.iter();
    let denied =
        suspected.clone().find(|(_, account)| account.held.opinion(room, name) == Some(false));
    if let Some(&(number, _)) = denied {
        return Holding { holds: false, source: Source::Account(number) };
    }
    if let Some((number, account)) = question.account
        && let Some(holds) = account.held.opinion(room, name)
    {
        return Holding { holds, source: Source::Account(number) };
    }
    match room {
        Some(room) => in_room(question, room, name),
        None => on_its_own(question, name),
    }
}

fn in_room(question: &Question<'_>, room: &RoomId, name: &str) -> Holding {
    if let Some(number) = room_op(question, room) {
        return Holding { holds: true, source: Source::RoomOp(number) };
    }
    // Mostly the room in which it is said, which is at hand.
    let places = &question.policy.places;
    let here = question.room_id() == Some(room);
    let room = places.room(if here { question.room } else { places.facts(room) });
    match room.set.opinion(name) {
        Some(holds) => Holding { holds, source: Source::Room },
        None => Holding { holds: room.default_allow, source: Source::RoomDefault },
    }
}

/// The account that holds `op` in a room, unless one that the speaker claims to be does not.
fn room_op(question: &Question<'_>, room: &RoomId) -> Option<u32> {
    let (number, account) = question.account?;
    let mut suspected = question.suspected.iter();
    let denied =
        suspected.any(|(_, account)| account.held.opinion(Some(room), "op") == Some(false));
    (!denied && account.held.opinion(Some(room), "op") == Some(true)).then_some(number)
}

fn on_its_own(question: &Question<'_>, name: &str) -> Holding {
    let defaults = &question.policy.defaults;
    if let Some(holds) = defaults.everybody.opinion(name) {
        return Holding { holds, source: Source::Everybody };
    }
    let registered = question.account.and_then(|_| defaults.registered.opinion(name));
    match registered {
        Some(holds) => Holding { holds, source: Source::Registered },
        None => Holding { holds: defaults.allow, source: Source::BotDefault },
    }
}

/// Whether the verified account itself holds `trusted`, so that it is not ignored.
pub(super) fn is_trusted(question: &Question<'_>) -> bool {
    let holding = holding(question, None, "trusted");
    holding.holds && matches!(holding.source, Source::Account(_))
}
