//! The versions of the database, each a numbered file of SQL.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations, SchemaVersion};

use crate::OpenError;

/// A released one is never edited: a change of the tables is a file more.
const STEPS: &[M<'_>] = &[
    M::up(include_str!("../migrations/0001_tables.sql")).comment("journal, outbox, values, audit"),
    M::up(include_str!("../migrations/0002_managed.sql")).comment("what is managed of the policy"),
    M::up(include_str!("../migrations/0003_cursors.sql")).comment("how far archives were heard"),
];

/// Refuses a database that a newer program wrote.
pub(crate) fn refuse_newer(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    version(connection, path).map(drop)
}

/// Brings a database to the version of this program.
pub(crate) fn upgrade(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let found = version(connection, path)?;
    if found < STEPS.len() {
        tracing::info!(from = found, to = STEPS.len(), "Bringing the database up to date.");
    }
    Migrations::from_slice(STEPS).to_latest(connection).map_err(refused(path))
}

/// Checks that a database has the version of this program.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let (found, known) = (version(connection, path)?, STEPS.len());
    if found == known {
        return Ok(());
    }
    Err(OpenError::Older { path: path.to_owned(), found, known })
}

fn version(connection: &Connection, path: &Path) -> Result<usize, OpenError> {
    let version = Migrations::from_slice(STEPS).current_version(connection);
    match version.map_err(refused(path))? {
        SchemaVersion::NoneSet => Ok(0),
        SchemaVersion::Inside(version) => Ok(version.get()),
        SchemaVersion::Outside(found) => {
            let (path, found, known) = (path.to_owned(), found.get(), STEPS.len());
            Err(OpenError::Newer { path, found, known })
        }
    }
}

fn refused(path: &Path) -> impl FnOnce(rusqlite_migration::Error) -> OpenError {
    let path = path.to_owned();
    move |error| {
        let why = match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => err.to_string(),
            error => error.to_string(),
        };
        OpenError::Database { path, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_make_a_database() {
        Migrations::from_slice(STEPS).validate().unwrap();
    }

    #[test]
    fn each_file_of_sql_is_a_step() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), STEPS.len());
    }
}
