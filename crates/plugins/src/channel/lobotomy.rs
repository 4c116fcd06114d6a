//! `channel lobotomy …`.

use std::collections::BTreeSet;

use nuncio_sdk::policy::{Change, Fact};
use nuncio_sdk::prelude::*;

use crate::rights::{self, list as page_of, shown};

/// Ignores all that is said in a room but by owners and trusted people; nobody else is answered
/// there, not even to this.
///
/// ```chat
/// > channel lobotomy add #tea
/// All is ignored that is said in r:memory:#tea. To undo it: channel lobotomy remove r:memory:#tea.
/// ```
#[command(path = "lobotomy.add", level = "room:op")]
pub(super) fn add(ctx: &Context, room: Option<RoomId>) -> Result {
    Ok(Reply::none().change(Change::Lobotomize { room: rights::room(ctx, room)? }))
}

/// Listens again in a room; in private, for what is said in that room I do not hear.
///
/// ```chat
/// > channel lobotomy remove #tea
/// There is nothing to remove: `r:memory:#tea` is not lobotomized.
/// ```
#[command(path = "lobotomy.remove", level = "room:op")]
pub(super) fn remove(ctx: &Context, room: Option<RoomId>) -> Result {
    Ok(Reply::none().change(Change::Wake { room: rights::room(ctx, room)? }))
}

/// Lists the rooms in which I ignore all, with where each comes from.
///
/// ```chat
/// > channel lobotomy list
/// I listen everywhere.
/// ```
#[command(path = "lobotomy.list", level = "admin", repeat = "safe", late = "skip")]
pub(super) fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    let managed = policy.managed().of_kind("lobotomy");
    let said = managed.filter_map(|(_, kept, _)| match &kept.fact {
        Fact::Lobotomy { room } => Some(room.clone()),
        _ => None,
    });
    // What a file says of a room counts where the bot is.
    let networks = ctx.status().networks();
    let here = networks.into_iter().flat_map(|network| network.rooms);
    let rooms: BTreeSet<RoomId> = said.chain(here).collect();
    let lines = rooms.iter().filter_map(|room| {
        let origin = policy.room(room).lobotomized?;
        Some(format!("{room} ({})", shown(ctx, &policy, &origin)))
    });
    page_of(ctx, lines, page, "I listen everywhere.")
}
