//! `nuncio outbox` and `nuncio audit`: what the store remembers, whether its bot runs or not.

use nuncio_core::action::Action;
use nuncio_core::store::{AuditQuery, AuditRow, OutboxRow, OutboxState, Store, StoreError};
use nuncio_policy::AuditNumber;
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
    let store = open(bot)?;
    let rows = store.outbox(LISTED).await.map_err(unreadable)?;
    for row in &rows {
        say::line(describe(row));
    }
    if rows.len() == LISTED {
        say::complain(format_args!("nuncio: only the oldest {LISTED} are listed"));
    }
    let damaged = store.unreadable_outputs().await.map_err(unreadable)?;
    for (key, why) in &damaged {
        say::complain(format_args!("nuncio: the output `{key}` cannot be read: {why}"));
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

/// Shows the audit log; one row of it in full.
pub(crate) async fn audit(audit: &Audit) -> Result<Exit, Failed> {
    let Audit { bot, who, what, number, changes, limit } = audit;
    let query = AuditQuery {
        who: who.clone(),
        what: what.clone(),
        number: number.map(AuditNumber),
        changes: *changes,
        limit: *limit,
        since: None,
    };
    let rows = open(bot)?.audit(&query).await.map_err(unreadable)?;
    for row in &rows {
        say::line(if number.is_some() { in_full(row) } else { in_a_line(row) });
    }
    Ok(if number.is_some() && rows.is_empty() { Exit::No } else { Exit::Fine })
}

/// Number, time, who, what, where, what came of it, and why.
fn in_a_line(row: &AuditRow) -> String {
    let AuditRow { number, at, who, what, place, outcome, .. } = row;
    let because = because(row);
    let fields = [who, what, place, outcome, &because].map(|field| visible(field));
    format!("{}\t{at}\t{}", number.0, fields.join("\t"))
}

fn in_full(row: &AuditRow) -> String {
    let AuditRow { number, at, who, evidence, what, place, outcome, .. } = row;
    let place = if place.is_empty() { "nowhere" } else { place };
    let because = because(row);
    let mut text = format!("{number}\nwhen     {at}");
    let so = row.change.as_ref().map(|change| change.outcome().to_string());
    let who = format!("{who}, {evidence}");
    let fields = [
        ("who", Some(who.as_str())),
        ("what", Some(what)),
        ("where", Some(place)),
        ("outcome", Some(outcome)),
        ("because", Some(&because)),
        ("so now", so.as_deref()),
    ];
    for (name, field) in fields {
        text.extend(field.map(|field| format!("\n{name:9}{}", visible(field))));
    }
    text
}

/// A change displays as the command line that makes it, without any password.
fn because(row: &AuditRow) -> String {
    row.change.as_ref().map_or_else(|| row.because.clone(), ToString::to_string)
}

/// What others wrote moves no cursor and begins no line.
fn visible(text: &str) -> String {
    let escaped = |character: char| match character {
        control if control.is_control() => control.escape_default().to_string(),
        other => other.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn open(bot: &Bot) -> Result<SqliteStore, Failed> {
    let config = load::loader(bot, &Plugins::standard(), Vec::new()).load()?;
    let opened = SqliteStore::open_to_read(&paths::state_of(&config));
    opened.map_err(|error| Failed::saying(Exit::Store, error))
}

fn unreadable(error: StoreError) -> Failed {
    Failed::saying(Exit::Store, error)
}
