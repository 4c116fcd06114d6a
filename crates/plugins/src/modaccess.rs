//! Grants: a command or a plugin for somebody who is no sudoer.

use nuncio_sdk::policy::Change;
use nuncio_sdk::prelude::*;

use crate::rights::{entries, given, granted, person, scope};

plugin! {
    /// Grants commands and plugins.
    modaccess: add, rm, list
}

/// Lets somebody run a command, or all commands of a plugin.
///
/// A command of level `owner` is reached only with `--elevate`, and only when it is named itself.
/// What changes rights or code is granted to nobody.
///
/// ```chat
/// > modaccess add bob sudo.add
/// `sudo.add` changes rights or code: it is for owners, and granted to nobody.
/// ```
#[command(level = "owner")]
fn add(
    ctx: &Context,
    /// A user, or an account such as `a:bob`.
    who: &str,
    /// A command such as `games.dice`, or a plugin.
    what: &str,
    /// Whether it reaches a command of level `owner`.
    elevate: bool,
) -> Result {
    let (to, what) = (person(ctx, who)?, scope(ctx, what)?);
    Ok(given(ctx, &to).change(Change::Grant { to, what, elevate, lease: None }))
}

/// Ends what `modaccess add` gave.
///
/// ```chat
/// > modaccess rm bob games.dice
/// There is nothing to remove: …
/// ```
#[command(level = "owner")]
fn rm(ctx: &Context, who: &str, what: &str) -> Result {
    let (to, what) = (person(ctx, who)?, granted(ctx, what)?);
    Ok(Reply::none().change(Change::Revoke { to, what, temporary: false }))
}

/// Lists the grants that have no end, with where each comes from.
///
/// ```chat
/// > modaccess list
/// Nothing is granted.
/// ```
#[command(level = "owner", repeat = "safe", late = "skip")]
fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    let lasting = policy.grants().filter(|grant| grant.until.is_none());
    entries(ctx, &policy, lasting.map(|grant| grant.entry), page, "Nothing is granted.")
}
