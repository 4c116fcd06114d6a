//! Forgetting what is too old.

use jiff::Timestamp;
use nuncio_core::store::StoreError;
use rusqlite::Connection;

use crate::codec::Micros;
use crate::database::Database;
use crate::error::failed;

/// How many rows go in one transaction, so that nobody waits long for it.
const AT_ONCE: u32 = 1000;

const JOURNAL: &str = "
    DELETE FROM journal WHERE (network, key) IN (
        SELECT network, key FROM journal WHERE at < ?1 AND notice IS NULL LIMIT ?2)";

const AUDIT: &str = "
    DELETE FROM audit WHERE number IN (
        SELECT number FROM audit WHERE at < ?1
            AND NOT EXISTS (SELECT 1 FROM managed WHERE managed.audit = audit.number) LIMIT ?2)";

const OUTBOX: &str = "
    DELETE FROM outbox WHERE number IN (
        SELECT number FROM outbox WHERE at < ?1 AND (state = 'dead' OR bared) LIMIT ?2)";

/// Which rows are too old.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horizon {
    pub(crate) journal: Timestamp,
    pub(crate) audit: Timestamp,
}

/// Forgets some of what is too old. Answers how many rows went; none: that was all.
pub(crate) fn prune(database: &mut Database, horizon: Horizon) -> Result<u64, StoreError> {
    let durability = database.options.durability;
    let forget = |connection: &Connection, sql, before| {
        connection.prepare_cached(sql)?.execute((Micros(before), AT_ONCE))
    };
    let pruned = database.begin(durability).and_then(|transaction| {
        let journal = forget(&transaction, JOURNAL, horizon.journal)?;
        let outbox = forget(&transaction, OUTBOX, horizon.journal)?;
        let audit = forget(&transaction, AUDIT, horizon.audit)?;
        transaction.commit()?;
        Ok(journal.saturating_add(outbox).saturating_add(audit))
    });
    let rows = pruned.map_err(failed("forget old rows"))?;
    Ok(u64::try_from(rows).unwrap_or(u64::MAX))
}
