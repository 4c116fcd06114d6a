//! Who may run commands of level `sudo`.

use nuncio_sdk::policy::Change;
use nuncio_sdk::prelude::*;

use crate::rights::{entries, given, person};

plugin! {
    /// Says who may run what is not for everyone.
    sudo: add, rm, list
}

/// Lets somebody run every command that is neither for everyone nor for owners.
///
/// ```chat
/// > sudo add bob
/// u:memory:bob is a sudoer. To undo it: sudo rm u:memory:bob.
/// > sudo add u:memory:bob
/// That is so already: …
/// ```
#[command(level = "owner")]
fn add(
    ctx: &Context,
    /// A user, or an account such as `a:bob`.
    who: &str,
) -> Result {
    let who = person(ctx, who)?;
    Ok(given(ctx, &who).change(Change::AddSudoer { who }))
}

/// Ends what `sudo add` gave.
///
/// ```chat
/// > sudo rm bob
/// There is nothing to remove: `u:memory:bob` is no sudoer.
/// ```
#[command(level = "owner")]
fn rm(ctx: &Context, who: &str) -> Result {
    Ok(Reply::none().change(Change::RemoveSudoer { who: person(ctx, who)? }))
}

/// Lists the sudoers, with where each comes from.
///
/// ```chat
/// > sudo list
/// u:memory:sudoer (policy.sudoers[0], a file of the test)
/// ```
#[command(level = "owner", repeat = "safe", late = "skip")]
fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    entries(ctx, &policy, policy.sudoers(), page, "Nobody is a sudoer.")
}
