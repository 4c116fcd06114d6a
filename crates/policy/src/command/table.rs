//! Patterns as numbers, so that the patterns of a command are looked up and not tried.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{CommandId, CommandPattern};

/// The number of `*`.
const ANY: u32 = 0;

/// The patterns that some part of a policy names.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatternTable {
    plugins: FxHashMap<SmolStr, u32>,
    paths: FxHashMap<SmolStr, u32>,
}

impl PatternTable {
    /// The number of a pattern, which it has from now on.
    pub(crate) fn number(&mut self, pattern: &CommandPattern) -> u32 {
        let fresh = u32::try_from(self.plugins.len() + self.paths.len() + 1).unwrap_or(u32::MAX);
        match pattern {
            CommandPattern::Any => ANY,
            CommandPattern::Plugin(name) => *self.plugins.entry(name.clone()).or_insert(fresh),
            CommandPattern::Path(name) => *self.paths.entry(name.clone()).or_insert(fresh),
        }
    }

    /// The numbers of all patterns that name a command.
    pub(crate) fn numbers(&self, command: &CommandId) -> impl Iterator<Item = u32> {
        let plugin = self.plugins.get(command.plugin()).copied();
        let paths = command.names().filter_map(|name| self.paths.get(name).copied());
        [ANY].into_iter().chain(plugin).chain(paths)
    }
}
