//! `leave`.

use nuncio_sdk::prelude::*;

use super::{called, check_inside};

/// Leaves this room or another one, perhaps with a word of farewell.
///
/// ```chat
/// > leave #tea
/// I am not in #tea.
/// > leave
/// Which room? Name one, as in leave #tea.
/// ```
#[command(late = "skip")]
pub(super) fn leave(ctx: &Context, room: Option<RoomId>, farewell: Option<Text>) -> Result {
    let Some(room) = room.or_else(|| ctx.room().cloned()) else {
        return Err(Error::usage(text!["Which room? Name one, as in `leave #tea`."]));
    };
    check_inside(ctx, &room)?;
    let name = called(ctx, &room);
    let is_here = Some(&room) == ctx.room();
    let reply = if is_here { Reply::none() } else { reply!["Leaving {name}."] };
    Ok(reply.leave(room, farewell.map(|farewell| farewell.to_string())))
}
