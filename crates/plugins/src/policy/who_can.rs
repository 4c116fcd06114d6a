//! `who-can`.

use nuncio_sdk::prelude::*;

use crate::rights::{in_room, list as page_of};

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
pub(super) fn who_can(
    ctx: &Context,
    command: &CommandId,
    /// `in` and a room.
    place: Option<&Text>,
) -> Result {
    let room = in_room(ctx, place)?;
    let all = ctx.policy().who_can(room.as_ref(), command).candidates;
    let lines = all.iter().map(|(who, explanation)| format!("{who}: {}", explanation.because()));
    Ok(page_of(ctx, lines, None, "Nobody may."))
}
