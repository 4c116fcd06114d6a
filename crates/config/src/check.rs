//! A merged configuration against the declared keys: unknown ones, wrong types, and text that
//! becomes what its key asks for.

pub(crate) mod fit;

use figment::value::{Dict, Tag, Value};
use nuncio_core::config::SecretSource;
use strsim::jaro_winkler;

use crate::mark::Marks;
use crate::path::{KeyPath, Step};
use crate::problem::{At, Finding};
use crate::schema::{Node, Tree};
use crate::source::Layer;

/// What is wrong with `root`, whose texts from the environment and the command line become typed.
pub(crate) fn check(root: &mut Dict, tree: &Tree, marks: &mut Marks) -> Checked {
    let mut checker = Checker { tree, marks, checked: Checked::default() };
    checker.table(root, &tree.root, &KeyPath::root());
    checker.checked
}

/// What a check found.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    pub(crate) findings: Vec<Finding>,
    /// The values that nobody is to be shown: secrets, and those of unknown keys, which may be.
    pub(crate) hidden: Vec<Tag>,
}

struct Checker<'a> {
    tree: &'a Tree,
    marks: &'a mut Marks,
    checked: Checked,
}

impl Checker<'_> {
    fn table(&mut self, table: &mut Dict, node: &Node, path: &KeyPath) {
        for (name, value) in table.iter_mut() {
            let path = path.name(name);
            match node.name(name) {
                None => self.unknown(value, &path, node),
                Some(_) if is_network(&path) => self.network(value, name, &path),
                Some(node) => self.value(value, node, &path),
            }
        }
    }

    fn value(&mut self, value: &mut Value, node: &Node, path: &KeyPath) {
        if let Some(key) = node.key {
            fit::coerce(value, &key.ty, self.marks);
            if key.is_secret() {
                self.hide_secret(value);
                self.not_from_chat(value, path);
            }
            if let Err(misfit) = fit::fit(value, &key.ty) {
                let message = format!("`{path}` is {}, not {}", misfit.wanted, misfit.found);
                let dotted = key.path.ends_with('>') && matches!(value, Value::Dict(..));
                let quotes = dotted.then(|| "put a name with dots in it in quotes".to_owned());
                let help = misfit.help.or(quotes);
                self.find(Finding::new(At::Value(misfit.tag), message).help(help));
                return;
            }
        }
        match value {
            Value::Dict(_, table) if node.is_table() => self.table(table, node, path),
            Value::Array(_, elements) => {
                let Some(each) = node.each() else { return };
                for (index, element) in elements.iter_mut().enumerate() {
                    self.element(element, each, &path.index(index));
                }
            }
            other if node.key.is_none() => {
                let message = format!("`{path}` is a table, not {}", fit::name(other));
                self.find(Finding::new(At::Value(other.tag()), message));
            }
            _ => {}
        }
    }

    /// An element that is not a table has nothing inside to check.
    fn element(&mut self, element: &mut Value, each: &Node, path: &KeyPath) {
        if matches!(element, Value::Dict(..)) {
            self.value(element, each, path);
        }
    }

    fn network(&mut self, value: &mut Value, name: &str, path: &KeyPath) {
        let Value::Dict(tag, table) = value else {
            let message = format!("`{path}` is a table, not {}", fit::name(value));
            self.find(Finding::new(At::Value(value.tag()), message));
            return self.hide(value);
        };
        let (kind, at) = match table.get("kind") {
            Some(Value::String(tag, kind)) => (kind.clone(), At::Value(*tag)),
            _ => (name.to_owned(), At::Key(*tag)),
        };
        if let Some(node) = self.tree.kind(&kind) {
            return self.table(table, node, path);
        }
        let kinds = self.tree.kinds();
        let finding = if table.contains_key("kind") {
            let all =
                || kinds.clone().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
            let help =
                suggestion(&kind, kinds.clone()).unwrap_or_else(|| format!("there are {}", all()));
            Finding::new(at, format!("there is no kind of network `{kind}`")).help(Some(help))
        } else {
            let message = format!("`{path}.kind` is missing");
            let help =
                kinds.map(|kind| format!("kind = \"{kind}\"")).collect::<Vec<_>>().join(" or ");
            Finding::new(at, message).help(Some(help))
        };
        self.find(finding);
        self.hide(value);
    }

    fn unknown(&mut self, value: &Value, path: &KeyPath, node: &Node) {
        let help = path.last_name().and_then(|name| suggestion(name, node.known()));
        let message = format!("there is no key `{path}`");
        self.find(Finding::new(At::Key(value.tag()), message).help(help));
        self.hide(value);
    }

    fn find(&mut self, finding: Finding) {
        self.checked.findings.push(finding);
    }

    /// Whoever can set keys from chat must not make the bot read a file or run a command.
    fn not_from_chat(&mut self, value: &Value, path: &KeyPath) {
        if self.marks.source_of(value.tag()).is_some_and(|source| source.layer == Layer::Chat) {
            let message = format!("`{path}` is a secret, and not set from chat");
            self.find(Finding::new(At::Value(value.tag()), message));
        }
    }

    /// Hides a secret, but not the name of the file or variable that holds it.
    fn hide_secret(&mut self, value: &Value) {
        match value {
            Value::Array(_, list) => list.iter().for_each(|value| self.hide_secret(value)),
            value => match value.deserialize() {
                Ok(SecretSource::File(_) | SecretSource::Env(_)) => {}
                _ => self.hide(value),
            },
        }
    }

    fn hide(&mut self, value: &Value) {
        match value {
            Value::Dict(_, table) => table.values().for_each(|value| self.hide(value)),
            Value::Array(_, list) => list.iter().for_each(|value| self.hide(value)),
            leaf => self.checked.hidden.push(leaf.tag()),
        }
    }
}

fn is_network(path: &KeyPath) -> bool {
    matches!(path.steps(), [Step::Name(table), Step::Name(_)] if table == "network")
}

/// `did you mean …?`, if one of the known names is close.
pub(crate) fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let close = known.map(|known| (jaro_winkler(name, known), known));
    let best = close.filter(|(score, _)| *score >= 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, known)| format!("did you mean `{known}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Layers;

    #[test]
    fn everything_wrong_is_said_at_once_and_where() {
        let text = "
[bot]
prefx = '!'
prefix = 5
unknown_commands = 'replay'

[network.irc]
port = 70000
rooms = ['#a', 5, { nam = '#b' }]

[network.oftc]
server = 'irc.oftc.net'

[network.foo]
kind = 'ric'

[plugin.dcie]
sides = 2

[limits]
deadline = 'soon'
calls = 0

[bots]

[policy]
owners = 'u:irc:ann'
";
        insta::assert_snapshot!(Layers::file("nuncio.toml", text).problems(), @r#"
        folder: nuncio.toml:3:1: there is no key `bot.prefx` (did you mean `prefix`?)
        folder: nuncio.toml:4:10: `bot.prefix` is text, not this number
        folder: nuncio.toml:5:20: `bot.unknown_commands` is `"silent"` or `"reply"`, not this text (did you mean `reply`?)
        folder: nuncio.toml:8:8: `network.irc.port` is a whole number from 1 to 65535, not this number
        folder: nuncio.toml:9:16: `network.irc.rooms` is text or a table, not this number
        folder: nuncio.toml:11:10: `network.oftc.kind` is missing (kind = "irc")
        folder: nuncio.toml:15:8: there is no kind of network `ric` (there are `irc`)
        folder: nuncio.toml:17:9: there is no key `plugin.dcie` (did you mean `dice`?)
        folder: nuncio.toml:21:12: `limits.deadline` is a length of time such as `"5m"`, not this text
        folder: nuncio.toml:22:9: `limits.calls` is a whole number from 1 to 1000000, not this number
        folder: nuncio.toml:24:2: there is no key `bots` (did you mean `bot`?)
        folder: nuncio.toml:27:10: `policy.owners` is a list of which each is text, not this text
        "#);
    }

    #[test]
    fn what_is_wrong_with_the_policy_is_said_with_the_rest() {
        let text = "bot.prefx = '!'\n[policy]\nowners = ['ann']\nbw_list = 'w * *; x * *'";
        insta::assert_snapshot!(Layers::file("nuncio.toml", text).problems(), @r"
        folder: nuncio.toml:1:5: there is no key `bot.prefx` (did you mean `prefix`?)
        folder: nuncio.toml:3:12: `ann` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`
        folder: nuncio.toml:4:19: `x` is not a colour (write `b` to forbid or `w` to lift)
        ");
    }

    #[test]
    fn a_name_with_dots_wants_quotes() {
        let layers = Layers::file("nuncio.toml", "[rename]\nmusic.play = 'music.start'");
        insta::assert_snapshot!(layers.problems(), @"folder: nuncio.toml:2:1: `rename.music` is text, not a table (put a name with dots in it in quotes)");
    }

    #[test]
    fn a_rule_list_in_two_files_names_both() {
        let layers = Layers::file("nuncio.toml", "[policy]\nbw_list = ['b * *']").and(
            Layer::Folder,
            "conf.d/a.toml",
            "policy.bw_list = []",
        );
        insta::assert_snapshot!(layers.report(), @r"
          x `policy.bw_list` is set in `nuncio.toml` and in `conf.d/a.toml`
           ,-[conf.d/a.toml:1:8]
         1 | policy.bw_list = []
           :        ^^^^^^^
           `----
          help: the order of its rules decides: keep them in one file

        Advice: 
          > it is set here too
           ,-[nuncio.toml:2:1]
         1 | [policy]
         2 | bw_list = ['b * *']
           : ^^^^^^^
           `----
        ");
    }

    #[test]
    fn the_environment_and_the_command_line_are_checked_too() {
        let layers = Layers::default()
            .variable("NUNCIO_BOT__PREFX", "hunter2")
            .variable("NUNCIO_LIMITS__CALLS", "many")
            .variable("NUNCIO_BOT_PREFIX", "!")
            .variable("NUNCIO_NETWORK__IRC__ROOMS", "['#a', 5]")
            .set("bot.prefix")
            .set("bot prefix=x")
            .set("policy.owners[0]=u:irc:ann");
        insta::assert_snapshot!(layers.problems(), @r"
        `NUNCIO_BOT_PREFIX` is no key, and is ignored (`__` stands between levels: `NUNCIO_BOT__…`)
        `--set bot.prefix…`: a `=` and the value are missing (write `--set key=value`)
        `--set bot…`: a `=` and the value are missing (write `--set key=value`)
        environment: NUNCIO_BOT__PREFX: there is no key `bot.prefx` (did you mean `prefix`?)
        environment: NUNCIO_LIMITS__CALLS: `limits.calls` is a whole number from 1 to 1000000, not this text
        environment: NUNCIO_NETWORK__IRC__ROOMS: `network.irc.rooms` is text or a table, not this number
        set: --set policy.owners[0]: `policy.owners[0]` is an element of a list: set the whole list
        ");
    }

    #[test]
    fn what_was_set_from_chat_and_no_longer_fits_is_left_out() {
        let layers = Layers::default()
            .chat("bot.prefix", "'?'")
            .chat("bot.address_by_name", "5")
            .chat("bot.gone", "5")
            .chat("network.irc.password.command", "['reboot']")
            .chat("network.irc.password", "hunter2")
            .chat("policy.owners", "['u:irc:eve']")
            .chat("bot..name", "'x'");
        let config = layers.config();
        assert_eq!((config.bot().prefix.as_str(), config.bot().name.as_str()), ("?", "nuncio"));
        assert_eq!(config.settings().len(), 7);
        insta::assert_snapshot!(config.warnings(), @r"
        chat: set by u:irc:ann at 2026-11-22T06:00:00Z: `bot.address_by_name` is `true` or `false`, not this text
        chat: set by u:irc:ann at 2026-11-22T06:00:00Z: there is no key `bot.gone`
        chat: set by u:irc:ann at 2026-11-22T06:00:00Z: `network.irc.password` is a secret, and not set from chat
        chat: set by u:irc:ann at 2026-11-22T06:00:00Z: `network.irc.password` is a secret, and not set from chat
        chat: set by u:irc:ann at 2026-11-22T06:00:00Z: `policy.owners` is policy, and not set from chat
        chat: set by u:irc:ann at 2026-11-22T06:00:00Z: a name is expected at `.name`: put one with other than letters, digits, `_` and `-` in quotes
        ");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_in_any_layer(text in r#"([a-z]{0,4}|[\[\]{}=.,"'#\n \\]|bot|network|irc|5){0,30}"#) {
            let layers = Layers::file("nuncio.toml", &text).chat(&text, &text).set(&text);
            let layers = layers.variable(&format!("NUNCIO_{text}"), &text);
            if let Ok(config) = layers.build() {
                for path in config.paths() {
                    assert!(config.origin(&path).is_some(), "{path}");
                }
            }
        }
    }

    #[test]
    fn no_secret_is_in_any_report() {
        for text in [
            "[network.irc]\npassword = 'hunter2'\nport = 'x'",
            "[network.irc]\npassword = { text = 'hunter2' }",
            "[network.irc]\npassword = { command = ['echo', 'hunter2'], env = 'hunter2' }",
            "[network.irc]\npassword = ['hunter2']",
            "[network.irc]\nrooms = [{ name = '#a', key = 'hunter2', x = 1 }]",
            "[network.irc]\npasswrd = 'hunter2'",
            "[network.ric]\npassword = 'hunter2'",
            "[network.irc]\npassword = hunter2",
            "[network.irc]\npassword = 'hunter2",
            "[network.irc]\npassword = \"\"\"\nhunter2=\n",
            "[network.irc]\npassword = 'hunter2' 'hunter2'",
        ] {
            let report = Layers::file("nuncio.toml", text).report();
            assert!(report.contains("nuncio.toml:"), "{report}");
            assert!(!report.contains("hunter2"), "{report}");
        }
        for layers in [
            Layers::default().set("network.ric.password=hunter2"),
            Layers::default().variable("NUNCIO_PASSWORD__X", "hunter2"),
            Layers::default().set("network.irc.password=hunter2").set("x=1"),
            Layers::default().set("network.irc.=hunter2"),
        ] {
            let report = layers.report();
            assert!(!report.contains("hunter2"), "{report}");
        }
    }
}
