//! `user register`, `unregister`, `unlink` and `list`.

use nuncio_sdk::policy::{AccountName, Change, Identified};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::SessionChange;

use super::identify::named;
use super::password::{NewPassword, Turn};
use super::{open, proof};
use crate::rights::{list as page_of, named_or_own, wrong};

/// Registers an account for you, with the identity that the network vouches for, or with a password.
///
/// One with a password is registered in private only.
///
/// ```chat
/// > user register Ann
/// a:ann is registered. To undo it: user unregister ann.
/// > user register bob
/// …
/// ```
#[command(level = "everyone")]
pub(super) async fn register(
    ctx: &Context,
    /// Letters, digits, `-`, `_` and `.`.
    name: &str,
    /// From 8 to 128 characters.
    password: Option<&Secret>,
) -> Result {
    let identity = ctx.speaker().verified_id().cloned();
    let Some(password) = password else {
        let account: AccountName = name.parse().map_err(wrong)?;
        return Ok(Reply::none().change(Change::Register { account, identity, password: None }));
    };
    if !ctx.place().is_private() {
        return Err(refuse![
            "Register with a password in private: I did nothing. Others could read what you wrote \
             here, so choose another password."
        ]);
    }
    let account = named(name)?;
    let password = NewPassword::new(password)?;
    let password = Turn::take().await?.hash(&password).await?;
    let here = identity.is_none() && ctx.speaker().presence().is_some();
    let session =
        here.then(|| SessionChange::Begin { account: account.clone(), password: password.clone() });
    let reply =
        Reply::none().change(Change::Register { account, identity, password: Some(password) });
    Ok(match session {
        Some(session) => reply.session(session),
        None => reply,
    })
}

/// Deletes your account, with all that it was given from chat.
///
/// ```chat
/// > user unregister
/// You have no account; …
/// ```
#[command(level = "everyone")]
pub(super) async fn unregister(ctx: &Context, account: Option<&str>) -> Result {
    let account = named_or_own(ctx, account)?;
    let reply = Reply::none().forget(proof::key(&account));
    let reply = open::void(ctx, &account, reply).await?;
    Ok(reply.change(Change::Unregister { account }))
}

/// Takes an identity from your account: the one by which you speak, where you name none.
///
/// ```chat
/// > user unlink u:memory:bob
/// There is nothing to remove: `u:memory:bob` is nobody's identity.
/// ```
#[command(level = "everyone")]
pub(super) async fn unlink(ctx: &Context, identity: Option<UserId>) -> Result {
    let identity = identity.or_else(|| ctx.speaker().verified_id().cloned());
    let Some(identity) = identity else {
        return Err(refuse!["Nothing vouches for who you are; name the identity."]);
    };
    let policy = ctx.policy().policy();
    let reply = match policy.identify(&Speaker::verified(identity.clone())) {
        Identified::Account { name, .. } => open::void(ctx, name, Reply::none()).await?,
        _ => Reply::none(),
    };
    Ok(reply.change(Change::Unlink { identity }))
}

/// Lists the accounts that there are.
///
/// ```chat
/// > user list
/// Nobody has an account.
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    let mut names: Vec<&AccountName> = policy.accounts().collect();
    names.sort_unstable();
    page_of(ctx, names.into_iter().map(ToString::to_string), page, "Nobody has an account.")
}
