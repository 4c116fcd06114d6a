//! `channel ignore …`.

use nuncio_sdk::policy::{Change, ManagedKey, Origin};
use nuncio_sdk::prelude::*;

use crate::rights::{self, End, entries, person};

/// Ignores somebody in a room, for ever or for a while.
///
/// ```chat
/// > channel ignore add #tea eve
/// u:memory:eve is ignored in r:memory:#tea. To undo it: channel ignore remove r:memory:#tea u:memory:eve.
/// ```
#[command(path = "ignore.add", level = "room:op")]
pub(super) fn add(
    ctx: &Context,
    room: Option<RoomId>,
    /// A user, an account such as `a:eve`, or a mask such as `u:irc:*!*@spam.example`.
    who: &str,
    /// `300s`, `5m`, `2h`, `1d`; a bare number is seconds.
    time: Option<End>,
) -> Result {
    let (room, who) = (Some(rights::room(ctx, room)?), person(ctx, who)?);
    let until = time.map(|time| time.from(ctx.now())).transpose()?;
    Ok(Reply::none().change(Change::Ignore { who, room, until }))
}

/// Listens to somebody in a room again.
#[command(path = "ignore.remove", level = "room:op")]
pub(super) fn remove(ctx: &Context, room: Option<RoomId>, who: &str) -> Result {
    let (room, who) = (Some(rights::room(ctx, room)?), person(ctx, who)?);
    Ok(Reply::none().change(Change::Unignore { who, room }))
}

/// Lists whom I ignore in a room, with where each comes from.
///
/// ```chat
/// > channel ignore list #tea
/// Nobody is ignored there.
/// ```
#[command(path = "ignore.list", level = "room:op", repeat = "safe", late = "skip")]
pub(super) fn list(
    ctx: &Context,
    room: Option<RoomId>,
    #[range(1..)] page: Option<usize>,
) -> Result {
    show(ctx, room, page, |key| key.kind() != "ban", "Nobody is ignored there.")
}

/// A page of those who are met with silence in a room, of some kinds of entries.
pub(super) fn show(
    ctx: &Context,
    room: Option<RoomId>,
    page: Option<usize>,
    is_meant: impl Fn(&ManagedKey) -> bool,
    none: &str,
) -> Result {
    let (policy, now, room) = (ctx.policy().policy(), ctx.now(), rights::room(ctx, room)?);
    let declared = ManagedKey::stored("");
    let live = policy.ignores().filter(|ignore| {
        let key = match &ignore.entry.origin {
            Origin::Managed { key, .. } => key,
            Origin::Declared(_) => &declared,
        };
        let is_live = ignore.until.is_none_or(|until| now < until);
        ignore.room == Some(&room) && is_live && is_meant(key)
    });
    Ok(entries(ctx, &policy, live.map(|ignore| ignore.entry), page, none))
}
