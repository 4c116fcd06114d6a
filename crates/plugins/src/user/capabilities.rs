//! `user capabilities`.

use nuncio_sdk::policy::AccountName;
use nuncio_sdk::prelude::*;

use crate::rights::{entries, named_or_own};

/// Lists what your account holds, with where each comes from.
///
/// ```chat
/// > user capabilities
/// You have no account; user register NAME makes you one.
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn capabilities(
    ctx: &Context,
    /// Another account, for whoever may ask about others.
    account: Option<&str>,
    #[range(1..)] page: Option<usize>,
) -> Result {
    let named = named_or_own(ctx, account)?;
    let is_own = account.is_none() || named_or_own(ctx, None).is_ok_and(|own| own == named);
    let about_others: CommandId = format!("{}.others", ctx.command()).parse()?;
    if is_own || ctx.policy().may_run(ctx.speaker(), ctx.room(), &about_others) {
        return show(ctx, &named, page);
    }
    Err(refuse!["You may ask about your own account, and not about others."])
}

/// Lists what another account holds; `user capabilities` does it too for whoever may run this.
///
/// ```chat
/// > user capabilities others nobody
/// There is no account a:nobody.
/// ```
#[command(path = "capabilities.others", hidden, level = "admin", repeat = "safe", late = "skip")]
pub(super) fn others(ctx: &Context, account: &str, #[range(1..)] page: Option<usize>) -> Result {
    show(ctx, &named_or_own(ctx, Some(account))?, page)
}

fn show(ctx: &Context, name: &AccountName, page: Option<usize>) -> Result {
    let policy = ctx.policy().policy();
    let Some(view) = policy.account(name) else {
        return Err(refuse!["There is no account {name}."]);
    };
    let none = format!("{name} holds nothing of its own.");
    Ok(entries(ctx, &policy, &view.capabilities, page, &none))
}
