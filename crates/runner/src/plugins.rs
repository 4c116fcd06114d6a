//! The plugins that are built in, and what they offer together.

use std::sync::Arc;

use nuncio_config::{Config, Problem, Schema};
use nuncio_core::action::Action;
use nuncio_core::catalogue::Catalogue;
use nuncio_core::command::CommandTree;
use nuncio_core::plugin::{Manifest, Plugin};
use nuncio_core::query::Query;
use nuncio_policy::{CommandId, Registry};

/// The built-in plugins, each with its manifest.
#[derive(Clone, Debug)]
pub(crate) struct Plugins(Vec<(Arc<dyn Plugin>, Arc<Manifest>)>);

impl Plugins {
    /// The standard plugins.
    pub(crate) fn standard() -> Self {
        let with_manifest = |plugin: Arc<dyn Plugin>| {
            let manifest = Arc::new(plugin.manifest());
            (plugin, manifest)
        };
        Self(
            nuncio_plugins::standard()
                .into_iter()
                .map(|plugin| with_manifest(Arc::new(plugin)))
                .collect(),
        )
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Arc<dyn Plugin>, &Manifest)> {
        self.0.iter().map(|(plugin, manifest)| (plugin, &**manifest))
    }

    /// The keys of the configuration that there are: the transports' and the plugins'.
    pub(crate) fn schema(&self) -> Schema {
        let schema = crate::networks::schema(Schema::new());
        self.iter()
            .fold(schema, |schema, (_, manifest)| schema.plugin(&manifest.name, &manifest.keys))
    }

    /// What they offer, with the names that the configuration gives.
    ///
    /// # Errors
    /// Where two commands would have one name, or a `[rename]` cannot be done.
    pub(crate) fn catalogue(&self, config: &Config) -> Result<Catalogue, Problem> {
        let commands = self.iter().flat_map(|(_, manifest)| manifest.commands.iter().cloned());
        let tree = CommandTree::build(commands, renames(config)?);
        let tree = tree.map_err(|error| Problem::error(format!("[rename]: {error}"), None))?;
        let named = |name: &str, path: &str| CommandId::new(name, path).ok();
        let mut catalogue = Catalogue {
            commands: Arc::new(tree),
            watchers: Vec::new(),
            handlers: Vec::new(),
            trusted: rustc_hash::FxHashSet::default(),
        };
        for (_, manifest) in self.iter() {
            let name = &manifest.name;
            catalogue.trusted.insert(name.clone());
            for watcher in &manifest.watchers {
                catalogue
                    .watchers
                    .extend(named(name, &watcher.path).map(|id| (id, watcher.clone())));
            }
            for handler in &manifest.handlers {
                catalogue
                    .handlers
                    .extend(named(name, &handler.path).map(|id| (id, handler.clone())));
            }
        }
        Ok(catalogue)
    }
}

/// The old and the new name of each renamed command.
///
/// # Errors
/// Where one of them is no command in full.
fn renames(config: &Config) -> Result<Vec<(CommandId, CommandId)>, Problem> {
    let mut renames = Vec::new();
    for (path, new) in config.renames() {
        let place = || config.origin(&path).map(|origin| origin.place);
        let old = path.last_name().unwrap_or_default();
        let read = |text: &str| {
            text.parse::<CommandId>().map_err(|error| Problem::error(error.to_string(), place()))
        };
        renames.push((read(old)?, read(new)?));
    }
    Ok(renames)
}

/// What is known of names when no plugin is asked: those that are no longer in use.
///
/// # Errors
/// As for the names themselves.
pub(crate) fn old_names(config: &Config) -> Result<Registry, Problem> {
    let renames = renames(config)?.into_iter();
    Ok(renames.fold(Registry::unknown(), |registry, (old, new)| registry.with_rename(old, new)))
}

/// The names that a policy may use.
pub(crate) fn registry(catalogue: &Catalogue) -> Registry {
    let watchers = catalogue.watchers.iter().map(|(id, _)| id);
    let handlers = catalogue.handlers.iter().map(|(id, _)| id);
    let names = watchers.chain(handlers).cloned().chain(Action::COMMANDS).chain(Query::COMMANDS);
    names.fold(catalogue.commands.registry(), Registry::with_command)
}
