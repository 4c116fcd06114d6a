//! What holds in one place: the room's value, else the network's, else the bot's.

use figment::value::{Dict, Value};
use nuncio_policy::{Network, RoomId};

use crate::config::Config;
use crate::path::{KeyPath, Step};
use crate::section::Section;
use crate::settings::Bot;

/// The place that a scoped key is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Everywhere.
    Bot,
    /// One network.
    Network(&'a Network),
    /// One room, and its network.
    Room(&'a RoomId),
}

impl Config {
    /// `[bot]` as it holds in a place.
    pub fn bot_in(&self, scope: Scope<'_>) -> Bot {
        let table = self.overlaid(KeyPath::names(["bot"]), scope);
        // Every value of it was checked when the configuration was built.
        table.parse().unwrap_or_else(|_| self.bot().clone())
    }

    /// `[plugin.<name>]` as it holds in a place.
    pub fn plugin_in(&self, name: &str, scope: Scope<'_>) -> Section<'_> {
        self.overlaid(KeyPath::names(["plugin", name]), scope)
    }

    /// Where the value of a scoped key is set that holds in a place: the path of the room's, of the
    /// network's, or `path` itself.
    pub fn effective(&self, path: &KeyPath, scope: Scope<'_>) -> KeyPath {
        let Some(tail) = self.merged.scoped_tail(path) else { return path.clone() };
        let candidates = self.heads(scope).map(|head| head.join(&tail));
        let mut set = candidates.filter(|path| self.merged.value(path).is_some());
        set.next().unwrap_or_else(|| path.clone())
    }

    /// The tables of a place, the most specific first.
    fn heads(&self, scope: Scope<'_>) -> impl Iterator<Item = KeyPath> {
        let (network, room) = match scope {
            Scope::Bot => (None, None),
            Scope::Network(network) => (Some(network), None),
            Scope::Room(room) => (Some(room.network()), self.rooms.get(room)),
        };
        let room = room.map(|name| KeyPath::names(["room", name]));
        let network = network.map(|network| KeyPath::names(["network", network.as_str()]));
        room.into_iter().chain(network)
    }

    /// A table with each scoped key of it as it holds in a place.
    fn overlaid(&self, path: KeyPath, scope: Scope<'_>) -> Section<'_> {
        let mut table = self.merged.table(&path);
        for (tail, key) in self.merged.schema.scoped() {
            let declared = if tail == key.path || tail.starts_with("plugin.") {
                KeyPath::names(tail.split('.'))
            } else {
                KeyPath::names(key.path.split('.'))
            };
            if declared.head(path.steps().len()) != path {
                continue;
            }
            let effective = self.effective(&declared, scope);
            if let Some(value) = self.merged.value(&effective) {
                put(&mut table, &declared.tail(path.steps().len()), value.clone());
            }
        }
        Section::new(&self.merged, path, table)
    }
}

/// Puts a value at a path of names, making tables on the way.
fn put(table: &mut Dict, path: &KeyPath, value: Value) {
    match path.steps() {
        [Step::Name(name)] => {
            table.insert(name.clone(), value);
        }
        [Step::Name(name), ..] => {
            let inner = table.entry(name.clone()).or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, inner) = inner {
                put(inner, &path.tail(1), value);
            }
        }
        _ => {}
    }
}
