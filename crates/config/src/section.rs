//! A table of a configuration, for whoever knows its type.

use std::fmt;

use figment::error::Kind;
use figment::value::{Dict, Value};
use serde::de::DeserializeOwned;

use crate::check::suggestion;
use crate::merged::Merged;
use crate::path::KeyPath;
use crate::problem::Problem;

/// A table of a configuration, to be read into a type of its reader's own.
///
/// The type should `deny_unknown_fields`; relative paths in it begin in [`Config::folder`](crate::Config::folder).
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
        let value = Value::from(self.table.clone());
        value.deserialize().map_err(|error| self.problem(&error))
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
    /// The keys of the transport, without the kind and without scoped keys.
    pub section: Section<'a>,
}
