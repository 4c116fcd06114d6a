//! A table of a configuration, for whoever knows its type.

use std::fmt;

use figment::error::Kind;
use figment::value::{Dict, Value};
use nuncio_core::config::Type;
use serde::de::DeserializeOwned;

use crate::check::suggestion;
use crate::merged::Merged;
use crate::path::KeyPath;
use crate::problem::Problem;

/// A table of a configuration, to be read into a type of its reader's own.
///
/// The type should `deny_unknown_fields`. Relative paths of keys that are declared as such are made
/// to begin in [`Config::folder`](crate::Config::folder).
#[derive(Clone)]
pub struct Section<'a> {
    merged: &'a Merged,
    path: KeyPath,
    table: Dict,
}

impl<'a> Section<'a> {
    pub(crate) const fn new(merged: &'a Merged, path: KeyPath, table: Dict) -> Self {
        Self { merged, path, table }
    }

    /// Where the table stands.
    pub const fn path(&self) -> &KeyPath {
        &self.path
    }

    /// Whether it holds nothing, as a table that is not there does.
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The names in it, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.table.keys().map(String::as_str)
    }

    /// Reads the table.
    ///
    /// # Errors
    ///
    /// What does not fit the type, at its place.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        // A tag of figment's own says nothing about the place: errors name the path.
        let mut value = Value::from(self.table.clone());
        self.anchor(&mut value, &self.path);
        value.deserialize().map_err(|error| self.problem(&error))
    }

    /// Makes relative paths begin in the bot's folder.
    fn anchor(&self, value: &mut Value, path: &KeyPath) {
        match value {
            Value::Dict(_, table) => {
                for (name, value) in table {
                    self.anchor(value, &path.name(name));
                }
            }
            Value::Array(_, list) => {
                for (index, value) in list.iter_mut().enumerate() {
                    self.anchor(value, &path.index(index));
                }
            }
            Value::String(_, text) if self.is_path(path) => {
                if let Some(anchored) = self.merged.folder.join(&*text).to_str() {
                    anchored.clone_into(text);
                }
            }
            _ => {}
        }
    }

    fn is_path(&self, path: &KeyPath) -> bool {
        let key = self.merged.key(path);
        key.is_some_and(|(key, _)| matches!(key.ty, Type::Path | Type::List(Type::Path)))
    }

    fn problem(&self, error: &figment::Error) -> Problem {
        let path = error.path.iter().fold(self.path.clone(), |path, name| {
            match (self.merged.value(&path), name.parse()) {
                (Some(Value::Array(..)), Ok(index)) => path.index(index),
                _ => path.name(name),
            }
        });
        let place = self.merged.place(&path).or_else(|| self.merged.key_place(&self.path));
        match &error.kind {
            Kind::MissingField(name) => {
                let path = path.name(name);
                Problem::error(format!("`{path}` is missing"), place)
            }
            Kind::UnknownField(name, known) => {
                let problem = Problem::error(
                    format!("there is no key `{path}`"),
                    self.merged.key_place(&path).or(place),
                );
                match suggestion(name, known.iter().copied()) {
                    Some(help) => problem.with_help(help),
                    None => problem,
                }
            }
            // The value itself stays out of the message: it may be a secret.
            Kind::InvalidType(_, wanted)
            | Kind::InvalidValue(_, wanted)
            | Kind::InvalidLength(_, wanted) => {
                Problem::error(format!("`{path}` is not {wanted}"), place)
            }
            Kind::UnknownVariant(_, known) => {
                let known = known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>();
                Problem::error(format!("`{path}` is not {}", known.join(" or ")), place)
            }
            other => Problem::error(format!("`{path}`: {other}"), place),
        }
    }
}

/// Nothing of the values, among which may be secrets.
impl fmt::Debug for Section<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({})", self.path)
    }
}

/// One `[network.<name>]`.
#[derive(Debug, Clone)]
pub struct NetworkSection<'a> {
    /// Its name: the `<proto>` of every identity on it.
    pub name: String,
    /// Which transport serves it.
    pub kind: String,
    /// The keys of the transport, its kind included even where it is left out, and without scoped
    /// keys.
    pub section: Section<'a>,
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde::Deserialize;

    use crate::testing::config;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Narrow {
        kind: String,
        server: String,
        port: u8,
        tls: bool,
    }

    fn parse(text: &str) -> String {
        let config = config(text);
        let network = config.network("irc").unwrap();
        let problem = network.section.parse::<Narrow>().unwrap_err();
        crate::Problems::from(problem).to_string()
    }

    #[test]
    fn what_does_not_fit_a_readers_type_is_blamed_where_it_stands() {
        insta::assert_snapshot!(parse("[network.irc]\n"), @"default: defaults of irc: `network.irc.port` is not u8");
        insta::assert_snapshot!(parse("[network.irc]\nserver = 'x'\nport = 6667"), @"folder: nuncio.toml:3:8: `network.irc.port` is not u8");
        insta::assert_snapshot!(parse("[network.irc]\nserver = 'x'\nport = 6\npassword = 'hunter2'"), @"folder: nuncio.toml:4:1: there is no key `network.irc.password`");
    }

    #[test]
    fn paths_begin_in_the_bots_folder() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[log]\nfile = 'nuncio.log'\n[store]\npath = '/var/lib/x.db'\n";
        std::fs::write(folder.path().join("nuncio.toml"), text).unwrap();
        let files = crate::Files::Folder(folder.path().to_owned());
        let config =
            crate::Loader { files, ..crate::Loader::new(crate::Schema::new()) }.load().unwrap();
        assert_eq!(config.log().file, Some(folder.path().join("nuncio.log")));
        assert_eq!(config.store().path, Some(PathBuf::from("/var/lib/x.db")));
    }
}
