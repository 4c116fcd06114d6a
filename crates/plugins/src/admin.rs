//! What an admin manages: the capabilities of accounts, and whom the bot ignores everywhere.

use nuncio_sdk::policy::Change;
use nuncio_sdk::prelude::*;

use crate::rights::{self, End, entries, person};

plugin! {
    /// Manages the capabilities of accounts, and whom I ignore.
    admin: give, take, ignore, unignore, ignored
}

/// Gives an account a capability that you hold yourself, or an anticapability such as `-games`.
///
/// ```chat
/// > admin capability add nobody games
/// There is no account `a:nobody`.
/// > admin capability add nobody owner
/// Owners are named in files, never from chat; …
/// ```
#[command(path = "capability.add", level = "admin")]
fn give(
    ctx: &Context,
    /// `a:bob`, `bob`, or an identity of it such as `u:irc:bob`.
    account: &str,
    capability: &str,
) -> Result {
    let (account, capability) =
        (rights::account(ctx, account)?, rights::capability(ctx, capability)?);
    Ok(Reply::none().change(Change::AddCapability { account, capability }))
}

/// Takes a capability, or an anticapability, from an account.
#[command(path = "capability.remove", level = "admin")]
fn take(ctx: &Context, account: &str, capability: &str) -> Result {
    let (account, capability) =
        (rights::account(ctx, account)?, rights::capability(ctx, capability)?);
    Ok(Reply::none().change(Change::RemoveCapability { account, capability }))
}

/// Ignores somebody everywhere, for ever or for a while.
///
/// ```chat
/// > admin ignore add eve 1h
/// u:memory:eve is ignored until 2026-11-22T13:00:0…Z. To undo it: admin ignore remove u:memory:eve.
/// ```
#[command(path = "ignore.add", level = "admin")]
fn ignore(
    ctx: &Context,
    /// A user, an account such as `a:eve`, or a mask such as `u:irc:*!*@spam.example`.
    who: &str,
    /// `300s`, `5m`, `2h`, `1d`; a bare number is seconds.
    time: Option<End>,
) -> Result {
    let who = person(ctx, who)?;
    let until = time.map(|time| time.from(ctx.now())).transpose()?;
    Ok(Reply::none().change(Change::Ignore { who, room: None, until }))
}

/// Listens to somebody again.
///
/// ```chat
/// > admin ignore remove eve
/// There is nothing to remove: `u:memory:eve` is not ignored there.
/// ```
#[command(path = "ignore.remove", level = "admin")]
fn unignore(ctx: &Context, who: &str) -> Result {
    let who = person(ctx, who)?;
    Ok(Reply::none().change(Change::Unignore { who, room: None }))
}

/// Lists whom I ignore everywhere, with where each comes from.
///
/// ```chat
/// > admin ignore list
/// Nobody is ignored.
/// ```
#[command(path = "ignore.list", level = "admin", repeat = "safe", late = "skip")]
fn ignored(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let (policy, now) = (ctx.policy().policy(), ctx.now());
    let everywhere = policy.ignores().filter(|ignore| ignore.room.is_none());
    let live = everywhere.filter(|ignore| ignore.until.is_none_or(|until| now < until));
    entries(ctx, &policy, live.map(|ignore| ignore.entry), page, "Nobody is ignored.")
}
