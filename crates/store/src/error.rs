//! Why a state folder cannot be opened, and what SQLite says in the words of the contract.

use std::io;
use std::path::PathBuf;

use nuncio_core::store::StoreError;
use rusqlite::Row;

/// Why a state folder cannot be opened. The database in it, if any, is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file system refused.
    #[error("cannot use the state folder: `{}` cannot be {doing}", path.display())]
    Folder {
        /// The folder, or a file in it.
        path: PathBuf,
        /// What was tried: `created`, `read`, `locked`.
        doing: &'static str,
        /// What the file system says.
        #[source]
        source: io::Error,
    },
    /// Others than the folder's owner may write to it.
    #[error("others can write to the state folder `{}`; run `chmod go-w` on it, or choose another", path.display())]
    Shared {
        /// The folder.
        path: PathBuf,
    },
    /// Another bot has it open.
    #[error("the state folder `{}` is in use by another bot; stop that one, or give this one a folder of its own", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// There is no database in it yet.
    #[error("there is no database at `{}`; start the bot once", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// A newer version wrote the database.
    #[error("the database `{}` has version {found} and this program knows versions up to {known}; use the newer program, or restore a backup", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The latest that this program knows.
        known: usize,
    },
    /// An older version wrote the database, which is only to be read.
    #[error("the database `{}` has version {found} and this program reads version {known}; start the bot once", path.display())]
    Older {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The one that this program reads.
        known: usize,
    },
    /// SQLite refused.
    #[error("the database `{}` cannot be opened: {why}", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        why: String,
    },
}

/// What SQLite refused.
pub(crate) fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| StoreError::Failed { doing, why: error.to_string() }
}

/// That a row, which its first column names, holds what is no such thing.
pub(crate) fn unreadable(what: &'static str, row: &Row<'_>, error: &rusqlite::Error) -> StoreError {
    let name = row.get::<_, String>(0).unwrap_or_default();
    StoreError::Unreadable { what, why: format!("`{name}`: {}", reason(error)) }
}

/// What is wrong with a row.
pub(crate) fn reason(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::FromSqlConversionFailure(_, _, why) => why.to_string(),
        other => other.to_string(),
    }
}
