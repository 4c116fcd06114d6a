//! The entries of `[[policy.grant]]`, `[[policy.ignore]]` and `[[policy.disable]]`.

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::{ByPerson, List};
use crate::command::{CommandPattern, PatternTable, Scope};
use crate::explanation::Entry;
use crate::{CommandId, Identity, RoomId, UserId, glob};

/// Lets somebody run a command or a plugin without being a sudoer.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) to: Identity,
    pub(crate) scope: Scope,
    /// Whether it reaches a command of level `owner`.
    pub(crate) elevate: bool,
    pub(crate) until: Option<Timestamp>,
    pub(crate) entry: Entry,
}

/// Meets somebody with silence.
#[derive(Clone, Debug)]
pub(crate) struct Ignore {
    pub(crate) who: Identity,
    /// In which room; everywhere, if none.
    pub(crate) room: Option<RoomId>,
    pub(crate) until: Option<Timestamp>,
    pub(crate) entry: Entry,
}

/// Whether what counts until a time counts now.
pub(crate) fn is_live(until: Option<Timestamp>, now: Timestamp) -> bool {
    until.is_none_or(|until| now < until)
}

/// Every grant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants {
    pub(crate) list: List<Grant>,
    /// The numbers of those to somebody.
    pub(crate) to: ByPerson<Vec<u32>>,
}

/// Every ignore.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ignores {
    pub(crate) list: List<Ignore>,
    /// The numbers of those that name somebody exactly.
    pub(crate) of: ByPerson<Vec<u32>>,
    masks: Vec<(UserId, u32)>,
}

impl Ignores {
    /// Says that an ignore is of whoever matches a mask.
    pub(crate) fn mask(&mut self, mask: UserId, number: u32) {
        self.masks.push((mask, number));
    }

    /// The ignores whose masks an identity matches.
    pub(crate) fn masked(&self, id: &UserId) -> impl Iterator<Item = u32> {
        let matches =
            |mask: &UserId| mask.network() == id.network() && glob::matches(mask.user(), id.user());
        self.masks.iter().filter(move |(mask, _)| matches(mask)).map(|&(_, number)| number)
    }
}

/// Switches commands off.
#[derive(Clone, Debug)]
struct Disable {
    pattern: CommandPattern,
    /// In which room; everywhere, if none.
    room: Option<RoomId>,
    entry: Entry,
}

/// Every command that is switched off, everywhere or in a room.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disables {
    patterns: PatternTable,
    by_pattern: FxHashMap<u32, Vec<u32>>,
    list: List<Disable>,
}

impl Disables {
    pub(crate) fn push(&mut self, pattern: &CommandPattern, room: Option<RoomId>, entry: Entry) {
        let disable = Disable { pattern: pattern.clone(), room, entry };
        if let Some(number) = self.list.push(disable) {
            self.by_pattern.entry(self.patterns.number(pattern)).or_default().push(number);
        }
    }

    /// The first entry that switches a command off in a room, or in private.
    pub(crate) fn find(&self, command: &CommandId, room: Option<&RoomId>) -> Option<u32> {
        if self.by_pattern.is_empty() {
            return None;
        }
        let here = |number: &u32| {
            let place = self.list.get(*number).and_then(|disable| disable.room.as_ref());
            place.is_none() || place == room
        };
        let numbers = self.patterns.numbers(command).filter_map(|id| self.by_pattern.get(&id));
        numbers.flatten().copied().filter(here).min()
    }

    pub(crate) fn entry(&self, number: u32) -> Option<&Entry> {
        self.list.get(number).map(|disable| &disable.entry)
    }

    /// Every entry, with its room.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Entry, Option<&RoomId>)> {
        self.list.iter().map(|disable| (&disable.entry, disable.room.as_ref()))
    }

    /// The first entry that says exactly this.
    pub(crate) fn exactly(
        &self,
        pattern: &CommandPattern,
        room: Option<&RoomId>,
    ) -> Option<&Entry> {
        let same = |of: &&Disable| of.pattern == *pattern && of.room.as_ref() == room;
        self.list.iter().find(same).map(|disable| &disable.entry)
    }
}
