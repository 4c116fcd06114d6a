//! Layer 6: access, by the level that the command declares or the policy sets for it.

use std::slice;

use super::{Cause, Finding, Question};
use crate::Level;
use crate::policy::AccessEntry;

/// What is asked for: levels of which any will do, and the entry that sets them.
pub(crate) struct Asked<'a> {
    pub(crate) levels: &'a [Level],
    pub(crate) entry: Option<(u32, &'a AccessEntry)>,
}

impl<'a> Asked<'a> {
    /// What a command asks for: `owner` if it is reserved, else what `[policy.access]` sets, else
    /// what it declares.
    fn of(question: &Question<'a>) -> Self {
        let command = &question.request.command;
        if command.is_reserved() {
            return Self { levels: slice::from_ref(&Level::Owner), entry: None };
        }
        match question.policy.access.find(command) {
            Some((number, entry)) => Self { levels: &entry.levels, entry: Some((number, entry)) },
            None => Self { levels: slice::from_ref(&question.request.level), entry: None },
        }
    }
}

pub(super) fn ask(question: &Question<'_>) -> Finding {
    let asked = Asked::of(question);
    let asks = |level: &Level| asked.levels.contains(level);
    if asks(&Level::Everyone) {
        return Finding::allow(Cause::Everyone);
    }
    if asks(&Level::Sudo)
        && let Some(place) = question.verified.sudoer.or(question.account.sudoer)
    {
        return Finding::allow(Cause::Sudoer(place));
    }
    if let Some((number, entry)) = asked.entry
        && lists(entry, question)
    {
        return Finding::allow(Cause::Listed(number));
    }
    Finding::deny(match asked.entry {
        Some((number, _)) => Cause::EntryAllowsNot(number),
        None => Cause::NothingAllows,
    })
}

/// Whether an entry lists the speaker, by the verified identity or its account.
fn lists(entry: &AccessEntry, question: &Question<'_>) -> bool {
    let verified = question.request.speaker.verified_id();
    verified.is_some_and(|id| entry.users.contains(id))
        || question.verified.account.is_some_and(|account| entry.accounts.contains(&account))
}
