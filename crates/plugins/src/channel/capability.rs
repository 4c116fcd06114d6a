//! `channel capability …`.

use nuncio_sdk::policy::Change;
use nuncio_sdk::prelude::*;

use crate::rights::{self, Switch, entries, room_capability};

/// Gives an account a capability in a room, or an anticapability such as `-games`.
///
/// ```chat
/// > channel capability add #tea nobody voice
/// There is no account `a:nobody`.
/// ```
#[command(path = "capability.add", level = "room:op")]
pub(super) fn add(ctx: &Context, room: Option<RoomId>, account: &str, held: &str) -> Result {
    let capability = room_capability(ctx, rights::room(ctx, room)?, held)?;
    let account = rights::account(ctx, account)?;
    Ok(Reply::none().change(Change::AddCapability { account, capability }))
}

/// Takes from an account a capability, or an anticapability, that it holds in a room.
#[command(path = "capability.remove", level = "room:op")]
pub(super) fn remove(ctx: &Context, room: Option<RoomId>, account: &str, held: &str) -> Result {
    let capability = room_capability(ctx, rights::room(ctx, room)?, held)?;
    let account = rights::account(ctx, account)?;
    Ok(Reply::none().change(Change::RemoveCapability { account, capability }))
}

/// Lets everybody in a room hold a capability, or an anticapability such as `-games`.
///
/// ```chat
/// > channel capability set #tea -games
/// Everybody holds `r:memory:#tea,-games` who is not given another. To undo it: channel capability unset r:memory:#tea -games.
/// ```
#[command(path = "capability.set", level = "room:op")]
pub(super) fn set(ctx: &Context, room: Option<RoomId>, held: &str) -> Result {
    let capability = room_capability(ctx, rights::room(ctx, room)?, held)?;
    Ok(Reply::none().change(Change::SetCapability { capability }))
}

/// Takes a capability, or an anticapability, out of what everybody in a room holds.
#[command(path = "capability.unset", level = "room:op")]
pub(super) fn unset(ctx: &Context, room: Option<RoomId>, held: &str) -> Result {
    let capability = room_capability(ctx, rights::room(ctx, room)?, held)?;
    Ok(Reply::none().change(Change::UnsetCapability { capability }))
}

/// Says whether a capability that nothing else speaks of is held in a room.
///
/// ```chat
/// > channel capability setdefault #tea false
/// In r:memory:#tea, a capability that no set speaks of is not held. …
/// ```
#[command(path = "capability.setdefault", level = "room:op")]
pub(super) fn setdefault(ctx: &Context, room: Option<RoomId>, held: Switch) -> Result {
    let room = rights::room(ctx, room)?;
    Ok(Reply::none().change(Change::SetRoomDefault { room, allow: held.into() }))
}

/// Lists what everybody in a room holds, with where each comes from.
///
/// ```chat
/// > channel capability list #tea
/// …
/// ```
#[command(path = "capability.list", level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn list(
    ctx: &Context,
    room: Option<RoomId>,
    #[range(1..)] page: Option<usize>,
) -> Result {
    let policy = ctx.policy().policy();
    let view = policy.room(&rights::room(ctx, room)?);
    Ok(entries(ctx, &policy, &view.capabilities, page, "Nothing is held there by all."))
}
