//! What there is, with where it comes from.

use nuncio_sdk::policy::{Entry, Origin, Person, Policy};
use nuncio_sdk::prelude::*;

use crate::words;

/// How many lines of a list are one page: in private, and in a room, where others read too.
const PAGE: [usize; 2] = [20, 5];

/// Where an entry comes from: the key of a file with its line, or who said it, and when.
pub(crate) fn shown(ctx: &Context, policy: &Policy, origin: &Origin) -> String {
    match origin {
        Origin::Declared(key) => {
            let key = key.to_string();
            let place = ctx.config().place(&key).map(|place| format!(", {place}"));
            format!("{key}{}", place.unwrap_or_default())
        }
        Origin::Managed { key, audit } => {
            let Some((kept, _)) = policy.managed().get(key) else { return audit.to_string() };
            let by = kept.by.as_deref().unwrap_or("myself");
            format!("{audit}, by {by} on {}", words::time(kept.at))
        }
    }
}

/// A line of a list.
pub(crate) fn entry(ctx: &Context, policy: &Policy, entry: &Entry) -> String {
    format!("{} ({})", entry.text, shown(ctx, policy, &entry.origin))
}

/// What is to be said of a right that somebody is given on a network that is not there.
pub(crate) fn given(ctx: &Context, to: &Person) -> Reply {
    let Person::User(user) = to else { return Reply::none() };
    let network = user.network();
    let networks = ctx.status().networks();
    let is_there = networks.iter().any(|status| status.network == *network);
    if is_there || network.is_reserved() {
        return Reply::none();
    }
    reply!["No network `{network}` is configured: as long as none is, nobody is {user}."]
}

/// A page of entries.
pub(crate) fn entries<'a>(
    ctx: &Context,
    policy: &Policy,
    all: impl IntoIterator<Item = &'a Entry>,
    page: Option<usize>,
    none: &str,
) -> Reply {
    list(ctx, all.into_iter().map(|one| entry(ctx, policy, one)), page, none)
}

/// How many lines a page has where somebody asks.
pub(crate) fn page_length(ctx: &Context) -> usize {
    let [private, in_room] = PAGE;
    if ctx.place().is_private() { private } else { in_room }
}

/// A page of a list, the first where none is asked for; lines of other pages are never made.
pub(crate) fn list(
    ctx: &Context,
    lines: impl IntoIterator<Item = String>,
    page: Option<usize>,
    none: &str,
) -> Reply {
    let length = page_length(ctx);
    let page = page.unwrap_or(1).max(1);
    let mut lines = lines.into_iter().skip(length.saturating_mul(page - 1));
    let mut shown: Vec<String> = lines.by_ref().take(length).collect();
    if shown.is_empty() {
        return if page == 1 { Reply::text(none) } else { Reply::text("There are no more.") };
    }
    let more = lines.count();
    if more > 0 {
        shown.push(format!("… and {more} more: say it again with {} behind it.", page + 1));
    }
    Reply::from(words::lines(shown))
}
