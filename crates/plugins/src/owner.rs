//! What is an owner's alone: the set that everybody holds by default, and rows beyond repair.

use nuncio_sdk::policy::{Change, ManagedKey};
use nuncio_sdk::prelude::*;

use crate::rights::{capability, entries};

plugin! {
    /// Manages what everybody holds by default.
    owner: set, unset, list, forget
}

/// Lets everybody hold a capability by default, or an anticapability such as `-games`.
///
/// ```chat
/// > owner defaultcapability add -games
/// Everybody holds `-games` who is not given another. To undo it: owner defaultcapability remove -games.
/// > owner defaultcapability add owner
/// Owners are named in files, never from chat; …
/// ```
#[command(path = "defaultcapability.add", level = "owner")]
fn set(ctx: &Context, held: &str) -> Result {
    Ok(Reply::none().change(Change::SetCapability { capability: capability(ctx, held)? }))
}

/// Takes a capability out of what everybody holds by default; one that is not there is set to its
/// opposite.
///
/// ```chat
/// > owner defaultcapability remove games
/// Everybody holds `-games` who is not given another. …
/// ```
#[command(path = "defaultcapability.remove", level = "owner")]
fn unset(ctx: &Context, held: &str) -> Result {
    Ok(Reply::none().change(Change::UnsetCapability { capability: capability(ctx, held)? }))
}

/// Lists what everybody holds by default, with where each comes from.
///
/// ```chat
/// > owner defaultcapability list
/// …
/// ```
#[command(path = "defaultcapability.list", level = "owner", repeat = "safe", late = "skip")]
fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    let all = policy.default_capabilities();
    entries(ctx, &policy, &all, page, "Nothing is held by default.")
}

/// Deletes a row of what is managed from chat that cannot be read.
///
/// ```chat
/// > owner forget held a:ann games
/// There is nothing to remove: no unreadable row is `held a:ann games`.
/// ```
#[command(level = "owner")]
fn forget(
    /// The key of the row, as my log names it.
    key: &Text,
) -> Reply {
    Reply::none().change(Change::Forget { key: ManagedKey::stored(key.as_str().trim()) })
}
