//! Layer 5: the anticapabilities of a command.
//!
//! Asked of each of its names in Limnoria's order: the last word, the plugin, then each dotted
//! prefix of the whole; each on its own, then in the room.

use super::held::Axis;
use super::{Cause, Finding, Question, Source, access};

/// An anticapability that is held: of which of the command's names, where, and by which set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Anticapability {
    /// The place of the name in [`CommandId::capability_names`](crate::CommandId).
    pub(crate) name: u8,
    /// Whether it is held in the room in which the command is said.
    pub(crate) in_room: bool,
    pub(crate) source: Source,
}

pub(super) fn ask(question: &Question<'_>) -> Finding {
    let (by_default, written) = held(question);
    if by_default.or(written).is_some() && question.request.command.is_introduction() {
        return Finding::next(Cause::Introduction);
    }
    if let Some(held) = by_default
        && access::lift(question).is_none()
    {
        return Finding::deny(Cause::Anticapability(held));
    }
    match (written, by_default) {
        (Some(held), _) => Finding::deny(Cause::Anticapability(held)),
        // Whatever allows the command beyond its level lifts what is held by default alone.
        (None, Some(held)) => Finding::next(Cause::Lifted(held)),
        (None, None) => Finding::next(Cause::NoAnticapability),
    }
}

/// The first anticapability that a set holds in writing.
pub(super) fn written(question: &Question<'_>) -> Option<Anticapability> {
    held(question).1
}

/// The first anticapability that is held by default before any that is written, and the first that
/// is written.
fn held(question: &Question<'_>) -> (Option<Anticapability>, Option<Anticapability>) {
    let command = &question.request.command;
    let outlines = command.outlines();
    let axis = |room| Some(Axis::new(question, room)).filter(|axis| !axis.holds_all(outlines));
    let plain = axis(None);
    let in_room = question.here().and_then(|room| axis(Some(room)));
    let mut by_default = None;
    if plain.is_none() && in_room.is_none() {
        return (None, None);
    }
    for (name, place) in command.capability_names().zip(0_u8..) {
        for (axis, in_room) in [(plain.as_ref(), false), (in_room.as_ref(), true)] {
            let Some(holding) = axis.map(|axis| axis.holding(name)) else { continue };
            if holding.holds {
                continue;
            }
            let held = Anticapability { name: place, in_room, source: holding.source };
            if holding.source.is_written() {
                return (by_default, Some(held));
            }
            by_default = by_default.or(Some(held));
        }
    }
    (by_default, None)
}
