//! The commands that exist, for the checking of names in a policy.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::CommandId;

/// The plugins and commands that are installed, and the renames that are configured.
///
/// A policy is compiled against it so that a name that nothing has is told. An
/// [unknown](Registry::unknown) registry knows no names and reports none.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    commands: Option<BTreeSet<CommandId>>,
    aliases: BTreeMap<CommandId, CommandId>,
    renames: BTreeMap<CommandId, CommandId>,
}

impl Registry {
    /// Nothing is known of plugins and commands; no name is unknown.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// Exactly these commands exist, under the names that they have after every rename.
    pub fn of(commands: impl IntoIterator<Item = CommandId>) -> Self {
        Self { commands: Some(commands.into_iter().collect()), ..Self::default() }
    }

    /// The same registry, where one more name is known: a watcher's, a handler's, an action's.
    #[must_use]
    pub fn with_command(mut self, command: CommandId) -> Self {
        self.commands.get_or_insert_default().insert(command);
        self
    }

    /// The same registry, in which an alias resolves to a command before policy sees it.
    #[must_use]
    pub fn with_alias(mut self, alias: CommandId, command: CommandId) -> Self {
        self.aliases.insert(alias, command);
        self
    }

    /// The same registry, in which a command was renamed.
    #[must_use]
    pub fn with_rename(mut self, old: CommandId, new: CommandId) -> Self {
        self.renames.insert(old, new);
        self
    }

    /// The commands, when they are known.
    pub fn commands(&self) -> Option<impl Iterator<Item = &CommandId>> {
        self.commands.as_ref().map(|commands| commands.iter())
    }

    /// The plugins that have a command, when they are known.
    pub fn plugins(&self) -> Option<BTreeSet<SmolStr>> {
        self.commands().map(|commands| commands.map(|command| command.plugin().into()).collect())
    }

    /// The command that an alias stands for, by the alias in full or by its path.
    pub fn aliased(&self, alias: &str) -> Option<&CommandId> {
        let named = |(known, _): &(&CommandId, &CommandId)| {
            known.as_str() == alias || known.path() == alias
        };
        self.aliases.iter().find(named).map(|(_, command)| command)
    }

    /// A command of whose name, or of an alias of it, something is a word: the plugin's too.
    pub fn word_of(&self, word: &str) -> Option<&CommandId> {
        let mut all = self.commands.iter().flatten().chain(self.aliases.keys());
        all.find(|command| command.as_str().split('.').any(|own| own.eq_ignore_ascii_case(word)))
    }

    /// The old and new names of renamed commands.
    pub fn renames(&self) -> impl Iterator<Item = (&CommandId, &CommandId)> {
        self.renames.iter()
    }
}
