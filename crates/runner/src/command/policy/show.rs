//! `nuncio policy show`: every entry of both layers, told apart.

use std::collections::BTreeMap;

use nuncio_core::store::{AuditQuery, AuditRow, Store};

use super::source::{Source, unreadable};
use crate::say::{self, Failed};

/// Prints what is declared, then what is managed.
pub(super) async fn show(source: &Source, origin: bool) -> Result<(), Failed> {
    let shown = source.config.show(nuncio_config::Show { origin, room: None });
    shown.lines().filter(|line| line.starts_with("policy.")).for_each(say::line);
    let Some(store) = &source.store else { return Ok(()) };
    let managed = source.managed().await?;
    let query = AuditQuery { changes: true, limit: usize::MAX, ..AuditQuery::default() };
    let rows = store.audit(&query).await.map_err(unreadable)?;
    let rows: BTreeMap<_, AuditRow> = rows.into_iter().map(|row| (row.number, row)).collect();
    for (key, kept, number) in managed.iter() {
        // A change displays without any password, and a key holds none.
        let change = rows.get(&number).and_then(|row| row.change.as_ref());
        let said = change.map_or_else(|| "?".to_owned(), ToString::to_string);
        let by = kept.by.as_deref().unwrap_or("nuncio");
        let from = if origin { format!("  # {number}: {by}, {}", kept.at) } else { String::new() };
        say::line(format_args!("managed.{:?} = {said:?}{from}", key.as_str()));
    }
    for (key, number) in managed.unreadable() {
        say::complain(format_args!("nuncio: `{key}` ({number}) cannot be read"));
    }
    Ok(())
}
