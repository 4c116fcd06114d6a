//! Layer 1: whoever is ignored is met with silence.

use super::{Cause, Finding, Question, held};
use crate::policy::{Account, is_live};

pub(super) fn ask(question: &Question<'_>) -> Finding {
    if let Some(number) = flagged(question) {
        return Finding::ignore(Cause::AccountIgnored(number));
    }
    if question.owner().is_some() || held::is_trusted(question) {
        return Finding::next(Cause::Trusted);
    }
    if question.policy.defaults.ignore
        && question.verified.account.is_none()
        && !question.request.command.is_introduction()
    {
        return Finding::ignore(Cause::Unregistered);
    }
    if let Some(number) = listed(question) {
        return Finding::ignore(Cause::Ignored(number));
    }
    if question.here().is_some_and(|(_, room)| room.lobotomized) {
        return Finding::ignore(Cause::Lobotomized);
    }
    Finding::next(Cause::NotIgnored)
}

/// An account of the speaker's that is ignored; of a verified owner, only his own counts.
fn flagged(question: &Question<'_>) -> Option<u32> {
    let ignored = |&(number, account): &(u32, &Account)| account.ignore.then_some(number);
    let own = question.verified.account.zip(question.account);
    own.as_ref().and_then(ignored).or_else(|| {
        question.suspected.iter().find_map(ignored).filter(|_| question.owner().is_none())
    })
}

/// The first entry of the ignore list that matches any identity, everywhere or in this room, now.
fn listed(question: &Question<'_>) -> Option<u32> {
    let policy = question.policy;
    if policy.ignores.list.is_empty() {
        return None;
    }
    let of = &policy.ignores.of;
    let exact = question.own(of).chain(question.suspected(of)).flatten().copied();
    let masked = question.request.speaker.identities().flat_map(|id| policy.ignores.masked(id));
    let counts = |number: &u32| {
        policy.ignores.list.get(*number).is_some_and(|ignore| {
            (ignore.room.is_none() || ignore.room == question.request.room)
                && is_live(ignore.until, question.request.at)
        })
    };
    exact.chain(masked).filter(counts).min()
}
