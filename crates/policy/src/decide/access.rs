//! Layer 6: access, by the level that the command declares or the policy sets for it.

use std::slice;

use super::held::Axis;
use super::{Cause, Finding, Question, Source};
use crate::policy::{AccessEntry, is_live};
use crate::{Expr, Level, Term};

/// What is asked for: levels of which any will do, and the entry that sets them.
struct Asked<'a> {
    levels: &'a [Level],
    entry: Option<(u32, &'a AccessEntry)>,
    reserved: bool,
}

impl<'a> Asked<'a> {
    /// What a command asks for: `owner` if it is reserved, else what `[policy.access]` sets, else
    /// what it declares.
    fn of(question: &Question<'a>) -> Self {
        let command = &question.request.command;
        if command.is_reserved() {
            return Self { levels: &[Level::Owner], entry: None, reserved: true };
        }
        let entry = question.policy.access.find(command);
        let declared = slice::from_ref(&question.request.level);
        let levels = entry.map_or(declared, |(_, entry)| &entry.levels);
        Self { levels, entry, reserved: false }
    }

    fn asks(&self, level: &Level) -> bool {
        self.levels.contains(level)
    }

    /// Whether only an owner has the level: then a grant must say that it elevates.
    fn is_owners(&self) -> bool {
        !self.levels.is_empty() && self.levels.iter().all(|level| *level == Level::Owner)
    }
}

pub(super) fn ask(question: &Question<'_>) -> Finding {
    if question.request.speaker.is_nobody() {
        return Finding::deny(Cause::Nobody);
    }
    let asked = Asked::of(question);
    if asked.asks(&Level::Everyone) {
        return Finding::allow(Cause::Everyone);
    }
    match (lift_asked(question, &asked), asked.entry) {
        (Some(cause), _) => Finding::allow(cause),
        (None, Some((number, _))) => Finding::deny(Cause::EntryAllowsNot(number)),
        (None, None) => Finding::deny(Cause::NothingAllows),
    }
}

/// What allows the command to this speaker beyond its being for everyone.
pub(super) fn lift(question: &Question<'_>) -> Option<Cause> {
    lift_asked(question, &Asked::of(question))
}

fn lift_asked(question: &Question<'_>, asked: &Asked<'_>) -> Option<Cause> {
    sudoer(question, asked)
        .or_else(|| listed(question, asked))
        .or_else(|| granted(question, asked))
        .or_else(|| held(question, asked))
}

fn sudoer(question: &Question<'_>, asked: &Asked<'_>) -> Option<Cause> {
    let place = question.own_notes().find_map(|notes| notes.sudoer)?;
    let level = asked.asks(&Level::Sudo) || asked.asks(&Level::Everyone);
    level.then_some(Cause::Sudoer(place))
}

/// An entry that lists the speaker, by the verified identity or its account.
fn listed(question: &Question<'_>, asked: &Asked<'_>) -> Option<Cause> {
    let (number, entry) = asked.entry?;
    let verified = question.request.speaker.verified_id();
    let user = verified.is_some_and(|id| entry.users.contains(id));
    let account =
        question.verified.account.is_some_and(|account| entry.accounts.contains(&account));
    (user || account).then_some(Cause::Listed(number))
}

/// A grant of the command, else of its plugin, that counts now.
fn granted(question: &Question<'_>, asked: &Asked<'_>) -> Option<Cause> {
    let (policy, request) = (question.policy, question.request);
    let mut plugin = None;
    for number in question.own(&policy.grants.to).flatten().copied() {
        let Some(grant) = policy.grants.list.get(number) else { continue };
        let scope = grant.scope.as_str();
        let reaches = if asked.is_owners() {
            // Only in full, and only where it says so.
            grant.elevate && scope == request.command.as_str() && !asked.reserved
        } else {
            request.command.scopes().any(|of| of == scope)
        };
        if !reaches || !is_live(grant.until, request.at) {
            continue;
        }
        if !grant.scope.is_plugin() {
            return Some(Cause::Grant(number));
        }
        plugin = plugin.or(Some(Cause::Grant(number)));
    }
    plugin
}

/// An expression that is satisfied by what sets say in writing.
fn held(question: &Question<'_>, asked: &Asked<'_>) -> Option<Cause> {
    let satisfied = |(level, place): (&Level, u8)| match level {
        Level::Capability(expr) => Some((place, satisfies(question, expr)?)),
        Level::Everyone | Level::Sudo | Level::Owner => None,
    };
    let (level, source) = asked.levels.iter().zip(0_u8..).find_map(satisfied)?;
    let by_power = source.of_power().map(|worth| Cause::Power { level, worth });
    Some(by_power.unwrap_or(Cause::Held(level)))
}

/// What satisfies an expression; where power gives a part of it, that.
fn satisfies(question: &Question<'_>, expr: &Expr) -> Option<Source> {
    expr.alternatives().find_map(|terms| {
        terms.iter().try_fold(None, |by: Option<Source>, term| {
            let source = holds(question, term)?;
            Some(by.filter(|by| by.of_power().is_some()).or(Some(source)))
        })?
    })
}

/// What says in writing that a term is held; one in a room, in the room that the command acts on.
fn holds(question: &Question<'_>, term: &Term) -> Option<Source> {
    let room = if term.in_room { Some(question.place()?) } else { None };
    let holding = Axis::new(question, room).holding(&term.name);
    (holding.holds && holding.source.is_written()).then_some(holding.source)
}
