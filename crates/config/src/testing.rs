//! What the tests of this crate share: a transport, a plugin, and files that are not there.

use std::path::PathBuf;

use miette::{GraphicalReportHandler, GraphicalTheme};
use nuncio_core::config::OnReload::Reconnect;
use nuncio_core::config::{Key, Type};
use nuncio_core::store::SettingWrite;

use crate::build::{Entries, build};
use crate::config::Config;
use crate::loader::DEFAULTS;
use crate::problem::Problems;
use crate::schema::Schema;
use crate::source::{Home, Layer, Source};

pub(crate) const IRC: &[Key] = &[
    Key::new("server", Type::Text, "The server's name.").on_reload(Reconnect),
    Key::new("port", Type::Integer { min: 1, max: 65535 }, "The server's port.")
        .default("6697")
        .on_reload(Reconnect),
    Key::new("tls", Type::Bool, "Whether the connection is encrypted.")
        .default("true")
        .on_reload(Reconnect),
    Key::new("password", Type::Secret, "The server's password.").on_reload(Reconnect),
    Key::new("casemapping", Type::Choice(&["rfc1459", "ascii"]), "How names are compared."),
    Key::new("rooms", Type::List(&Type::OneOf(&[Type::Text, Type::Table])), "The rooms to join."),
    Key::new("rooms[].name", Type::Text, "The room's name."),
    Key::new("rooms[].key", Type::Secret, "The room's key."),
];

pub(crate) const DICE: &[Key] = &[
    Key::new("sides", Type::Integer { min: 2, max: 1000 }, "How many sides a die has.")
        .default("6")
        .scoped(),
    Key::new("table", Type::List(&Type::Table), "Loaded dice."),
    Key::new("table[].name", Type::Text, "The name of one."),
];

pub(crate) fn schema() -> Schema {
    Schema::new().transport("irc", IRC).plugin("dice", DICE)
}

/// Layers that no file holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layers {
    documents: Vec<Source>,
    entries: Entries,
}

impl Layers {
    pub(crate) fn file(name: &str, text: &str) -> Self {
        Self::default().and(Layer::Folder, name, text)
    }

    pub(crate) fn and(mut self, layer: Layer, name: &str, text: &str) -> Self {
        self.documents.push(Source::new(layer, Home::File(PathBuf::from(name)), text.to_owned()));
        self
    }

    pub(crate) fn chat(mut self, key: &str, value: &str) -> Self {
        let at = "2026-11-22T06:00:00Z".parse().unwrap();
        let (key, value) = (key.to_owned(), Some(value.to_owned()));
        self.entries.settings.push(SettingWrite { key, value, by: "u:irc:ann".to_owned(), at });
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.entries.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn set(mut self, set: &str) -> Self {
        self.entries.sets.push(set.to_owned());
        self
    }

    pub(crate) fn build(self) -> Result<Config, Problems> {
        let shipped = Source::new(Layer::Default, Home::Shipped, DEFAULTS.to_owned());
        let documents = std::iter::once(shipped).chain(self.documents).collect();
        build(schema(), PathBuf::new(), documents, self.entries)
    }

    /// The configuration, which has to be without errors.
    pub(crate) fn config(self) -> Config {
        self.build().unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// What is wrong, a line each.
    pub(crate) fn problems(self) -> String {
        self.build().unwrap_err().to_string()
    }

    /// What is wrong, as an operator sees it.
    pub(crate) fn report(self) -> String {
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::none()).with_width(100);
        let mut text = String::new();
        for problem in self.build().unwrap_err() {
            handler.render_report(&mut text, &problem).unwrap();
        }
        text
    }
}

pub(crate) fn config(text: &str) -> Config {
    Layers::file("nuncio.toml", text).config()
}
