//! `members`.

use nuncio_sdk::prelude::*;
use nuncio_sdk::{Member, Members};

use super::{called, check_inside};
use crate::{rights, words};

/// Says who is in this room, or in another that I am in, with who they are and what they may do there.
///
/// Whom the network does not vouch for is marked as claimed.
///
/// ```chat
/// > members #tea
/// I am not in #tea.
/// ```
#[command(repeat = "safe", late = "skip")]
pub(super) async fn members(
    ctx: &Context,
    room: Option<RoomId>,
    #[range(1..)] page: Option<usize>,
) -> Result {
    let Some(room) = room.or_else(|| ctx.room().cloned()) else {
        return Err(refuse!["Say which room."]);
    };
    check_inside(ctx, &room)?;
    let members = ctx.members(&room).await?;
    let lines = [head(&members, &called(ctx, &room))].into_iter();
    let lines = lines.chain(members.list().iter().map(line));
    Ok(rights::list(ctx, lines, page, ""))
}

fn head(members: &Members, room: &str) -> String {
    let count = words::count(members.list().len(), "member");
    let more = if members.is_truncated() { " and more" } else { "" };
    format!("{room} has {count}{more}:")
}

/// `Ann: u:irc:ann, op`.
fn line(member: &Member) -> String {
    let who = if member.own { "I".to_owned() } else { member.who.to_string() };
    let power = member.power.map(|power| format!(", {power}"));
    format!("{}: {who}{}", member.name, power.unwrap_or_default())
}
