//! The connection: how it is opened, and how far a transaction reaches.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::folder::{DATABASE, Folder};
use crate::{Durability, OpenError, Options, schema};

/// How many statements stay prepared: all that there are.
const STATEMENTS: usize = 32;

/// After how many pages of 4 KiB the log is written back: each time costs two waits for the disk,
/// and a log of 16 MiB is read again in some milliseconds after a crash.
const LOG_PAGES: u32 = 4096;

/// The database, which has one owner.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) connection: Connection,
    pub(crate) options: Options,
    // INVARIANT: what `PRAGMA synchronous` says.
    synchronous: Durability,
    // Freed last, when the connection is closed.
    _folder: Option<Folder>,
}

impl Database {
    /// Takes a state folder and opens its database, bringing it up to date.
    pub(crate) fn open(folder: &Path, options: Options) -> Result<Self, OpenError> {
        let folder = Folder::take(folder)?;
        let path = folder.database()?;
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Self::prepare(connection, &path, options, folder)
    }

    fn prepare(
        mut connection: Connection,
        path: &Path,
        options: Options,
        folder: Folder,
    ) -> Result<Self, OpenError> {
        schema::refuse_newer(&connection, path)?;
        let mode: String = connection
            .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
            .map_err(refused(path))?;
        if mode != "wal" {
            let why =
                format!("it stays in journal mode `{mode}`: this file system cannot share memory");
            return Err(OpenError::Database { path: path.to_owned(), why });
        }
        let synchronous = Durability::Power;
        connection
            .pragma_update(None, "synchronous", synchronous.pragma())
            .map_err(refused(path))?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES).map_err(refused(path))?;
        schema::upgrade(&mut connection, path)?;
        Ok(Self { connection, options, synchronous, _folder: Some(folder) })
    }

    /// Opens a database that a bot may be writing, only to read.
    pub(crate) fn open_to_read(folder: &Path) -> Result<Self, OpenError> {
        let path = folder.join(DATABASE);
        if !path.exists() {
            return Err(OpenError::Missing { path });
        }
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "query_only", true).map_err(refused(&path))?;
        schema::check(&connection, &path)?;
        let options = Options::default();
        Ok(Self { connection, options, synchronous: Durability::Power, _folder: None })
    }

    /// Begins a transaction that survives what `durability` says.
    pub(crate) fn begin(&mut self, durability: Durability) -> rusqlite::Result<Transaction<'_>> {
        // SQLite takes this pragma only outside of a transaction. A commit under FULL makes all
        // that was committed before it as durable: it syncs the log up to its own end.
        if self.synchronous != durability {
            self.connection.pragma_update(None, "synchronous", durability.pragma())?;
            self.synchronous = durability;
        }
        self.connection.transaction_with_behavior(TransactionBehavior::Immediate)
    }
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection, OpenError> {
    // One thread owns the connection, so that SQLite need not lock it.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(refused(path))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn refused(path: &Path) -> impl FnOnce(rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    move |error| OpenError::Database { path, why: error.to_string() }
}
