//! `channel ban …`.

use nuncio_sdk::policy::Change;
use nuncio_sdk::prelude::*;

use super::ignore;
use crate::rights::{self, End, person};

/// Bans somebody from a room, for ever or for a while: I ignore the person there.
///
/// ```chat
/// > channel ban add #tea eve 2h
/// u:memory:eve is banned from r:memory:#tea until … To undo it: channel ban remove r:memory:#tea u:memory:eve.
/// ```
#[command(path = "ban.add", level = "room:op")]
pub(super) fn add(
    ctx: &Context,
    room: Option<RoomId>,
    /// A user, an account such as `a:eve`, or a mask such as `u:irc:*!*@spam.example`.
    who: &str,
    /// `300s`, `5m`, `2h`, `1d`; a bare number is seconds.
    time: Option<End>,
) -> Result {
    let (room, who) = (rights::room(ctx, room)?, person(ctx, who)?);
    let until = time.map(|time| time.from(ctx.now())).transpose()?;
    Ok(Reply::none().change(Change::Ban { who, room, until }))
}

/// Ends somebody's ban from a room.
#[command(path = "ban.remove", level = "room:op")]
pub(super) fn remove(ctx: &Context, room: Option<RoomId>, who: &str) -> Result {
    let (room, who) = (rights::room(ctx, room)?, person(ctx, who)?);
    Ok(Reply::none().change(Change::Unban { who, room }))
}

/// Lists who is banned from a room, with who said so.
///
/// ```chat
/// > channel ban list #tea
/// Nobody is banned there.
/// ```
#[command(path = "ban.list", level = "room:op", repeat = "safe", late = "skip")]
pub(super) fn list(
    ctx: &Context,
    room: Option<RoomId>,
    #[range(1..)] page: Option<usize>,
) -> Result {
    ignore::show(ctx, room, page, |key| key.kind() == "ban", "Nobody is banned there.")
}
