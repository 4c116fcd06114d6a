//! Whether a speaker holds a capability, and by which set: Limnoria's order of asking.

use super::Question;
use super::power::InPower;
use crate::RoomId;
use crate::capability::CapabilitySet;
use crate::outlines::Outlines;
use crate::policy::Room;

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
    /// What power in the room is worth, by its entry.
    Power(u32),
    /// Power in the room that is worth `op`, by its entry, which implies all else there.
    PowerOp(u32),
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

    /// The entry by which power in a room gives it.
    pub(super) fn of_power(self) -> Option<u32> {
        match self {
            Self::Power(worth) | Self::PowerOp(worth) => Some(worth),
            _ => None,
        }
    }
}

/// The sets that speak of what a speaker holds, on its own or in one room.
///
/// The two are separate axes, and neither falls back on the other.
pub(super) struct Axis<'a> {
    question: &'a Question<'a>,
    room: Option<&'a RoomId>,
    /// The set of the verified account.
    own: Option<(u32, &'a CapabilitySet)>,
    /// What holds `op` in the room, so that all else is held there.
    op: Option<Source>,
    /// The power of the speaker in the room.
    power: Option<InPower<'a>>,
    /// The table of the room.
    place: Option<&'a Room>,
}

impl<'a> Axis<'a> {
    /// The sets of a room with its table; else those that speak of no room.
    pub(super) fn new(question: &'a Question<'a>, room: Option<(&'a RoomId, &'a Room)>) -> Self {
        let (room, place) = room.unzip();
        let own = question.account.and_then(|account| account.held.set(room));
        let own = own.and_then(|set| Some((question.verified.account?, set)));
        let power = room.and_then(|room| InPower::of(question, room));
        let mut axis = Self { question, room, own, op: None, power, place };
        axis.op = room.and_then(|_| axis.is_op());
        axis
    }

    /// The same sets, where `op` implies nothing else.
    pub(super) fn without_op(self) -> Self {
        Self { op: None, ..self }
    }

    /// What says that the speaker is op: the account's own set, else power, where it says nothing.
    fn is_op(&self) -> Option<Source> {
        if self.denied("op").is_some() {
            return None;
        }
        let own = self.own.and_then(|(number, set)| Some((number, set.opinion("op")?)));
        let (source, holds) = match own {
            Some((number, holds)) => (Source::RoomOp(number), holds),
            None => {
                self.power?.opinion("op").map(|(worth, holds)| (Source::PowerOp(worth), holds))?
            }
        };
        holds.then_some(source)
    }

    /// The account under suspicion that holds an anticapability.
    fn denied(&self, name: &str) -> Option<u32> {
        let suspected = &self.question.suspected;
        let denies = |&(number, account): &(u32, &crate::policy::Account)| {
            (account.held.opinion(self.room, name) == Some(false)).then_some(number)
        };
        suspected.iter().find_map(denies)
    }

    /// Whether every capability of these outlines is held, because no set speaks of any and the
    /// default is to hold them.
    pub(super) fn holds_all(&self, outlines: Outlines) -> bool {
        let own = self.own.map(|(_, set)| set.outlines()).unwrap_or_default();
        let defaults = &self.question.policy.defaults;
        let (by_default, shared) = match self.place {
            Some(place) => (place.default_allow || self.op.is_some(), place.set.outlines()),
            None => {
                (defaults.allow, defaults.everybody.outlines().and(defaults.registered.outlines()))
            }
        };
        by_default
            && self.power.is_none()
            && self.question.suspected.is_empty()
            && !own.and(shared).meet(outlines)
    }

    /// Whether the speaker holds a capability.
    ///
    /// An anticapability of any account that the speaker claims to be is held, whatever the
    /// verified account holds.
    pub(super) fn holding(&self, name: &str) -> Holding {
        if let Some(number) = self.denied(name) {
            return Holding { holds: false, source: Source::Account(number) };
        }
        if let Some((number, set)) = self.own
            && let Some(holds) = set.opinion(name)
        {
            return Holding { holds, source: Source::Account(number) };
        }
        if let Some(source @ Source::RoomOp(_)) = self.op {
            return Holding { holds: true, source };
        }
        // Of power, what speaks of the capability goes before what implies it.
        if let Some((worth, holds)) = self.power.and_then(|power| power.opinion(name)) {
            return Holding { holds, source: Source::Power(worth) };
        }
        match (self.op, self.place) {
            (Some(source), _) => Holding { holds: true, source },
            (None, Some(place)) => match place.set.opinion(name) {
                Some(holds) => Holding { holds, source: Source::Room },
                None => Holding { holds: place.default_allow, source: Source::RoomDefault },
            },
            (None, None) => self.shared(name),
        }
    }

    /// What the bot's own sets say.
    fn shared(&self, name: &str) -> Holding {
        let defaults = &self.question.policy.defaults;
        if let Some(holds) = defaults.everybody.opinion(name) {
            return Holding { holds, source: Source::Everybody };
        }
        let account = self.question.verified.account;
        match account.and_then(|_| defaults.registered.opinion(name)) {
            Some(holds) => Holding { holds, source: Source::Registered },
            None => Holding { holds: defaults.allow, source: Source::BotDefault },
        }
    }
}

/// Whether the verified account itself holds `trusted`, so that it is not ignored.
pub(super) fn is_trusted(question: &Question<'_>) -> bool {
    if question.account.is_none() {
        return false;
    }
    let holding = Axis::new(question, None).holding("trusted");
    holding.holds && matches!(holding.source, Source::Account(_))
}
