//! Grants for a while.

use nuncio_sdk::policy::{Change, Lease};
use nuncio_sdk::prelude::*;

use crate::rights::{End, entries, given, granted, person, scope};

plugin! {
    /// Grants commands and plugins for a while.
    tsec: tsec, rm, list
}

/// Lets somebody run a command, or a plugin, for a while; the room in which it is said is told when
/// that is over.
///
/// A command of level `owner` is reached only with `--elevate`, and only when it is named itself.
/// What changes rights or code is granted to nobody.
///
/// ```chat
/// > tsec bob tsec.list 5m
/// `tsec.list` changes rights or code: it is for owners, and granted to nobody.
/// > tsec bob games soon
/// soon is no time: …
/// ```
#[command(level = "owner")]
fn tsec(
    ctx: &Context,
    /// A user, or an account such as `a:bob`.
    who: &str,
    /// A command such as `games.dice`, or a plugin.
    what: &str,
    /// `300s`, `5m`, `2h`, `1d`; a bare number is seconds.
    time: End,
    /// Whether it reaches a command of level `owner`.
    elevate: bool,
) -> Result {
    let (to, what) = (person(ctx, who)?, scope(ctx, what)?);
    let lease = Some(Lease { until: time.from(ctx.now())?, room: ctx.room().cloned() });
    Ok(given(ctx, &to).change(Change::Grant { to, what, elevate, lease }))
}

/// Ends what `tsec` gave before its time is over.
///
/// ```chat
/// > tsec rm bob games.dice
/// There is nothing to remove: …
/// ```
#[command(level = "owner")]
fn rm(ctx: &Context, who: &str, what: &str) -> Result {
    let (to, what) = (person(ctx, who)?, granted(ctx, what)?);
    Ok(Reply::none().change(Change::Revoke { to, what, temporary: true }))
}

/// Lists what is granted for a while, with where each comes from.
///
/// ```chat
/// > tsec list
/// Nothing is granted for a while.
/// ```
#[command(level = "owner", repeat = "safe", late = "skip")]
fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let (policy, now) = (ctx.policy().policy(), ctx.now());
    let live = policy.grants().filter(|grant| grant.until.is_some_and(|until| now < until));
    entries(ctx, &policy, live.map(|grant| grant.entry), page, "Nothing is granted for a while.")
}
