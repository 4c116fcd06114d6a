//! What the network's own power is worth to a speaker, in the room in which he has it.

use super::Question;
use crate::policy::{Powers, Worth};
use crate::{Power, RoomId};

/// A power that counts in one room.
#[derive(Clone, Copy)]
pub(super) struct InPower<'a> {
    powers: &'a Powers,
    /// What it may be worth, what speaks first standing first.
    worths: &'a [u32],
    power: Power,
}

impl<'a> InPower<'a> {
    /// The power of the speaker in a room, where a file says what it is worth.
    ///
    /// It is evidence of its own, whoever he is; an account that is ignored, or that he may be,
    /// leaves him nothing of it.
    pub(super) fn of(question: &Question<'a>, room: &RoomId) -> Option<Self> {
        let (of, power) = question.request.speaker.power().filter(|(of, _)| *of == room)?;
        let powers = &question.policy.powers;
        let worths = powers.of(of);
        let suspected = question.suspected.iter().map(|&(_, account)| account);
        let ignored = question.account.into_iter().chain(suspected).any(|account| account.ignore);
        (!worths.is_empty() && !ignored).then_some(Self { powers, worths, power })
    }

    /// What it says of a capability: its entry's number, and whether it is held.
    pub(super) fn opinion(&self, name: &str) -> Option<(u32, bool)> {
        let about: Option<(u32, &Worth)> = self.powers.about(self.worths, self.power, name);
        about.map(|(number, worth)| (number, worth.positive))
    }
}
