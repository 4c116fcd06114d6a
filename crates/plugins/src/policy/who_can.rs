//! `who-can`.

use nuncio_sdk::prelude::*;

use crate::rights::{in_room, page_length};
use crate::words;

/// Lists who may run a command, here or in another room, and why.
///
/// ```chat
/// > who-can who-can
/// u:memory:owner: owner …
/// u:memory:sudoer: sudoer …
/// > who-can audit in #tea
/// u:memory:owner: owner …
/// ```
#[command(path = "who-can", repeat = "safe", late = "skip")]
pub(super) async fn who_can(
    ctx: &Context,
    command: &CommandId,
    /// `in` and a room.
    place: Option<&Text>,
) -> Result {
    let room = in_room(ctx, place)?;
    let all = ctx.policy().who_can(room.as_ref(), command).await?.candidates;
    let length = page_length(ctx);
    let shown = all.iter().take(length);
    let mut lines: Vec<String> =
        shown.map(|(who, explanation)| format!("{who}: {}", explanation.because())).collect();
    let more = all.len().saturating_sub(length);
    if more > 0 {
        lines.push(format!("… and {more} more: `nuncio policy who-can` lists them all."));
    }
    if lines.is_empty() {
        return Ok(Reply::text("Nobody may."));
    }
    Ok(Reply::from(words::lines(lines)))
}
