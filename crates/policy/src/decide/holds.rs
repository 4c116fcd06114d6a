//! Whether a speaker holds a capability, for whoever asks beside a decision.

use super::held::{Axis, Holding};
use super::{Question, Source};
use crate::{Capability, Policy, Request, RoomId};

/// What a question about a capability leaves out of account; nothing, by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Without {
    /// That an owner holds everything.
    pub owner: bool,
    /// That whoever holds `op` in a room, be it by power, holds everything there.
    pub room_op: bool,
    /// That what no set speaks of is held by default.
    pub default_allow: bool,
}

/// Whether a capability is held, and what says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Whether it is held.
    pub holds: bool,
    /// What says so.
    pub ground: Ground,
}

/// What says that a capability is held, or that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ground {
    /// The account is ignored, and nothing that it says of itself counts.
    Ignored,
    /// The speaker is an owner, or is none.
    Owner,
    /// The set of an account.
    Account,
    /// The account holds `op` in the room.
    RoomOp,
    /// What the speaker's power in the room is worth.
    Power,
    /// The set of the room.
    Room,
    /// The room's `default_allow`.
    RoomDefault,
    /// The set of everybody.
    Everybody,
    /// The set of everybody who has an account.
    Registered,
    /// The bot's `default_allow`.
    BotDefault,
    /// No set speaks of it, and defaults were left out of account.
    Nothing,
}

impl Policy {
    /// Whether the speaker of a request holds a capability, or an anticapability.
    ///
    /// Limnoria's `checkCapability`. The room that the capability names counts, and not that of the
    /// request.
    pub fn holds(&self, request: &Request, capability: &Capability, without: Without) -> Hold {
        let question = Question::new(self.compiled(), request);
        let Hold { holds, ground } = hold(&question, capability.room(), capability.name(), without);
        Hold { holds: holds != capability.is_anticapability(), ground }
    }
}

/// Whether a capability is held, on its own or in a room.
fn hold(question: &Question<'_>, room: Option<&RoomId>, name: &str, without: Without) -> Hold {
    let said = |holds, ground| Hold { holds, ground };
    let owns = question.owner().is_some();
    let ownership = room.is_none() && name == "owner";
    let ignored = question.account.is_some_and(|account| account.ignore);
    let speaks = || question.account.is_some_and(|of| of.held.opinion(room, name).is_some());
    if ignored && (ownership || owns || speaks()) {
        return said(false, Ground::Ignored);
    }
    if owns && (ownership || !without.owner) {
        return said(true, Ground::Owner);
    }
    if ownership {
        return said(false, Ground::Owner);
    }
    let places = &question.policy.places;
    let room = room.map(|room| (room, places.room(places.facts(room))));
    let axis = Axis::new(question, room);
    let axis = if without.room_op || ignored { axis.without_op() } else { axis };
    let Holding { holds, source } = axis.holding(name);
    if without.default_allow && !source.is_written() {
        return said(false, Ground::Nothing);
    }
    said(holds, source.into())
}

impl From<Source> for Ground {
    fn from(source: Source) -> Self {
        match source {
            Source::Account(_) => Self::Account,
            Source::RoomOp(_) => Self::RoomOp,
            Source::Power(_) | Source::PowerOp(_) => Self::Power,
            Source::Room => Self::Room,
            Source::RoomDefault => Self::RoomDefault,
            Source::Everybody => Self::Everybody,
            Source::Registered => Self::Registered,
            Source::BotDefault => Self::BotDefault,
        }
    }
}
