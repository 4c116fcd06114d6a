//! `nuncio outbox` and `nuncio audit`: what the store remembers, whether its bot runs or not.

use nuncio_core::action::Action;
use nuncio_core::store::{AuditQuery, OutboxRow, OutboxState, Store, StoreError};
use nuncio_store::SqliteStore;

use crate::cli::{Audit, Bot};
use crate::exit::Exit;
use crate::load;
use crate::paths;
use crate::plugins::Plugins;
use crate::say::{self, Failed};

/// How many rows are listed.
const LISTED: usize = 1000;

/// Lists what has not arrived.
pub(crate) async fn outbox(bot: &Bot) -> Result<Exit, Failed> {
    let rows = open(bot)?.outbox(LISTED).await.map_err(unreadable)?;
    for row in &rows {
        say::line(describe(row));
    }
    if rows.len() == LISTED {
        say::complain(format_args!("nuncio: only the oldest {LISTED} are listed"));
    }
    Ok(Exit::Fine)
}

/// One output in a line: its key, when it was made, where it goes, how it stands, what it is.
fn describe(row: &OutboxRow) -> String {
    let state = match &row.state {
        OutboxState::Queued => "queued".to_owned(),
        OutboxState::Handed => "handed over, not answered".to_owned(),
        OutboxState::Dead { why } => format!("dead: {why}"),
    };
    let what = match &row.draft.output.action {
        Action::Say { content, .. } => format!("{:?}", content.to_plain()),
        other => other.command().to_string(),
    };
    format!("{}\t{}\t{}\t{state}\t{what}", row.key, row.at, row.draft.output.to)
}

/// Shows the audit log.
pub(crate) async fn audit(audit: &Audit) -> Result<Exit, Failed> {
    let Audit { bot, who, what, limit } = audit;
    let (who, what) = (who.clone(), what.clone());
    let query = AuditQuery { who, what, limit: *limit, ..AuditQuery::default() };
    for row in open(bot)?.audit(&query).await.map_err(unreadable)? {
        say::line(format_args!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            row.number.0,
            row.at,
            row.who,
            row.evidence,
            row.what,
            row.place,
            row.outcome,
            row.because
        ));
    }
    Ok(Exit::Fine)
}

fn open(bot: &Bot) -> Result<SqliteStore, Failed> {
    let config = load::loader(bot, &Plugins::standard(), Vec::new()).load()?;
    let opened = SqliteStore::open_to_read(&paths::state_of(&config));
    opened.map_err(|error| Failed::saying(Exit::Store, error))
}

fn unreadable(error: StoreError) -> Failed {
    Failed::saying(Exit::Store, error)
}
