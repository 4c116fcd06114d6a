//! `join`.

use nuncio_sdk::action::Action;
use nuncio_sdk::config::Secret;
use nuncio_sdk::place::Place;
use nuncio_sdk::prelude::*;

use super::called;

/// Enters a room until I am restarted; `rooms` in my configuration lasts.
///
/// ```chat
/// > join #tea
/// Joining #tea.
/// > join r:oftc:#tea
/// I am not on oftc.
/// ```
#[command]
pub(super) fn join(ctx: &Context, room: RoomId, key: Option<String>) -> Result {
    let network = room.network();
    if !ctx.status().networks().iter().any(|known| known.network == *network) {
        return Err(refuse!["I am not on {network}."]);
    }
    let name = called(ctx, &room);
    let join = Action::Join { room: room.clone(), key: key.map(Secret::from) };
    Ok(reply!["Joining {name}."].act(Place::Room(room), join))
}
