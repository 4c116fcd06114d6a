//! All commands, under all their names.

use std::collections::BTreeMap;
use std::sync::Arc;

use nuncio_policy::{CommandId, Registry};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Command;
use super::suggest::closest;

/// The commands of all plugins, after `[rename]`.
#[derive(Clone, Debug, Default)]
pub struct CommandTree {
    commands: BTreeMap<CommandId, Arc<Command>>,
    aliases: BTreeMap<CommandId, CommandId>,
    renames: Vec<(CommandId, CommandId)>,
    /// Every ending of every full name, with the commands that it may mean.
    pub(super) names: FxHashMap<SmolStr, Vec<Meaning>>,
    /// How many words the longest full name has.
    pub(super) longest: usize,
}

/// A command that a name may mean.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    pub(super) command: Arc<Command>,
    pub(super) rank: Rank,
}

/// How well a name fits; the best one decides, and two equally good ones are ambiguous.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It is the end of the path.
    End,
    /// It is the whole path.
    Path,
    /// It is the whole name, with the plugin.
    Full,
}

/// Why commands make no tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreeError {
    /// Two commands, or a command and an alias, have one name.
    #[error("two commands are named `{0}`; rename one of them in `[rename]`")]
    Twice(CommandId),
    /// A rename or an alias leads to another plugin.
    #[error("`{to}` is not in the plugin of `{from}`; a name stays in its plugin")]
    Plugin {
        /// The command.
        from: CommandId,
        /// The name that it was to have.
        to: CommandId,
    },
    /// A rename names a command that does not exist.
    #[error("`[rename]` names `{command}`, which no plugin has{}", hint(.meant.as_ref()))]
    Unknown {
        /// The name.
        command: CommandId,
        /// The command that was probably meant.
        meant: Option<CommandId>,
    },
}

fn hint(meant: Option<&CommandId>) -> String {
    meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default()
}

impl CommandTree {
    /// Joins the commands of all plugins, each renamed as the configuration says (old and new).
    ///
    /// # Errors
    ///
    /// When two have the same name, or a rename cannot be done; see [`TreeError`].
    pub fn build(
        commands: impl IntoIterator<Item = Command>,
        renames: impl IntoIterator<Item = (CommandId, CommandId)>,
    ) -> Result<Self, TreeError> {
        let mut tree = Self::default();
        let mut unnamed: BTreeMap<CommandId, Command> = BTreeMap::new();
        for command in commands {
            if let Some(other) = unnamed.insert(command.id.clone(), command) {
                return Err(TreeError::Twice(other.id));
            }
        }
        for (old, new) in renames {
            let Some(mut command) = unnamed.remove(&old) else {
                let meant = closest(old.as_str(), unnamed.keys().map(CommandId::as_str));
                let meant = meant.and_then(|meant| meant.parse().ok());
                return Err(TreeError::Unknown { command: old, meant });
            };
            same_plugin(&old, &new)?;
            command.id = new.clone();
            tree.add(command)?;
            tree.renames.push((old, new));
        }
        unnamed.into_values().try_for_each(|command| tree.add(command))?;
        match tree.aliases.keys().find(|alias| tree.commands.contains_key(*alias)) {
            Some(alias) => Err(TreeError::Twice(alias.clone())),
            None => Ok(tree),
        }
    }

    fn add(&mut self, command: Command) -> Result<(), TreeError> {
        let command = Arc::new(command);
        if self.commands.contains_key(&command.id) {
            return Err(TreeError::Twice(command.id.clone()));
        }
        self.name(&command.id, &command);
        for alias in &command.aliases {
            same_plugin(&command.id, alias)?;
            if self.aliases.insert(alias.clone(), command.id.clone()).is_some() {
                return Err(TreeError::Twice(alias.clone()));
            }
            self.name(alias, &command);
        }
        self.commands.insert(command.id.clone(), command);
        Ok(())
    }

    /// Enters a command under every ending of one of its names.
    fn name(&mut self, name: &CommandId, command: &Arc<Command>) {
        self.longest = self.longest.max(name.as_str().split('.').count());
        let mut ending = Some(name.as_str());
        while let Some(typed) = ending {
            let rank = if typed == name.as_str() {
                Rank::Full
            } else if typed == name.path() {
                Rank::Path
            } else {
                Rank::End
            };
            let meaning = Meaning { command: Arc::clone(command), rank };
            self.names.entry(typed.into()).or_default().push(meaning);
            ending = typed.split_once('.').map(|(_, rest)| rest);
        }
    }

    /// A command, by its name or an alias in full.
    pub fn get(&self, id: &CommandId) -> Option<&Arc<Command>> {
        self.commands.get(self.aliases.get(id).unwrap_or(id))
    }

    /// The name under which its plugin declared a command, whatever it was renamed to.
    pub fn declared<'a>(&'a self, id: &'a CommandId) -> &'a CommandId {
        let renamed = self.renames.iter().find(|(_, new)| new == id);
        renamed.map_or(id, |(old, _)| old)
    }

    /// All commands, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Command>> {
        self.commands.values()
    }

    /// The names, as policy checks its own against them.
    pub fn registry(&self) -> Registry {
        let mut registry = Registry::of(self.commands.keys().cloned());
        for (alias, command) in &self.aliases {
            registry = registry.with_alias(alias.clone(), command.clone());
        }
        for (old, new) in &self.renames {
            registry = registry.with_rename(old.clone(), new.clone());
        }
        registry
    }

    /// How to type a command so that it means this one and no other: without its plugin's name
    /// where all of that plugin can be.
    pub fn spoken(&self, id: &CommandId) -> String {
        let is_short = |id: &CommandId| self.meant(id.path()).is_ok_and(|meant| meant.id == *id);
        // `bw test`, beside `bw add`, which needs it.
        let mut family = self.iter().filter(|other| other.id.plugin() == id.plugin());
        let short = is_short(id) && (id.path() == id.plugin() || family.all(|id| is_short(&id.id)));
        let name = if short { id.path() } else { id.as_str() };
        name.replace('.', " ")
    }

    /// How to type a command with what it takes: `roll [sides=6] [--quiet]`.
    pub fn usage(&self, command: &Command) -> String {
        let usage = command.signature.usage();
        let blank = if usage.is_empty() { "" } else { " " };
        format!("{}{blank}{usage}", self.spoken(&command.id))
    }

    /// What a dotted name means; else everything that it may mean, which may be nothing.
    pub(super) fn meant(&self, name: &str) -> Result<&Arc<Command>, Vec<&Arc<Command>>> {
        let meanings = self.names.get(name).map(Vec::as_slice).unwrap_or_default();
        let best = meanings.iter().map(|meaning| meaning.rank).max();
        let mut meant: Vec<_> = meanings
            .iter()
            .filter(|meaning| Some(meaning.rank) == best)
            .map(|meaning| &meaning.command)
            .collect();
        meant.dedup_by(|a, b| a.id == b.id);
        if let [one] = meant.as_slice() { Ok(one) } else { Err(meant) }
    }
}

fn same_plugin(from: &CommandId, to: &CommandId) -> Result<(), TreeError> {
    if from.plugin() == to.plugin() {
        return Ok(());
    }
    Err(TreeError::Plugin { from: from.clone(), to: to.clone() })
}
