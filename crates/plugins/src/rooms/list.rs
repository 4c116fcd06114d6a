//! `list`.

use nuncio_sdk::prelude::*;
use nuncio_sdk::{Listed, Within};

use super::called;
use crate::{rights, words};

/// Lists the rooms of a space, or those that the network lists for everybody.
///
/// ```chat
/// > rooms list #tea
/// The network does not know that.
/// ```
#[command(repeat = "safe", late = "skip")]
pub(super) async fn list(
    ctx: &Context,
    space: Option<RoomId>,
    #[range(1..)] page: Option<usize>,
) -> Result {
    let within = match space {
        Some(space) => Within::Space(space),
        None => Within::Directory(ctx.network().clone()),
    };
    let listing = ctx.rooms(within).await?;
    let more = listing.is_truncated().then(|| "There are more.".to_owned());
    let lines = listing.rooms().iter().map(|listed| line(ctx, listed)).chain(more);
    Ok(rights::list(ctx, lines, page, "There is no room there."))
}

/// `Tea (#tea): 3 members, I am in it: all about tea`.
fn line(ctx: &Context, listed: &Listed) -> String {
    let id = called(ctx, &listed.room);
    let mut line = match &listed.name {
        Some(name) if **name != *id => format!("{name} ({id})"),
        _ => id,
    };
    let facts = [
        listed.is_space.then(|| "a space".to_owned()),
        listed.members.map(|count| words::count(count, "member")),
        listed.joined.then(|| "I am in it".to_owned()),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    if !facts.is_empty() {
        line = format!("{line}: {}", facts.join(", "));
    }
    match &listed.topic {
        Some(topic) => format!("{line} – {topic}"),
        None => line,
    }
}
