//! `[policy.access]`: what replaces the level that a command declares.

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::List;
use crate::command::Scope;
use crate::explanation::Entry;
use crate::{CommandId, Level, UserId};

/// The entries, by the plugin or command that each is for.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccessTable {
    by_scope: FxHashMap<SmolStr, u32>,
    entries: List<AccessEntry>,
}

/// The levels and people that one entry lists; any of them will do.
#[derive(Clone, Debug)]
pub(crate) struct AccessEntry {
    pub(crate) levels: Vec<Level>,
    pub(crate) users: FxHashSet<UserId>,
    pub(crate) accounts: FxHashSet<u32>,
    pub(crate) entry: Entry,
}

impl AccessTable {
    pub(crate) fn insert(&mut self, scope: &Scope, entry: AccessEntry) {
        if let Some(number) = self.entries.push(entry) {
            self.by_scope.insert(scope.as_str().into(), number);
        }
    }

    /// The narrowest entry that a command is in.
    pub(crate) fn find(&self, command: &CommandId) -> Option<(u32, &AccessEntry)> {
        if self.by_scope.is_empty() {
            return None;
        }
        let number = command.scopes().find_map(|scope| self.by_scope.get(scope).copied())?;
        self.entry(number).map(|entry| (number, entry))
    }

    pub(crate) fn entry(&self, number: u32) -> Option<&AccessEntry> {
        self.entries.get(number)
    }
}
