//! The one gate: the only place of the house, but for tests and `why`, that asks policy to decide.

use jiff::Timestamp;
use nuncio_policy::{
    CommandId, Level, Outcome, Permit, Policy, Refusal, Request, RoomId, Sessions, Speaker, decide,
};

use crate::delivery::Authority;
use crate::store::Draft;
use crate::trigger::Trigger;

/// An attempt to run something.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Why, and for whom.
    pub trigger: Trigger,
    /// What.
    pub command: CommandId,
    /// The level that it declares.
    pub level: Level,
    /// Where it was asked.
    pub room: Option<RoomId>,
    /// The room that it acts on, where that is another.
    pub target: Option<RoomId>,
}

/// Decides on an attempt, of whoever is in which session at that moment.
///
/// A stored text needs its author's permit and its caller's; what comes back is the caller's, or
/// the first refusal.
///
/// # Errors
/// The refusal, which explains itself.
pub fn ask(
    policy: &Policy,
    sessions: &Sessions,
    attempt: &Attempt,
    at: Timestamp,
) -> Result<Permit, Refusal> {
    let request = |speaker: &Speaker| Request {
        speaker: sessions.recognise(speaker, at),
        room: attempt.room.clone(),
        target: attempt.target.clone().or_else(|| attempt.room.clone()),
        command: attempt.command.clone(),
        level: attempt.level.clone(),
        at,
    };
    if let Some(author) = attempt.trigger.author() {
        // What the author may do is asked, and nothing is done in his name.
        drop(decide(policy, request(author))?);
    }
    decide(policy, request(&attempt.trigger.speaker()))
}

/// Decides on an output that is about to leave, however long it waited.
///
/// An answer goes out while its speaker may still ask for it. The notice of a refusal goes out
/// unless he is ignored by now.
///
/// # Errors
/// The refusal for which it stays.
pub fn release(
    policy: &Policy,
    sessions: &Sessions,
    draft: &Draft,
    at: Timestamp,
) -> Result<Authority, Refusal> {
    let request = Request {
        speaker: sessions.recognise(&draft.speaker, at),
        room: draft.room.clone(),
        target: draft.target.clone().or_else(|| draft.room.clone()),
        command: draft.command.clone(),
        level: draft.level.clone(),
        at,
    };
    match decide(policy, request) {
        Ok(permit) => Ok(Authority::Permit(permit)),
        Err(refusal) if draft.refusal && refusal.outcome() == Outcome::Deny => {
            Ok(Authority::Refusal(refusal))
        }
        Err(refusal) => Err(refusal),
    }
}
