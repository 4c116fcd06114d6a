//! All layers merged, and where each value was written.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use figment::value::{Dict, Tag, Value};
use nuncio_core::config::Key;

use crate::build::kind;
use crate::locate;
use crate::mark::{Mark, Marks};
use crate::merge::Part;
use crate::path::{KeyPath, Step};
use crate::schema::{Schema, Tree};
use crate::section::Section;
use crate::source::{Place, Source};
use crate::value;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Where it was written.
    pub place: Place,
    /// Where it was written in lower layers, the lowest first; all of that is without effect.
    pub replaced: Vec<Place>,
}

/// The merged layers, checked against the declared keys.
pub(crate) struct Merged {
    pub(crate) schema: Schema,
    pub(crate) tree: Tree,
    pub(crate) folder: PathBuf,
    pub(crate) root: Dict,
    pub(crate) parts: Vec<Part>,
    pub(crate) marks: Marks,
    pub(crate) sources: Vec<Arc<Source>>,
}

/// Nothing of the values, among which are secrets.
impl fmt::Debug for Merged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sources.iter().map(|source| &source.name)).finish()
    }
}

impl Merged {
    pub(crate) fn value(&self, path: &KeyPath) -> Option<&Value> {
        value::get(&self.root, path)
    }

    /// The table at a path, as if it were empty when it is not there.
    pub(crate) fn table(&self, path: &KeyPath) -> Dict {
        match self.value(path) {
            Some(Value::Dict(_, table)) => table.clone(),
            _ => Dict::new(),
        }
    }

    pub(crate) fn section(&self, path: KeyPath) -> Section<'_> {
        let table = self.table(&path);
        Section::new(self, path, table)
    }

    /// The innermost declared key on the way to a path, and how many steps it is down.
    pub(crate) fn key(&self, path: &KeyPath) -> Option<(&Key, usize)> {
        self.tree.find(path, &|name| self.kind(name))
    }

    /// The kind of a configured network.
    pub(crate) fn kind(&self, name: &str) -> Option<String> {
        kind(name, self.value(&KeyPath::names(["network", name]))?)
    }

    /// Where a value was written.
    pub(crate) fn place(&self, path: &KeyPath) -> Option<Place> {
        let mark = self.mark(path)?;
        self.at(mark, mark.value.clone())
    }

    /// Where the key of a value was written.
    pub(crate) fn key_place(&self, path: &KeyPath) -> Option<Place> {
        let mark = self.mark(path)?;
        self.at(mark, mark.key.clone())
    }

    /// Where a part of a text value was written, given in bytes of the value.
    pub(crate) fn place_within(&self, path: &KeyPath, part: Range<usize>) -> Option<Place> {
        let mark = self.mark(path)?;
        let source = self.sources.get(mark.source)?;
        let raw = source.text.get(mark.value.clone())?;
        let part = if source.may_quote() { locate::within(raw, part) } else { part };
        let start = mark.value.start;
        self.at(mark, start + part.start..start + part.end)
    }

    pub(crate) fn origin(&self, path: &KeyPath) -> Option<Origin> {
        let winner = self.mark(path)?;
        let is_table = matches!(self.value(path), Some(Value::Dict(..)));
        let below = self.parts.iter().take_while(|part| part.source != winner.source);
        // Tables merge, and what is inside a `[[…]]` stands beside the others.
        let below = below.filter(|_| !is_table && !self.is_added(path));
        let tags = below.filter_map(|part| Some(value::get(&part.dict, path)?.tag()));
        let replaced = tags.filter_map(|tag| self.place_of(tag)).collect();
        Some(Origin { place: self.place(path)?, replaced })
    }

    /// Whether a path leads to or through a list written as `[[…]]`.
    fn is_added(&self, path: &KeyPath) -> bool {
        let heads = (1..=path.steps().len()).map(|count| path.head(count));
        heads.into_iter().any(|head| self.mark(&head).is_some_and(|mark| mark.adds))
    }

    fn place_of(&self, tag: Tag) -> Option<Place> {
        let mark = self.marks.get(tag)?;
        self.at(mark, mark.value.clone())
    }

    fn mark(&self, path: &KeyPath) -> Option<&Mark> {
        self.marks.get(self.value(path)?.tag())
    }

    fn at(&self, mark: &Mark, span: Range<usize>) -> Option<Place> {
        Some(Place { source: Arc::clone(self.sources.get(mark.source)?), span })
    }

    /// The names in a table, in order.
    pub(crate) fn names(&self, table: &str) -> impl Iterator<Item = &str> {
        let table = match self.root.get(table) {
            Some(Value::Dict(_, table)) => Some(table),
            _ => None,
        };
        table.into_iter().flat_map(Dict::keys).map(String::as_str)
    }

    /// The path inside a network or a room of a key that is declared scoped.
    pub(crate) fn scoped_tail(&self, path: &KeyPath) -> Option<KeyPath> {
        let (key, depth) = self.key(path)?;
        let whole = key.scoped && depth == path.steps().len();
        match path.steps() {
            [Step::Name(table), Step::Name(_)] if whole && table == "bot" => Some(path.tail(1)),
            [Step::Name(table), ..] if whole && table == "plugin" => Some(path.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source::Layer;
    use crate::testing::Layers;

    fn origin(layers: Layers, path: &str) -> String {
        let origin = layers.config().origin(&path.parse().unwrap()).unwrap();
        let places = std::iter::once(&origin.place).chain(&origin.replaced);
        places.map(ToString::to_string).collect::<Vec<_>>().join(" > ")
    }

    #[test]
    fn each_layer_stands_over_those_before_it() {
        let mut layers = Layers::default();
        let mut origins = vec![origin(layers.clone(), "bot.prefix")];
        for step in 0..6 {
            layers = match step {
                0 => layers.and(Layer::Folder, "nuncio.toml", "[bot]\nprefix = '1'"),
                1 => layers.and(Layer::Folder, "conf.d/a.toml", "bot.prefix = '2'"),
                2 => layers.and(Layer::Profile, "nuncio.staging.toml", "bot = { prefix = '3' }"),
                3 => layers.chat("bot.prefix", "'4'"),
                4 => layers.variable("NUNCIO_BOT__PREFIX", "5"),
                _ => layers.set("bot.prefix=6"),
            };
            let config = layers.clone().config();
            assert_eq!(config.bot().prefix, (step + 1).to_string());
            origins.push(config.origin(&"bot.prefix".parse().unwrap()).unwrap().place.to_string());
        }
        insta::assert_snapshot!(origins.join("\n"), @r"
        default: config/default.toml:6:10
        folder: nuncio.toml:2:10
        folder: conf.d/a.toml:1:14
        profile: nuncio.staging.toml:1:18
        chat: set by u:irc:ann at 2026-11-22T06:00:00Z
        environment: NUNCIO_BOT__PREFIX
        set: --set bot.prefix
        ");
    }

    #[test]
    fn a_later_list_replaces_an_earlier_one_and_the_origin_names_the_loser() {
        let layers = Layers::file("nuncio.toml", "[network.irc]\nrooms = ['#a', '#b']\n").and(
            Layer::Folder,
            "conf.d/x.toml",
            "[network.irc]\nrooms = ['#c']\n",
        );
        let config = layers.clone().config();
        assert_eq!(
            config.show_value(&"network.irc.rooms".parse().unwrap()).unwrap(),
            r##"["#c"]"##
        );
        let place = "folder: conf.d/x.toml:2:9 > folder: nuncio.toml:2:9";
        assert_eq!(origin(layers, "network.irc.rooms"), place);
    }

    #[test]
    fn lists_of_tables_append() {
        let layers = Layers::file("a.toml", "[[plugin.dice.table]]\nname = 'a'\n").and(
            Layer::Folder,
            "b.toml",
            "[[plugin.dice.table]]\nname = 'b'\n",
        );
        let config = layers.clone().config();
        let names =
            |index| config.show_value(&format!("plugin.dice.table[{index}].name").parse().unwrap());
        assert_eq!((names(0).unwrap(), names(1).unwrap()), ("\"a\"".into(), "\"b\"".into()));
        assert_eq!(names(2), None);
        assert_eq!(origin(layers.clone(), "plugin.dice.table[0].name"), "folder: a.toml:2:8");
        assert_eq!(origin(layers, "plugin.dice.table[1].name"), "folder: b.toml:2:8");
    }

    #[test]
    fn the_environment_says_what_its_key_asks_for() {
        let layers = Layers::file("nuncio.toml", "[network.irc]\npassword = { env = 'PASS' }")
            .variable("NUNCIO_NETWORK__IRC__PORT", "6667")
            .variable("NUNCIO_NETWORK__IRC__TLS", "false")
            .variable("NUNCIO_NETWORK__IRC__SERVER", "6667")
            .variable("NUNCIO_NETWORK__IRC__ROOMS", "['#a', { name = '#b' }]")
            .variable("NUNCIO_NETWORK__IRC__PASSWORD__FILE", "pass")
            .variable("HOME", "/root");
        let irc = |key: &str| {
            let config = layers.clone().config();
            config.show_value(&format!("network.irc.{key}").parse().unwrap()).unwrap()
        };
        assert_eq!(irc("port"), "6667");
        assert_eq!(irc("tls"), "false");
        assert_eq!(irc("server"), "\"6667\"");
        assert_eq!(irc("rooms"), r##"["#a", { name = "#b" }]"##);
        assert_eq!(irc("password"), r#"{ file = "pass" }"#);
    }
}
