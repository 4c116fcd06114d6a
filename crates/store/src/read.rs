//! Reading.

use std::ops::ControlFlow;

use nuncio_core::cursor::{Cursor, Mark, Position, Source};
use nuncio_core::delivery::OutputKey;
use nuncio_core::event::EventKey;
use nuncio_core::store::{
    AuditQuery, AuditRow, JournalRow, JournalState, OutboxRow, OutboxState, Scope, SettingWrite,
    StoreError,
};
use nuncio_policy::{AuditNumber, ManagedKey, Network, StoredRow};
use rusqlite::{Connection, Params, Row};

use crate::codec::{Json, Micros, Text};
use crate::error::{failed, reason, unreadable};

const STATE: &str = "SELECT key, notice FROM journal WHERE network = ?1 AND key = ?2";

const INTERRUPTED: &str = "
    SELECT key, network, at, command, speaker, notice FROM journal
    WHERE notice IS NOT NULL ORDER BY at, network, key";

const CURSORS: &str = "SELECT source, network, position, at FROM cursor ORDER BY network, source";

const OUTBOX: &str =
    "SELECT key, at, draft, bared, state, why, attempts FROM outbox ORDER BY number";

// One that held a secret is dead, whatever stands there.
const UNSENT: &str = "
    SELECT key, at, draft, bared, state, why, attempts FROM outbox
    WHERE state != 'dead' AND NOT bared ORDER BY number";

const VALUE: &str = "SELECT key, value FROM value WHERE scope = ?1 AND key = ?2";

const VALUES: &str = "SELECT key, value FROM value WHERE scope = ?1 AND key >= ?2 ORDER BY key";

const SETTINGS: &str = "SELECT key, value, by, at FROM setting ORDER BY key";

// `/` is the sign after `.`: what lies between them begins with the command and a dot.
const AUDIT: &str = "
    SELECT number, at, who, evidence, what, place, outcome, because, change FROM audit
    WHERE (?1 IS NULL OR who = ?1)
        AND (?2 IS NULL OR what = ?2 OR (what >= ?2 || '.' AND what < ?2 || '/'))
        AND (?3 IS NULL OR at >= ?3)
        AND (?4 IS NULL OR number = ?4)
        AND (NOT ?5 OR change IS NOT NULL)
    ORDER BY number DESC";

const LAST_AUDIT: &str = "
    SELECT 'last', max(ifnull((SELECT max(number) FROM audit), 0),
        ifnull((SELECT max(audit) FROM managed), 0))";

const MANAGED: &str = "SELECT key, value, audit FROM managed ORDER BY key";

pub(crate) fn journalled(
    connection: &Connection,
    network: &Network,
    key: &EventKey,
) -> Result<Option<JournalState>, StoreError> {
    let name = [network.as_str(), key.as_str()];
    first(connection, STATE, name, "journal row", |row| journal_state(row, 1))
}

pub(crate) fn interrupted(connection: &Connection) -> Result<Vec<JournalRow>, StoreError> {
    list(connection, INTERRUPTED, [], "journal row", usize::MAX, |row| {
        let (Text(network), Micros(at), Text(command)) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let (key, speaker) = (EventKey::new(row.get::<_, String>(0)?), row.get(4)?);
        Ok(JournalRow { network, key, at, command, speaker, state: journal_state(row, 5)? })
    })
}

fn journal_state(row: &Row<'_>, notice: usize) -> rusqlite::Result<JournalState> {
    let notice: Option<Json<_>> = row.get(notice)?;
    Ok(notice.map_or(JournalState::Done, |Json(notice)| JournalState::Started { notice }))
}

pub(crate) fn cursors(connection: &Connection) -> Result<Vec<Cursor>, StoreError> {
    let rows = list(connection, CURSORS, [], "cursor", usize::MAX, |row| {
        let (Text(network), Micros(time)) = (row.get(1)?, row.get(3)?);
        let source = Source::new(row.get::<_, String>(0)?);
        let at = Position::new(row.get::<_, String>(2)?);
        let mark = source.zip(at).map(|(source, at)| Mark { source, at });
        Ok(mark.map(|mark| Cursor { network, mark, time }))
    })?;
    // One that is written by another hand, and too long, is none.
    Ok(rows.into_iter().flatten().collect())
}

pub(crate) fn outbox(connection: &Connection, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
    let mut found = Vec::new();
    each(connection, OUTBOX, [], "outbox row", |row| {
        if found.len() == limit {
            return Ok(ControlFlow::Break(()));
        }
        found.extend(outbox_row(row).ok());
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// The outputs that cannot be read, and why; they stay where they are.
pub(crate) fn unreadable_outputs(
    connection: &Connection,
) -> Result<Vec<(OutputKey, String)>, StoreError> {
    let mut found = Vec::new();
    each(connection, OUTBOX, [], "outbox row", |row| {
        if let Err(error) = outbox_row(row) {
            // The key is what names it, whatever else is wrong.
            let key: String = row.get(0).unwrap_or_default();
            found.push((OutputKey::stored(key), reason(&error)));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

pub(crate) fn unsent(connection: &Connection) -> Result<Vec<OutboxRow>, StoreError> {
    list(connection, UNSENT, [], "outbox row", usize::MAX, |row| Ok(outbox_row(row).ok()))
        .map(|rows| rows.into_iter().flatten().collect())
}

fn outbox_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    let key = OutputKey::stored(row.get::<_, String>(0)?);
    let (Micros(at), Json(draft), bared) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let state = match row.get_ref(4)?.as_str()? {
        "queued" => OutboxState::Queued,
        "handed" => OutboxState::Handed,
        _ => OutboxState::Dead { why: row.get::<_, Option<_>>(5)?.unwrap_or_default() },
    };
    let state = if bared { state.without_secret() } else { state };
    Ok(OutboxRow { key, draft, at, state, attempts: row.get(6)? })
}

pub(crate) fn value(
    connection: &Connection,
    scope: &Scope,
    key: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    first(connection, VALUE, [scope.as_str(), key], "value", |row| row.get(1))
}

pub(crate) fn values(
    connection: &Connection,
    scope: &Scope,
    prefix: &str,
    limit: usize,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let from = [scope.as_str(), prefix];
    let mut found = Vec::new();
    // They come in the order of their bytes, so that those with the prefix stand first.
    each(connection, VALUES, from, "value", |row| {
        let key: String = row.get(0)?;
        if found.len() == limit || !key.starts_with(prefix) {
            return Ok(ControlFlow::Break(()));
        }
        found.push((key, row.get(1)?));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

pub(crate) fn settings(connection: &Connection) -> Result<Vec<SettingWrite>, StoreError> {
    list(connection, SETTINGS, [], "setting", usize::MAX, |row| {
        let Micros(at) = row.get(3)?;
        Ok(SettingWrite { key: row.get(0)?, value: row.get(1)?, by: row.get(2)?, at })
    })
}

pub(crate) fn audit(
    connection: &Connection,
    query: &AuditQuery,
) -> Result<Vec<AuditRow>, StoreError> {
    let number = query.number.map(|number| number.0);
    let asked = (&query.who, &query.what, query.since.map(Micros), number, query.changes);
    list(connection, AUDIT, asked, "audit line", query.limit, |row| {
        let Micros(at) = row.get(1)?;
        Ok(AuditRow {
            number: AuditNumber(row.get(0)?),
            at,
            who: row.get(2)?,
            evidence: row.get(3)?,
            what: row.get(4)?,
            place: row.get(5)?,
            outcome: row.get(6)?,
            because: row.get(7)?,
            change: row.get::<_, Option<Json<_>>>(8)?.map(|Json(change)| Box::new(change)),
        })
    })
}

pub(crate) fn last_audit(connection: &Connection) -> Result<AuditNumber, StoreError> {
    let last = first(connection, LAST_AUDIT, [], "audit line", |row| row.get(1))?;
    Ok(AuditNumber(last.unwrap_or_default()))
}

pub(crate) fn managed(connection: &Connection) -> Result<Vec<StoredRow>, StoreError> {
    list(connection, MANAGED, [], "managed row", usize::MAX, |row| {
        let key = ManagedKey::stored(row.get_ref(0)?.as_str()?);
        Ok(StoredRow { key, value: row.get(1)?, audit: AuditNumber(row.get(2)?) })
    })
}

fn first<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    what: &'static str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, StoreError> {
    Ok(list(connection, sql, params, what, 1, read)?.pop())
}

fn list<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    what: &'static str,
    limit: usize,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut found = Vec::new();
    each(connection, sql, params, what, |row| {
        if found.len() == limit {
            return Ok(ControlFlow::Break(()));
        }
        found.push(read(row)?);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Visits rows until told to stop. Their first column says which row it is.
fn each(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    what: &'static str,
    mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<ControlFlow<()>>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(failed("read"))?;
    let mut rows = statement.query(params).map_err(failed("read"))?;
    while let Some(row) = rows.next().map_err(failed("read"))? {
        match visit(row) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break,
            Err(error) => return Err(unreadable(what, row, &error)),
        }
    }
    Ok(())
}
