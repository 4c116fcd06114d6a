//! Every key that a configuration may hold.

mod keys;
mod reference;
mod tree;

use std::collections::BTreeMap;

use nuncio_core::config::Key;

pub(crate) use tree::{Node, Tree};

/// The keys of this crate, and those that transports and plugins declare.
///
/// ```
/// use nuncio_config::Schema;
/// use nuncio_core::config::{Key, Type};
///
/// const DICE: &[Key] =
///     &[Key::new("sides", Type::Integer { min: 2, max: 1000 }, "How many sides a die has.").default("6")];
///
/// let schema = Schema::new().plugin("dice", DICE);
/// assert!(schema.keys().any(|(path, _)| path == "plugin.dice.sides"));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Schema {
    kinds: BTreeMap<String, Vec<Key>>,
    plugins: BTreeMap<String, Vec<Key>>,
}

impl Schema {
    /// The keys that belong to no transport and no plugin.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the keys of `[network.<name>]` where `kind` is this kind.
    #[must_use]
    pub fn transport(mut self, kind: &str, keys: &[Key]) -> Self {
        self.kinds.insert(kind.to_owned(), keys.to_vec());
        self
    }

    /// Adds the keys of `[plugin.<name>]`.
    #[must_use]
    pub fn plugin(mut self, name: &str, keys: &[Key]) -> Self {
        self.plugins.insert(name.to_owned(), keys.to_vec());
        self
    }

    /// The kinds of network there are.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.keys().map(String::as_str)
    }

    /// The keys of one kind of network, relative to its table.
    pub fn of_kind(&self, kind: &str) -> &[Key] {
        self.kinds.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The keys of one plugin, relative to its table.
    pub fn of_plugin(&self, name: &str) -> &[Key] {
        self.plugins.get(name).map_or(&[], Vec::as_slice)
    }

    /// The plugins that declare keys.
    pub fn plugins(&self) -> impl Iterator<Item = &str> {
        self.plugins.keys().map(String::as_str)
    }

    /// Every key with its whole path; a transport's stands under `network.<kind>`.
    pub fn keys(&self) -> impl Iterator<Item = (String, &Key)> {
        let own = keys::KEYS.iter().map(|key| (key.path.to_owned(), key));
        let kinds = self.kinds.iter().flat_map(|(kind, keys)| {
            keys.iter().map(move |key| (format!("network.{kind}.{}", key.path), key))
        });
        let plugins = self.plugins.iter().flat_map(|(name, keys)| {
            keys.iter().map(move |key| (format!("plugin.{name}.{}", key.path), key))
        });
        own.chain(kinds).chain(plugins)
    }

    /// The scoped keys, with the path that each has inside a network or a room: `[bot]`'s own stand
    /// there without `bot`, a plugin's under `plugin.<name>`.
    pub(crate) fn scoped(&self) -> impl Iterator<Item = (String, Key)> {
        let scoped = |(path, key): (String, &Key)| {
            let tail = path.strip_prefix("bot.").unwrap_or(&path).to_owned();
            key.scoped.then_some((tail, *key))
        };
        self.keys().filter(|(path, _)| !path.starts_with("network.")).filter_map(scoped)
    }
}
