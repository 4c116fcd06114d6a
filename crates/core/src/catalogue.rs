//! What all plugins together offer.

use std::sync::Arc;

use nuncio_policy::{CommandId, Level};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::command::CommandTree;
use crate::plugin::{Handler, Watcher};

/// What all plugins together offer.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Their commands.
    pub commands: Arc<CommandTree>,
    /// Their watchers.
    pub watchers: Vec<(CommandId, Watcher)>,
    /// Their event handlers.
    pub handlers: Vec<(CommandId, Handler)>,
    /// The plugins whose orders to the house are heeded: the standard ones.
    pub trusted: FxHashSet<SmolStr>,
}

impl Catalogue {
    /// The level that a command, watcher or handler declares.
    pub fn level(&self, id: &CommandId) -> Option<Level> {
        let command = self.commands.get(id).map(|command| command.level.clone());
        let watcher = || {
            self.watchers
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, watcher)| watcher.level.clone())
        };
        let handler = || {
            self.handlers
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, handler)| handler.level.clone())
        };
        command.or_else(watcher).or_else(handler)
    }
}
