//! `outbox list`, `resend` and `discard`.

use nuncio_sdk::prelude::*;
use nuncio_sdk::services::{Order, OutboxRow, OutboxState, OutputKey};

use crate::words;

/// How many outputs are listed at most.
const ROWS: usize = 10;

/// Lists what I could not send, with the reasons.
///
/// ```chat
/// > outbox list
/// Nothing is waiting.
/// ```
#[command(path = "outbox.list", late = "skip")]
pub(super) async fn list(ctx: &Context) -> Result {
    let rows = rows(ctx, ROWS + 1).await?;
    if rows.is_empty() {
        return Ok(Reply::text("Nothing is waiting."));
    }
    let mut lines: Vec<String> = rows.iter().take(ROWS).map(row).collect();
    if rows.len() > ROWS {
        lines.push("… and more.".to_owned());
    }
    Ok(Reply::from(words::lines(lines)))
}

/// Sends again what I could not send.
#[command(path = "outbox.resend", late = "skip")]
pub(super) async fn resend(ctx: &Context, key: &str) -> Result {
    let key = find(ctx, key).await?;
    Ok(reply!["Sending `{key}` again."].order(Order::Resend(key)))
}

/// Forgets what I could not send.
#[command(path = "outbox.discard", late = "skip")]
pub(super) async fn discard(ctx: &Context, key: &str) -> Result {
    let key = find(ctx, key).await?;
    Ok(reply!["`{key}` is forgotten."].order(Order::Discard(key)))
}

async fn rows(ctx: &Context, limit: usize) -> Result<Vec<OutboxRow>> {
    ctx.records().outbox(limit).await.map_err(Error::internal)
}

async fn find(ctx: &Context, key: &str) -> Result<OutputKey> {
    let rows = rows(ctx, usize::MAX).await?;
    let found = rows.into_iter().find(|row| row.key.as_str() == key);
    found.map(|row| row.key).ok_or_else(|| {
        refuse!["Nothing in my outbox is called `{key}`. `outbox list` shows what is there."]
    })
}

fn row(row: &OutboxRow) -> String {
    let OutboxRow { key, draft, at, state, .. } = row;
    let to = &draft.output.to;
    let state = match state {
        OutboxState::Queued => "waiting".to_owned(),
        OutboxState::Handed => "under way".to_owned(),
        OutboxState::Dead { why } => format!("not sent: {why}"),
    };
    format!("{key} to {to}, {}: {state}", words::time(*at))
}
