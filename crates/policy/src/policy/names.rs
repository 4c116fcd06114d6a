//! Whether the names in a policy are names of anything.

use crate::command::{CommandPattern, Scope};
use crate::diagnostic::{Problem, nearest};
use crate::identity::Identity;
use crate::{Networks, Registry};

use super::People;

/// Everything that has a name.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) networks: &'a Networks,
    pub(crate) registry: &'a Registry,
    pub(crate) people: &'a People,
}

impl Names<'_> {
    /// What is wrong with the name of an identity: an account that is not declared is an error, a
    /// network that is not configured is unknown.
    pub(crate) fn check_identity(&self, identity: &Identity) -> Option<Problem> {
        let network = match identity {
            Identity::User(user) => user.network(),
            Identity::Room(room) => room.network(),
            Identity::Network(network) => network,
            Identity::Account(name) => {
                return self.people.account_number(name).is_none().then(|| {
                    Problem::error(format!("no account `{name}` is declared"))
                        .help(format!("declare it in `[policy.account.{}]`", name.as_str()))
                });
            }
        };
        if self.networks.may_be_any() || self.networks.contains(network) {
            return None;
        }
        let said = format!("no network `{network}` is configured");
        if self.networks.is_empty() {
            // Such a policy may be meant for a bot to come.
            return Some(Problem::warning(said));
        }
        let problem = Problem::unknown(said);
        let names = self.networks.names().map(crate::Network::as_str);
        Some(match nearest(network.as_str(), names) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        })
    }

    /// What is wrong with a pattern: the old name of a renamed command is an error, a pattern that
    /// no command matches is unknown.
    pub(crate) fn check_pattern(&self, pattern: &CommandPattern) -> Option<Problem> {
        match pattern {
            CommandPattern::Any => None,
            CommandPattern::Plugin(plugin) => self.check_plugin(plugin),
            CommandPattern::Path(path) => self.check_path(pattern, path),
        }
    }

    /// What is wrong with the name of a plugin.
    pub(crate) fn check_plugin(&self, plugin: &str) -> Option<Problem> {
        let plugins = self.registry.plugins()?;
        if plugins.contains(plugin) {
            return None;
        }
        let problem = Problem::unknown(format!("no plugin `{plugin}` is installed"));
        Some(match nearest(plugin, plugins.iter().map(smol_str::SmolStr::as_str)) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        })
    }

    /// What is wrong with the name of a plugin, or of a command in full: in a rule a command's path
    /// does without its plugin, and here it would name nothing.
    pub(crate) fn check_scope(&self, scope: &Scope) -> Option<Problem> {
        if scope.is_plugin() {
            return self.check_plugin(scope.as_str());
        }
        let path = scope.as_str();
        if let Some(renamed) = self.check_renamed(path) {
            return Some(renamed);
        }
        let commands = || self.registry.commands().into_iter().flatten();
        if commands().any(|id| id.scopes().any(|name| name == path)) {
            return None;
        }
        match commands().find(|id| id.names().any(|name| name == path)) {
            Some(id) => {
                let problem = Problem::unknown(format!("no command `{path}` is installed"));
                Some(problem.help(format!("name it in full: `{}.{path}`", id.plugin())))
            }
            None => self.check_path(&CommandPattern::Path(path.into()), path),
        }
    }

    /// What is wrong with a text that may be the old name, in full, of a renamed command.
    pub(crate) fn check_renamed(&self, name: &str) -> Option<Problem> {
        let (old, new) = self.registry.renames().find(|(old, _)| old.as_str() == name)?;
        let problem = Problem::error(format!("`{old}` was renamed"));
        Some(problem.help(format!("name it `{new}`")))
    }

    fn check_path(&self, pattern: &CommandPattern, path: &str) -> Option<Problem> {
        if let Some(renamed) = self.check_renamed(path) {
            return Some(renamed);
        }
        if self.registry.commands().is_some_and(|mut all| all.any(|id| pattern.matches(id))) {
            return None;
        }
        // A bare path that no command has any more; a plugin yet to come may have it.
        if let Some((old, new)) = self.registry.renames().find(|(old, _)| old.path() == path) {
            let problem = Problem::unknown(format!("`{old}` was renamed"));
            return Some(problem.help(format!("name it `{}`", new.path())));
        }
        let commands = self.registry.commands()?;
        let problem = Problem::unknown(format!("no command `{path}` is installed"));
        if let Some(command) = self.registry.aliased(path) {
            return Some(problem.help(format!("it is an alias: name `{command}`")));
        }
        if self.registry.plugins().is_some_and(|plugins| plugins.contains(path)) {
            return Some(problem.help(format!("the plugin is `{path}.*`")));
        }
        let names: Vec<&str> = commands.flat_map(|id| [id.as_str(), id.path()]).collect();
        Some(match nearest(path, names) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        })
    }
}
