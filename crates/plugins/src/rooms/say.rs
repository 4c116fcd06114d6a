//! `say`.

use nuncio_sdk::prelude::*;

use super::{called, check_inside};

/// Says something here, or in a room.
///
/// ```chat
/// > say Good morning!
/// Good morning!
/// > say #tea Good morning!
/// I am not in #tea.
/// ```
#[command]
pub(super) fn say(ctx: &Context, room: Option<RoomId>, text: Text) -> Result {
    let Some(room) = room.filter(|room| Some(room) != ctx.room()) else {
        return Ok(Reply::text(text));
    };
    check_inside(ctx, &room)?;
    let name = called(ctx, &room);
    Ok(reply!["Said in {name}."].send(room, Content::text(text)))
}
