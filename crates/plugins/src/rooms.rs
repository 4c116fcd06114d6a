//! Where the bot is, and what it says there.

mod join;
mod leave;
mod list;
mod members;
mod say;

use nuncio_sdk::prelude::*;

plugin! {
    /// Speaks in rooms, enters and leaves them, and says who is in them and which there are.
    rooms: say::say, join::join, leave::leave, members::members, list::list
}

/// A room as one calls it where one is: by its name alone on its own network.
fn called(ctx: &Context, room: &RoomId) -> String {
    if room.network() == ctx.network() { room.room().to_owned() } else { room.to_string() }
}

/// Refuses a room that the bot is not in.
fn check_inside(ctx: &Context, room: &RoomId) -> Result<()> {
    if ctx.status().networks().iter().any(|network| network.rooms.contains(room)) {
        return Ok(());
    }
    let name = called(ctx, room);
    let all = ctx.status().networks();
    let namesakes = all.iter().flat_map(|network| &network.rooms);
    match namesakes.into_iter().find(|other| other.room() == room.room()) {
        Some(other) => Err(refuse!["I am not in {name}. Do you mean `{other}`?"]),
        None => Err(refuse!["I am not in {name}."]),
    }
}
