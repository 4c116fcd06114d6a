//! What a configuration says, for people. Secrets are never in it.

mod render;

use std::collections::BTreeSet;

use figment::value::Value;
use nuncio_policy::RoomId;

use crate::config::Config;
use crate::merge::{self, Part};
use crate::path::KeyPath;
use crate::scope::Scope;
use crate::source::Layer;
use crate::value;

/// What [`Config::show`] shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Show<'a> {
    /// Whether each value is followed by where it was written; elements of lists then have a line
    /// each, and what was replaced is named.
    pub origin: bool,
    /// The room for which scoped keys show the value that holds in it.
    pub room: Option<&'a RoomId>,
}

/// A value that two configurations do not share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The key.
    pub path: KeyPath,
    /// The old value as it may be shown; none if there was none.
    pub old: Option<String>,
    /// The new value as it may be shown; none if there is none.
    pub new: Option<String>,
}

impl Config {
    /// Every value on a line of its own, in the order of the keys.
    pub fn show(&self, show: Show<'_>) -> String {
        let scope = show.room.map_or(Scope::Bot, Scope::Room);
        let line = |(path, value)| {
            let effective = self.effective(&path, scope);
            let value = self.merged.value(&effective).unwrap_or(value);
            let value = self.render(&effective, value);
            if show.origin {
                format!("{path} = {value}  # {}\n", self.provenance(&path, &effective))
            } else {
                format!("{path} = {value}\n")
            }
        };
        self.leaves(show.origin).into_iter().map(line).collect()
    }

    /// `folder: nuncio.toml:3:8, replaces default: config/default.toml:8:10`.
    fn provenance(&self, path: &KeyPath, effective: &KeyPath) -> String {
        let Some(origin) = self.origin(effective) else { return String::new() };
        let mut text = origin.place.to_string();
        if path != effective {
            text = format!("{effective}, {text}");
        }
        let list = effective.before_index();
        let whole = if list == *effective { None } else { self.origin(&list) };
        for replaced in whole.unwrap_or(origin).replaced {
            text = format!("{text}, replaces {replaced}");
        }
        text
    }

    /// One value as it may be shown; none if there is none.
    pub fn show_value(&self, path: &KeyPath) -> Option<String> {
        Some(self.render(path, self.merged.value(path)?))
    }

    /// What differs in `new`, in the order of the keys.
    pub fn diff(&self, new: &Self) -> Vec<Difference> {
        let changed = self.changed(new).into_iter();
        changed
            .map(|path| Difference {
                old: self.show_value(&path),
                new: new.show_value(&path),
                path,
            })
            .collect()
    }

    /// What was set from chat and holds: the value below it as the old one, in the order of the keys.
    pub fn set_from_chat(&self) -> Vec<Difference> {
        let set = self.leaves(false).into_iter().filter_map(|(path, _)| {
            let origin = self.origin(&path)?;
            (origin.place.layer() == Layer::Chat).then_some(path)
        });
        let below = merge::merge(&self.below_chat(), &self.merged.marks);
        set.map(|path| {
            let old = value::get(&below, &path).map(|value| self.render(&path, value));
            Difference { old, new: self.show_value(&path), path }
        })
        .collect()
    }

    fn below_chat(&self) -> Vec<Part> {
        let parts = self.merged.parts.iter();
        let layer = |part: &Part| self.merged.sources.get(part.source).map(|source| source.layer);
        parts.filter(|part| layer(part) < Some(Layer::Chat)).cloned().collect()
    }

    /// The paths whose values differ: a list is one value.
    pub(crate) fn changed(&self, new: &Self) -> BTreeSet<KeyPath> {
        let paths = self.leaves(false).into_iter().chain(new.leaves(false)).map(|(path, _)| path);
        paths.filter(|path| self.merged.value(path) != new.merged.value(path)).collect()
    }

    /// Every value that is shown as one: a secret is, though `{ file = … }` is a table, and a list
    /// unless `lists` are gone into.
    fn leaves(&self, lists: bool) -> Vec<(KeyPath, &Value)> {
        value::leaves(&self.merged.root, &|path, value| match value {
            Value::Array(..) => lists,
            _ => !self.is_secret(path),
        })
    }

    fn is_secret(&self, path: &KeyPath) -> bool {
        self.merged.key(path).is_some_and(|(key, _)| key.is_secret())
    }

    fn render(&self, path: &KeyPath, value: &Value) -> String {
        render::text(path, value, &|path| self.is_secret(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Layers, config};

    const FILE: &str = r##"
[bot]
prefix = "."

[network.irc]
server = "irc.example.org"
password = "hunter2"
rooms = ["#nuncio", { name = "#secret", key = "hunter2" }, { name = "#b", key = { env = "KEY" } }]
prefix = "-"

[room."r:irc:#Nuncio"]
prefix = "+"
plugin.dice.sides = 20
"##;

    #[test]
    fn every_value_is_shown_and_no_secret() {
        insta::assert_snapshot!(config(FILE).show(Show::default()), @r##"
        bot.address_by_name = true
        bot.name = "nuncio"
        bot.prefix = "."
        bot.unknown_commands = "silent"
        limits.calls = 1024
        limits.deadline = "30s"
        limits.flood_commands = 12
        limits.flood_ignored = "5m"
        limits.flood_invalid = 5
        limits.flood_invalid_ignored = "10m"
        limits.flood_span = "1m"
        limits.lane = 16
        limits.outbox = 4096
        limits.outbox_life = "1h"
        limits.session = "1d"
        limits.window = 64
        log.format = "text"
        log.level = "info"
        network.irc.password = (secret)
        network.irc.port = 6697
        network.irc.prefix = "-"
        network.irc.rooms = ["#nuncio", { key = (secret), name = "#secret" }, { key = { env = "KEY" }, name = "#b" }]
        network.irc.server = "irc.example.org"
        network.irc.tls = true
        plugin.dice.sides = 6
        policy.auto_register = false
        policy.default_allow = true
        policy.default_capabilities = ["-admin", "-trusted"]
        policy.default_ignore = false
        policy.owners = ["u:console:local"]
        policy.registered_capabilities = []
        policy.sudoers = []
        room."r:irc:#Nuncio".plugin.dice.sides = 20
        room."r:irc:#Nuncio".prefix = "+"
        store.durability = "process"
        store.keep_audit = "365d"
        store.keep_journal = "30d"
        "##);
    }

    #[test]
    fn origins_name_layer_file_line_and_column() {
        let layers = Layers::file("nuncio.toml", FILE)
            .and(Layer::Profile, "nuncio.x.toml", "network.irc.rooms = ['#x']\nbot.prefix = ','")
            .chat("log.level", "'debug'")
            .set("network.irc.password=hunter2");
        insta::assert_snapshot!(layers.config().show(Show { origin: true, room: None }), @r##"
        bot.address_by_name = true  # default: config/default.toml:7:19
        bot.name = "nuncio"  # default: config/default.toml:5:8
        bot.prefix = ","  # profile: nuncio.x.toml:2:14, replaces default: config/default.toml:6:10, replaces folder: nuncio.toml:3:10
        bot.unknown_commands = "silent"  # default: config/default.toml:8:20
        limits.calls = 1024  # default: config/default.toml:30:9
        limits.deadline = "30s"  # default: config/default.toml:29:12
        limits.flood_commands = 12  # default: config/default.toml:36:18
        limits.flood_ignored = "5m"  # default: config/default.toml:37:17
        limits.flood_invalid = 5  # default: config/default.toml:38:17
        limits.flood_invalid_ignored = "10m"  # default: config/default.toml:39:25
        limits.flood_span = "1m"  # default: config/default.toml:35:14
        limits.lane = 16  # default: config/default.toml:31:8
        limits.outbox = 4096  # default: config/default.toml:33:10
        limits.outbox_life = "1h"  # default: config/default.toml:34:15
        limits.session = "1d"  # default: config/default.toml:40:11
        limits.window = 64  # default: config/default.toml:32:10
        log.format = "text"  # default: config/default.toml:26:10
        log.level = "debug"  # chat: set by u:irc:ann at 2026-11-22T06:00:00Z, replaces default: config/default.toml:25:9
        network.irc.password = (secret)  # set: --set network.irc.password, replaces folder: nuncio.toml:7:12
        network.irc.port = 6697  # default: defaults of irc
        network.irc.prefix = "-"  # folder: nuncio.toml:9:10
        network.irc.rooms[0] = "#x"  # profile: nuncio.x.toml:1:22, replaces folder: nuncio.toml:8:9
        network.irc.server = "irc.example.org"  # folder: nuncio.toml:6:10
        network.irc.tls = true  # default: defaults of irc
        plugin.dice.sides = 6  # default: defaults of plugin dice
        policy.auto_register = false  # default: config/default.toml:13:17
        policy.default_allow = true  # default: config/default.toml:11:17
        policy.default_capabilities[0] = "-admin"  # default: config/default.toml:14:25
        policy.default_capabilities[1] = "-trusted"  # default: config/default.toml:14:35
        policy.default_ignore = false  # default: config/default.toml:12:18
        policy.owners[0] = "u:console:local"  # default: config/default.toml:16:11
        policy.registered_capabilities = []  # default: config/default.toml:15:27
        policy.sudoers = []  # default: config/default.toml:17:11
        room."r:irc:#Nuncio".plugin.dice.sides = 20  # folder: nuncio.toml:13:21
        room."r:irc:#Nuncio".prefix = "+"  # folder: nuncio.toml:12:10
        store.durability = "process"  # default: config/default.toml:20:14
        store.keep_audit = "365d"  # default: config/default.toml:22:14
        store.keep_journal = "30d"  # default: config/default.toml:21:16
        "##);
    }

    #[test]
    fn in_a_room_scoped_keys_show_what_holds_there() {
        let config = config(FILE);
        let room = config.identities().parse_room("r:irc:#nuncio").unwrap();
        let show = config.show(Show { origin: true, room: Some(&room) });
        let scoped =
            show.lines().filter(|line| line.starts_with("bot.") || line.starts_with("plugin."));
        insta::assert_snapshot!(scoped.collect::<Vec<_>>().join("\n"), @r#"
        bot.address_by_name = true  # default: config/default.toml:7:19
        bot.name = "nuncio"  # default: config/default.toml:5:8
        bot.prefix = "+"  # room."r:irc:#Nuncio".prefix, folder: nuncio.toml:12:10
        bot.unknown_commands = "silent"  # default: config/default.toml:8:20
        plugin.dice.sides = 20  # room."r:irc:#Nuncio".plugin.dice.sides, folder: nuncio.toml:13:21
        "#);
    }

    #[test]
    fn a_difference_shows_both_values_and_no_secret() {
        let new = Layers::file("nuncio.toml", FILE)
            .set("network.irc.password=hunter3")
            .set("bot.prefix=,")
            .set("store.path=/tmp/x")
            .config();
        let line = |difference: &Difference| {
            let show =
                |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
            format!("{}: {} -> {}", difference.path, show(&difference.old), show(&difference.new))
        };
        let lines: Vec<String> = config(FILE).diff(&new).iter().map(line).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        bot.prefix: "." -> ","
        network.irc.password: (secret) -> (secret)
        store.path: nothing -> "/tmp/x"
        "#);
    }

    #[test]
    fn what_chat_set_and_still_holds_is_listed() {
        let config = Layers::file("nuncio.toml", FILE)
            .chat("bot.prefix", "';'")
            .chat("bot.prefix", "','")
            .chat("room.\"r:irc:#b\".prefix", "','")
            .chat("log.level", "'debug'")
            .set("log.level=trace")
            .config();
        let line = |set: Difference| format!("{}: {:?} -> {:?}", set.path, set.old, set.new);
        let lines: Vec<String> = config.set_from_chat().into_iter().map(line).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        bot.prefix: Some("\".\"") -> Some("\",\"")
        room."r:irc:#b".prefix: None -> Some("\",\"")
        "#);
    }
}
