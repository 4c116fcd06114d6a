//! Roles: sets of capabilities that accounts are given as one.

use nuncio_sdk::policy::{Change, Origin};
use nuncio_sdk::prelude::*;

use crate::rights::{self, list as page_of, shown};

plugin! {
    /// Manages roles, sets of capabilities that accounts are given as one.
    role: let_hold, let_drop, add, remove, list
}

/// Lets a role hold a capability, or an anticapability; a role is there as long as it holds any.
///
/// ```chat
/// > role capability add moderators games.dice
/// The role `moderators` holds `games.dice`. To undo it: role capability remove moderators games.dice.
/// ```
#[command(path = "capability.add", level = "owner")]
fn let_hold(ctx: &Context, role: &str, capability: &str) -> Result {
    let (role, capability) = (rights::role(role)?, rights::capability(ctx, capability)?);
    Ok(Reply::none().change(Change::AddToRole { role, capability }))
}

/// Takes a capability, or an anticapability, out of a role.
#[command(path = "capability.remove", level = "owner")]
fn let_drop(ctx: &Context, role: &str, capability: &str) -> Result {
    let (role, capability) = (rights::role(role)?, rights::capability(ctx, capability)?);
    Ok(Reply::none().change(Change::RemoveFromRole { role, capability }))
}

/// Gives an account a role.
///
/// ```chat
/// > role add nobody moderators
/// There is no account `a:nobody`.
/// ```
#[command(level = "owner")]
fn add(ctx: &Context, account: &str, role: &str) -> Result {
    let (account, role) = (rights::account(ctx, account)?, rights::role(role)?);
    Ok(Reply::none().change(Change::GiveRole { account, role }))
}

/// Takes a role from an account.
#[command(level = "owner")]
fn remove(ctx: &Context, account: &str, role: &str) -> Result {
    let (account, role) = (rights::account(ctx, account)?, rights::role(role)?);
    Ok(Reply::none().change(Change::TakeRole { account, role }))
}

/// Lists what the roles hold and who has them, with who said so.
///
/// ```chat
/// > role list
/// There are no roles.
/// ```
#[command(level = "owner", repeat = "safe", late = "skip")]
fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    let line = |said: String, origin: &Origin| format!("{said} ({})", shown(ctx, &policy, origin));
    let lines = policy.roles().into_iter().flat_map(|role| {
        let name = &role.name;
        let holds = role.capabilities.iter();
        let holds = holds.map(|held| line(format!("{name} holds {}", held.text), &held.origin));
        let has = role.members.iter();
        let has = has.map(|(account, origin)| line(format!("{account} has {name}"), origin));
        holds.chain(has).collect::<Vec<_>>()
    });
    page_of(ctx, lines, page, "There are no roles.")
}
