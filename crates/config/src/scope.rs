//! What holds in one place: the room's value, else the network's, else the bot's.

use figment::value::{Dict, Value};
use nuncio_core::dispatch::Manners;
use nuncio_core::scoped::Scoped;
use nuncio_policy::{Network, RoomId};
use smol_str::SmolStr;

use crate::config::Config;
use crate::path::{KeyPath, Step};
use crate::section::Section;

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
    /// How the bot converses, everywhere.
    pub fn manners(&self) -> Manners {
        Manners {
            prefix: self.scoped("prefix", |value| value.as_str().map(SmolStr::new)),
            by_name: self.scoped("address_by_name", Value::to_bool),
            answer_unknown: self
                .scoped("unknown_commands", |value| Some(value.as_str()? == "reply")),
            name: SmolStr::new(&self.bot().name),
        }
    }

    /// The values of a key of `[bot]` for the bot, and for the networks and rooms that set it.
    fn scoped<T: Default>(&self, key: &str, read: fn(&Value) -> Option<T>) -> Scoped<T> {
        let read = |path: KeyPath| self.merged.value(&path.name(key)).and_then(read);
        let networks = self.identities().names().filter_map(|network| {
            Some((network.clone(), read(KeyPath::names(["network", network.as_str()]))?))
        });
        let rooms = self
            .rooms
            .iter()
            .filter_map(|(room, name)| Some((room.clone(), read(KeyPath::names(["room", name]))?)));
        // The default layer sets the bot's, and its type was checked.
        let bot = read(KeyPath::names(["bot"])).unwrap_or_default();
        Scoped { bot, networks: networks.collect(), rooms: rooms.collect() }
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

#[cfg(test)]
mod tests {
    use nuncio_core::place::{Address, Place};

    use super::*;
    use crate::testing::config;

    const FILE: &str = r#"
[bot]
unknown_commands = "reply"

[network.irc]
server = "irc.example.org"
prefix = "-"
plugin.dice.sides = 8

[network.oftc]
kind = "irc"
server = "irc.oftc.net"

[room."r:irc:#Nuncio"]
prefix = "+"
unknown_commands = "silent"
plugin.dice.sides = 20
"#;

    #[test]
    fn the_most_specific_value_wins() {
        let config = config(FILE);
        let manners = config.manners();
        let at = |room: &str| Place::Room(config.identities().parse_room(room).unwrap());
        let prefix = |place: &Place| manners.prefix.at(place).to_string();
        assert_eq!(prefix(&at("r:irc:#nuncio")), "+");
        assert_eq!(prefix(&at("r:irc:#other")), "-");
        assert_eq!(prefix(&at("r:oftc:#nuncio")), "!");
        let irc = Place::private("irc".parse().unwrap(), Address::new("ann"));
        assert_eq!(prefix(&irc), "-");
        assert!(!manners.answer_unknown.at(&at("r:irc:#NUNCIO")));
        assert!(manners.answer_unknown.at(&at("r:oftc:#nuncio")));
        assert!(manners.by_name.at(&irc));
    }

    #[test]
    fn a_plugins_scoped_keys_are_laid_over_its_table() {
        #[derive(serde::Deserialize)]
        struct Dice {
            sides: u32,
        }
        let config = config(FILE);
        let room = |room: &str| config.identities().parse_room(room).unwrap();
        let sides =
            |scope: Scope<'_>| config.plugin_in("dice", scope).parse::<Dice>().unwrap().sides;
        assert_eq!(sides(Scope::Bot), 6);
        assert_eq!(sides(Scope::Network(&"irc".parse().unwrap())), 8);
        assert_eq!(sides(Scope::Room(&room("r:irc:#nuncio"))), 20);
        assert_eq!(sides(Scope::Room(&room("r:oftc:#nuncio"))), 6);
    }

    #[test]
    fn a_room_stands_in_one_table() {
        let problems = crate::testing::Layers::file(
            "nuncio.toml",
            "[network.irc]\n[room.'r:irc:#a']\n[room.'r:irc:#A']\n[room.'#b']\n[room.'r:x:#c']",
        );
        insta::assert_snapshot!(problems.problems(), @r"
        folder: nuncio.toml:4:7: `#b` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`
        folder: nuncio.toml:2:7: `r:irc:#a` and `r:irc:#A` are one room (keep one table for it)
        folder: nuncio.toml:5:7: `r:x:#c` is on `x`, which is not configured
        ");
    }
}
