//! What a reload has to do.

use std::collections::{BTreeMap, BTreeSet};

use nuncio_core::config::OnReload;

use crate::config::Config;
use crate::path::{KeyPath, Step};

/// What differs between the configuration in force and a new one, by what it takes to apply it.
///
/// A command or file behind a secret is not looked into: where only its contents changed, nothing
/// did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The keys that hold from now on.
    pub live: Vec<KeyPath>,
    /// The networks that connect anew, each with the keys that make it.
    pub reconnect: BTreeMap<String, Vec<KeyPath>>,
    /// The keys that hold when the bot is started again, and not before.
    pub restart: Vec<KeyPath>,
    /// The networks that are new. One whose kind changed is both removed and added.
    pub added: BTreeSet<String>,
    /// The networks that are gone.
    pub removed: BTreeSet<String>,
}

impl Changes {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Config {
    /// What applying `new` in place of this one takes.
    pub fn changes(&self, new: &Self) -> Changes {
        let mut changes = Changes::default();
        for name in self.merged.names("network").chain(new.merged.names("network")) {
            let (old, new) = (self.merged.kind(name), new.merged.kind(name));
            if old != new {
                old.map(|_| changes.removed.insert(name.to_owned()));
                new.map(|_| changes.added.insert(name.to_owned()));
            }
        }
        for path in self.changed(new) {
            let key = new.merged.key(&path).or_else(|| self.merged.key(&path));
            let on_reload = key.map_or(OnReload::Live, |(key, _)| key.on_reload);
            changes.sort(path, on_reload);
        }
        changes
    }
}

impl Changes {
    fn sort(&mut self, path: KeyPath, on_reload: OnReload) {
        let network = match path.steps() {
            [Step::Name(table), Step::Name(name), ..] if table == "network" => Some(name.clone()),
            _ => None,
        };
        match (on_reload, network) {
            (_, Some(name)) if self.added.contains(&name) || self.removed.contains(&name) => {}
            (OnReload::Reconnect, Some(name)) => self.reconnect.entry(name).or_default().push(path),
            (OnReload::Live, _) => self.live.push(path),
            (OnReload::Reconnect | OnReload::Restart, _) => self.restart.push(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Layers, config};

    const OLD: &str = r#"
[network.irc]
server = "irc.example.org"
password = { file = "pass" }

[network.oftc]
kind = "irc"
server = "irc.oftc.net"
"#;

    fn changes(new: Layers) -> String {
        let changes = config(OLD).changes(&new.config());
        let list = |paths: &[KeyPath]| {
            paths.iter().map(|path| format!(" {path}")).collect::<Vec<_>>().concat()
        };
        let reconnect =
            changes.reconnect.iter().map(|(name, paths)| format!(" {name}:{}", list(paths)));
        format!(
            "live{}; reconnect{}; restart{}; added {:?}; removed {:?}",
            list(&changes.live),
            reconnect.collect::<Vec<_>>().concat(),
            list(&changes.restart),
            changes.added,
            changes.removed
        )
    }

    #[test]
    fn nothing_changed_is_nothing_to_do() {
        let new = Layers::file("other.toml", &format!("# the same, elsewhere\n{OLD}")).config();
        assert!(config(OLD).changes(&new).is_empty());
    }

    #[test]
    fn each_key_says_what_its_change_takes() {
        let new = Layers::file("nuncio.toml", OLD)
            .set("bot.prefix=?")
            .set("bot.name=herald")
            .set("network.irc.port=6667")
            .set("network.irc.prefix=.")
            .set("network.oftc.password.env=PASS")
            .set("room.\"r:irc:#a\".prefix=.");
        insta::assert_snapshot!(changes(new), @r#"live bot.prefix network.irc.prefix room."r:irc:#a".prefix; reconnect irc: network.irc.port oftc: network.oftc.password; restart bot.name; added {}; removed {}"#);
    }

    #[test]
    fn networks_come_and_go() {
        let new = "[network.irc]\nserver = 'irc.example.org'\npassword = { file = 'pass' }\n[network.libera]\nkind = 'irc'";
        insta::assert_snapshot!(changes(Layers::file("nuncio.toml", new)), @r#"live; reconnect; restart; added {"libera"}; removed {"oftc"}"#);
    }

    #[test]
    fn another_way_to_a_secret_reconnects() {
        let new = Layers::file("nuncio.toml", OLD).set("network.irc.password.file=other");
        insta::assert_snapshot!(changes(new), @"live; reconnect irc: network.irc.password; restart; added {}; removed {}");
    }
}
