//! The one gate: the only place of the house, but for tests and `why`, that asks policy to decide.

use jiff::Timestamp;
use nuncio_policy::{
    CommandId, Level, Outcome, Permit, Policy, Refusal, Request, RoomId, Sessions, Speaker, decide,
};

use crate::command::Used;
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
/// A stored text needs its caller's permit and its author's; what comes back is the caller's, or
/// the first refusal: the caller's own, if there is one.
///
/// # Errors
/// The refusal, which explains itself.
pub fn ask(
    policy: &Policy,
    sessions: &Sessions,
    attempt: &Attempt,
    at: Timestamp,
) -> Result<Permit, Refusal> {
    let request = |speaker| Request {
        speaker,
        room: attempt.room.clone(),
        target: attempt.target.clone().or_else(|| attempt.room.clone()),
        command: attempt.command.clone(),
        level: attempt.level.clone(),
        at,
    };
    let caller = sessions.recognise(&attempt.trigger.speaker(), at);
    let permit = decide(policy, request(caller))?;
    for used in attempt.trigger.used() {
        // What the author may do is asked, and nothing is done in his name.
        drop(decide(policy, request(author(policy, used)))?);
    }
    Ok(permit)
}

/// Who the author of a stored text is now. One who is no more is nobody, who runs nothing.
pub(crate) fn author(policy: &Policy, used: &Used) -> Speaker {
    let speaks = used.author.as_ref().and_then(|author| policy.author_speaks(author));
    speaks.unwrap_or_else(|| Speaker::claimed([]))
}

/// Decides on an output that is about to leave, however long it waited.
///
/// An answer goes out while its speaker may still ask for it, and with him the authors of the
/// stored texts that led to it. The notice of a refusal goes out unless he is ignored by now.
///
/// # Errors
/// The refusal for which it stays.
pub fn release(
    policy: &Policy,
    sessions: &Sessions,
    draft: &Draft,
    at: Timestamp,
) -> Result<Authority, Refusal> {
    let request = |speaker| Request {
        speaker,
        room: draft.room.clone(),
        target: draft.target.clone().or_else(|| draft.room.clone()),
        command: draft.command.clone(),
        level: draft.level.clone(),
        at,
    };
    let used = draft.used.iter().filter(|_| !draft.refusal);
    let mut authors = used.map(|used| author(policy, used));
    match decide(policy, request(sessions.recognise(&draft.speaker, at))) {
        Ok(permit) => {
            authors.try_for_each(|author| decide(policy, request(author)).map(drop))?;
            Ok(Authority::Permit(permit))
        }
        Err(refusal) if draft.refusal && refusal.outcome() == Outcome::Deny => {
            Ok(Authority::Refusal(refusal))
        }
        Err(refusal) => Err(refusal),
    }
}
