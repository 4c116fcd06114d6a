//! `user set …`.

use nuncio_sdk::policy::Change;
use nuncio_sdk::prelude::*;

use crate::rights::{self, Switch};

/// Says whether a password is enough to be taken for an account, or one of its identities is needed
/// as well.
///
/// ```chat
/// > user set secure nobody true
/// There is no account `a:nobody`.
/// ```
#[command(path = "set.secure", level = "everyone")]
pub(super) fn secure(ctx: &Context, account: &str, secure: Switch) -> Result {
    let account = rights::account(ctx, account)?;
    Ok(Reply::none().change(Change::SetSecure { account, secure: secure.into() }))
}

/// Says whether I ignore an account, whoever it is and wherever it speaks.
///
/// ```chat
/// > user set ignored nobody true
/// There is no account `a:nobody`.
/// ```
#[command(path = "set.ignored", level = "owner")]
pub(super) fn ignored(ctx: &Context, account: &str, ignored: Switch) -> Result {
    let account = rights::account(ctx, account)?;
    Ok(Reply::none().change(Change::SetIgnored { account, ignored: ignored.into() }))
}
