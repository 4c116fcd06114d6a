//! Writing: a batch together, or, where that fails, each set alone.

use std::slice;

use nuncio_core::store::{
    CursorWrite, JournalRow, JournalState, OutboxMove, OutboxRow, OutboxState, StoreError, WriteSet,
};
use nuncio_policy::RowWrite;
use rusqlite::{CachedStatement, Connection, ErrorCode, params};

use crate::Durability;
use crate::codec::{Json, Micros};
use crate::database::Database;
use crate::error::failed;
use crate::moot::Moot;

const JOURNAL: &str = "
    INSERT INTO journal (network, key, at, command, speaker, notice)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (network, key) DO UPDATE SET
        at = excluded.at, command = excluded.command, speaker = excluded.speaker,
        notice = excluded.notice
    WHERE journal.notice IS NOT NULL OR excluded.notice IS NULL";

const ADD: &str = "
    INSERT INTO outbox (key, at, draft, bared, state, why, attempts)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (key) DO NOTHING";

const MOVE: &str = "
    UPDATE outbox SET state = ?2, why = ?3, attempts = attempts + (?2 = 'handed') WHERE key = ?1";

const ARRIVED: &str = "DELETE FROM outbox WHERE key = ?1";

const KEEP: &str = "
    INSERT INTO value (scope, key, value) VALUES (?1, ?2, ?3)
    ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value";

const FORGET: &str = "DELETE FROM value WHERE scope = ?1 AND key = ?2";

const SET: &str = "
    INSERT INTO setting (key, value, by, at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, by = excluded.by, at = excluded.at";

const RESET: &str = "DELETE FROM setting WHERE key = ?1";

const AUDIT: &str = "
    INSERT INTO audit (number, at, who, evidence, what, place, outcome, because, change)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

const PUT: &str = "
    INSERT INTO managed (key, value, audit) VALUES (?1, ?2, ?3)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, audit = excluded.audit";

const DELETE: &str = "DELETE FROM managed WHERE key = ?1";

const REACH: &str = "
    INSERT INTO cursor (network, source, position, at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (network, source) DO UPDATE SET position = excluded.position, at = excluded.at";

const LOSE: &str = "DELETE FROM cursor WHERE network = ?1 AND source = ?2";

/// Commits sets in their order. Answers one result for each.
pub(crate) fn commit(database: &mut Database, sets: &[WriteSet]) -> Vec<Result<(), StoreError>> {
    match together(database, sets) {
        Ok(()) => vec![Ok(()); sets.len()],
        Err(error) if sets.len() == 1 || is_about_all(&error) => {
            vec![Err(failed("commit")(error)); sets.len()]
        }
        // One of them cannot be written, and it is not to take the others with it.
        Err(_) => sets.iter().flat_map(|set| commit(database, slice::from_ref(set))).collect(),
    }
}

/// Whether the database refuses, whatever is written to it: then it need not be asked again for
/// each set, which takes seconds where another program holds it locked.
fn is_about_all(error: &rusqlite::Error) -> bool {
    use ErrorCode as Code;
    matches!(
        error.sqlite_error_code(),
        Some(
            Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::DiskFull
                | Code::SystemIoFailure
                | Code::DatabaseCorrupt
                | Code::NotADatabase
                | Code::ReadOnly
                | Code::CannotOpen
                | Code::OutOfMemory
        )
    )
}

/// Commits sets in one transaction, or none of them.
fn together(database: &mut Database, sets: &[WriteSet]) -> rusqlite::Result<()> {
    let transaction = database.begin(durability(database.options.durability, sets))?;
    let mut books = Books::open(&transaction)?;
    let moot = Moot::in_batch(sets);
    for (index, set) in sets.iter().enumerate() {
        if let Some(row) = &set.journal {
            books.journal(row)?;
        }
        for row in set.outputs.iter().filter(|row| !moot.covers(&row.key, index)) {
            books.add(row)?;
        }
        for change in &set.moves {
            if change.to.is_none() || !moot.covers(&change.key, index) {
                books.change_state(change)?;
            }
        }
        keep(&transaction, set)?;
    }
    drop(books);
    transaction.commit()
}

/// What a batch has to survive.
fn durability(configured: Durability, sets: &[WriteSet]) -> Durability {
    if sets.iter().any(WriteSet::is_always_durable) { Durability::Power } else { configured }
}

/// What every set writes: its statements are looked up once for a batch.
struct Books<'a> {
    journal: CachedStatement<'a>,
    add: CachedStatement<'a>,
    arrived: CachedStatement<'a>,
    moved: CachedStatement<'a>,
}

impl<'a> Books<'a> {
    fn open(connection: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            journal: connection.prepare_cached(JOURNAL)?,
            add: connection.prepare_cached(ADD)?,
            arrived: connection.prepare_cached(ARRIVED)?,
            moved: connection.prepare_cached(MOVE)?,
        })
    }

    fn journal(&mut self, row: &JournalRow) -> rusqlite::Result<()> {
        let notice = match &row.state {
            JournalState::Started { notice } => Some(Json(notice)),
            JournalState::Done => None,
        };
        let (network, key) = (row.network.as_str(), row.key.as_str());
        let (command, at) = (row.command.as_str(), Micros(row.at));
        self.journal.execute(params![network, key, at, command, row.speaker, notice])?;
        Ok(())
    }

    fn add(&mut self, row: &OutboxRow) -> rusqlite::Result<()> {
        let bared = row.draft.output.action.without_secret().is_some();
        let (state, why) = state(&row.state);
        let (key, at, draft) = (row.key.as_str(), Micros(row.at), Json(&row.draft));
        self.add.execute(params![key, at, draft, bared, state, why, row.attempts])?;
        Ok(())
    }

    fn change_state(&mut self, change: &OutboxMove) -> rusqlite::Result<()> {
        let key = change.key.as_str();
        match &change.to {
            None => self.arrived.execute([key])?,
            Some(to) => {
                let (state, why) = state(to);
                self.moved.execute(params![key, state, why])?
            }
        };
        Ok(())
    }
}

/// How an output stands, in the words of the table.
fn state(state: &OutboxState) -> (&'static str, Option<&str>) {
    match state {
        OutboxState::Queued => ("queued", None),
        OutboxState::Handed => ("handed", None),
        OutboxState::Dead { why } => ("dead", Some(why)),
    }
}

fn keep(connection: &Connection, set: &WriteSet) -> rusqlite::Result<()> {
    for write in &set.values {
        let (scope, key) = (write.scope.as_str(), &write.key);
        match &write.value {
            Some(value) => connection.prepare_cached(KEEP)?.execute(params![scope, key, value])?,
            None => connection.prepare_cached(FORGET)?.execute(params![scope, key])?,
        };
    }
    for write in &set.settings {
        let (key, by, at) = (&write.key, &write.by, Micros(write.at));
        match &write.value {
            Some(value) => connection.prepare_cached(SET)?.execute(params![key, value, by, at])?,
            None => connection.prepare_cached(RESET)?.execute([key])?,
        };
    }
    for CursorWrite { network, source, to } in &set.cursors {
        let (network, source) = (network.as_str(), source.as_str());
        match to {
            Some((position, at)) => connection.prepare_cached(REACH)?.execute(params![
                network,
                source,
                position.as_str(),
                Micros(*at)
            ])?,
            None => connection.prepare_cached(LOSE)?.execute([network, source])?,
        };
    }
    let mut made_by = 0;
    for row in &set.audit {
        let number = Some(row.number.0).filter(|number| *number > 0);
        let (who, what, place) = (&row.who, &row.what, &row.place);
        let (evidence, outcome, because) = (&row.evidence, &row.outcome, &row.because);
        let (at, change) = (Micros(row.at), row.change.as_deref().map(Json));
        connection
            .prepare_cached(AUDIT)?
            .execute(params![number, at, who, evidence, what, place, outcome, because, change])?;
        made_by = connection.last_insert_rowid();
    }
    for write in &set.managed {
        match write {
            RowWrite::Put { key, kept } => connection.prepare_cached(PUT)?.execute(params![
                key.as_str(),
                kept.to_json(),
                made_by
            ])?,
            RowWrite::Delete { key } => {
                connection.prepare_cached(DELETE)?.execute([key.as_str()])?
            }
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use nuncio_core::store::{Scope, ValueWrite};

    use super::*;
    use crate::Options;
    use crate::read;

    fn value(key: usize, bytes: usize) -> WriteSet {
        let scope = Scope::plugin("test");
        let values = vec![ValueWrite { scope, key: key.to_string(), value: Some(vec![7; bytes]) }];
        WriteSet { values, ..WriteSet::default() }
    }

    fn count(database: &Database) -> usize {
        read::values(&database.connection, &Scope::plugin("test"), "", 99).unwrap().len()
    }

    #[test]
    fn a_database_that_another_program_holds_locked_is_waited_for_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut database = Database::open(folder.path(), Options::default()).unwrap();
        let waits = std::time::Duration::from_millis(20);
        database.connection.busy_timeout(waits).unwrap();
        let other = Connection::open(folder.path().join(crate::DATABASE)).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let sets: Vec<_> = (0..500).map(|key| value(key, 1)).collect();
        let start = std::time::Instant::now();
        for answer in commit(&mut database, &sets) {
            let error = answer.unwrap_err().to_string();
            assert_eq!(error, "the store cannot commit: database is locked");
        }
        assert!(start.elapsed() < waits * 250);
        other.execute_batch("ROLLBACK").unwrap();
        assert!(commit(&mut database, &sets).iter().all(Result::is_ok));
    }

    #[test]
    fn a_full_disk_fails_what_does_not_fit_and_is_got_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut database = Database::open(folder.path(), Options::default()).unwrap();
        assert!(matches!(commit(&mut database, &[value(0, 1)]).as_slice(), [Ok(())]));
        let pages: u32 =
            database.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        let set_pages = |database: &Database, pages: u32| {
            database.connection.pragma_update(None, "max_page_count", pages).unwrap();
        };
        set_pages(&database, pages + 2);
        let sets: Vec<_> = (1..9).map(|key| value(key, 100_000)).collect();
        for answer in commit(&mut database, &sets) {
            let error = answer.unwrap_err().to_string();
            assert_eq!(error, "the store cannot commit: database or disk is full");
        }
        assert_eq!(count(&database), 1);
        // What is small enough is still written, and all of it once there is room.
        assert!(matches!(commit(&mut database, &[value(1, 1)]).as_slice(), [Ok(())]));
        set_pages(&database, pages + 1000);
        assert!(commit(&mut database, &sets).iter().all(Result::is_ok));
        assert_eq!(count(&database), 9);
    }
}
