//! The declared keys as a tree that a configuration is walked along with.

use std::collections::BTreeMap;

use nuncio_core::config::Key;

use super::Schema;
use super::keys::KEYS;
use crate::path::{KeyPath, Step};

/// What may stand at one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    /// The key that is declared for this very place.
    pub(crate) key: Option<Key>,
    names: BTreeMap<String, Self>,
    any: Option<Box<Self>>,
    each: Option<Box<Self>>,
}

impl Node {
    /// What may stand under a name.
    pub(crate) fn name(&self, name: &str) -> Option<&Self> {
        self.names.get(name).or(self.any.as_deref())
    }

    /// What each element of a list may be; none where nothing is declared about their insides.
    pub(crate) fn each(&self) -> Option<&Self> {
        self.each.as_deref()
    }

    /// Whether keys are declared below.
    pub(crate) fn is_table(&self) -> bool {
        !self.names.is_empty() || self.any.is_some()
    }

    /// The names that are declared below.
    pub(crate) fn known(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.keys().map(String::as_str)
    }

    fn step(&self, step: &Step) -> Option<&Self> {
        match step {
            Step::Name(name) => self.name(name),
            Step::Index(_) => self.each(),
        }
    }

    fn child(&mut self, name: &str) -> &mut Self {
        if name.starts_with('<') {
            self.any.get_or_insert_default()
        } else {
            self.names.entry(name.to_owned()).or_default()
        }
    }

    fn insert(&mut self, path: &str, key: Key) {
        let mut node = self;
        for part in path.split('.') {
            let mut name = part;
            let mut lists = 0;
            while let Some(outer) = name.strip_suffix("[]") {
                name = outer;
                lists += 1;
            }
            node = node.child(name);
            for _ in 0..lists {
                node = node.each.get_or_insert_default();
            }
        }
        node.key = Some(key);
    }
}

/// All that may stand in a configuration.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub(crate) root: Node,
    kinds: BTreeMap<String, Node>,
}

impl Tree {
    pub(crate) fn new(schema: &Schema) -> Self {
        let mut tree = Self::default();
        for key in KEYS {
            tree.root.insert(key.path, *key);
        }
        for name in schema.plugins() {
            let plugin = tree.root.child("plugin").child(name);
            for key in schema.of_plugin(name) {
                plugin.insert(key.path, *key);
            }
        }
        tree.spread_plugin_keys();
        let room = tree.root.child("room").child("<room>");
        for (tail, key) in schema.scoped() {
            room.insert(&tail, key);
        }
        for kind in schema.kinds() {
            tree.kinds.insert(kind.to_owned(), kind_node(schema, kind));
        }
        tree
    }

    /// What every plugin has goes to each, so that a plugin that there is not is an unknown name.
    fn spread_plugin_keys(&mut self) {
        let plugins = self.root.child("plugin");
        let common = plugins.any.take().map(|any| any.names).unwrap_or_default();
        for plugin in plugins.names.values_mut() {
            plugin.names.extend(common.clone());
        }
    }

    /// What may stand in `[network.<name>]` of this kind.
    pub(crate) fn kind(&self, kind: &str) -> Option<&Node> {
        self.kinds.get(kind)
    }

    /// The kinds of network there are.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = &str> + Clone {
        self.kinds.keys().map(String::as_str)
    }

    /// The innermost declared key on the way to `path`, and how many steps it is down.
    ///
    /// `kind` knows the kind of each network; none is an unknown network.
    pub(crate) fn find(
        &self,
        path: &KeyPath,
        kind: &dyn Fn(&str) -> Option<String>,
    ) -> Option<(&Key, usize)> {
        let (mut node, mut found) = (&self.root, None);
        for (depth, step) in path.steps().iter().enumerate() {
            node = match (path.steps(), depth) {
                ([Step::Name(table), Step::Name(name), ..], 1) if table == "network" => {
                    match kind(name).and_then(|kind| self.kind(&kind)) {
                        Some(node) => node,
                        None => break,
                    }
                }
                _ => match node.step(step) {
                    Some(node) => node,
                    None => break,
                },
            };
            found = node.key.as_ref().map(|key| (key, depth + 1)).or(found);
        }
        found
    }
}

fn kind_node(schema: &Schema, kind: &str) -> Node {
    let mut node = Node::default();
    for (tail, key) in schema.scoped() {
        node.insert(&tail, key);
    }
    for key in KEYS {
        if let Some(tail) = key.path.strip_prefix("network.<name>.") {
            node.insert(tail, *key);
        }
    }
    for key in schema.of_kind(kind) {
        node.insert(key.path, *key);
    }
    node
}
