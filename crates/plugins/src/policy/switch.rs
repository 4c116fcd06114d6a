//! `disable`, `enable` and `disabled`.

use nuncio_sdk::policy::Change;
use nuncio_sdk::prelude::*;

use crate::rights::{entry, list as page_of, pattern};

/// Switches commands off, for owners too: in the room that is named, or else in the one where it is
/// said; in private, everywhere.
///
/// ```chat
/// > disable audit #tea
/// `audit` is switched off in r:memory:#tea. To undo it: enable audit r:memory:#tea.
/// > disable enable
/// `enable` cannot be switched off; nothing would switch it on again.
/// ```
#[command(level = "room:op")]
pub(super) fn disable(
    ctx: &Context,
    /// A command such as `dice` or `games.dice`, or a plugin such as `games.*`.
    what: &str,
    room: Option<RoomId>,
    /// Everywhere, wherever it is said.
    everywhere: bool,
) -> Result {
    let (command, room) = (pattern(what)?, place(ctx, room, everywhere)?);
    Ok(Reply::none().change(Change::Disable { command, room }))
}

/// Switches on again what `disable` switched off, there where it did.
///
/// ```chat
/// > enable audit
/// There is nothing to remove: `audit` is not switched off there.
/// ```
#[command(level = "room:op")]
pub(super) fn enable(
    ctx: &Context,
    what: &str,
    room: Option<RoomId>,
    /// Everywhere, wherever it is said.
    everywhere: bool,
) -> Result {
    let (command, room) = (pattern(what)?, place(ctx, room, everywhere)?);
    Ok(Reply::none().change(Change::Enable { command, room }))
}

/// Where something is to be switched; everywhere, if in no room.
fn place(ctx: &Context, named: Option<RoomId>, everywhere: bool) -> Result<Option<RoomId>> {
    match (named, everywhere) {
        (Some(_), true) => Err(Error::usage("Everywhere, or in that room?")),
        (None, true) => Ok(None),
        (named, false) => Ok(named.or_else(|| ctx.room().cloned())),
    }
}

/// Lists what is switched off, and where, with where each comes from.
///
/// ```chat
/// > disabled
/// Nothing is switched off.
/// ```
#[command(repeat = "safe", late = "skip")]
pub(super) fn disabled(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    let lines = policy.disables().map(|(one, _)| entry(ctx, &policy, one));
    page_of(ctx, lines, page, "Nothing is switched off.")
}
