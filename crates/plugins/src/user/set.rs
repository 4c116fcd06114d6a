//! `user set …`.

use nuncio_sdk::policy::{AccountName, Change, PasswordHash};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::SessionChange;

use super::identify::named;
use super::open;
use super::password::{NewPassword, Turn};
use super::proof::{self, Proof, prove};
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

/// Sets the password of your account.
///
/// `user set password OLD NEW`, or `user set password NEW` where it has none yet; the account's name
/// may stand before the two. An owner who sets another's says `user set password a:NAME NEW`. Whoever
/// has identified himself by the old one has to do so again.
///
/// ```chat
/// > user set password 'tea for two' 'tea for three'
/// You have no account; …
/// > user set password a:nobody 'tea for two'
/// There is no account `a:nobody`.
/// ```
#[command(path = "set.password", private, level = "everyone", late = "skip")]
pub(super) async fn password(
    ctx: &Context,
    /// The old one, if there is one, and the new one.
    words: Vec<Secret>,
) -> Result {
    let policy = ctx.policy().policy();
    let (account, old, new) = match words.as_slice() {
        [new] => (rights::named_or_own(ctx, None)?, None, new),
        [account, new] if account.expose().starts_with("a:") && policy.is_owner(ctx.speaker()) => {
            return set(ctx, named(account.expose())?, new, None).await;
        }
        [old, new] => (rights::named_or_own(ctx, None)?, Some(old), new),
        [account, old, new] => (named(account.expose())?, Some(old), new),
        _ => return Err(Error::usage("Which password? Write the old one and the new one.")),
    };
    let old = match (old, policy.has_password(&account)) {
        (old @ Some(_), true) | (old @ None, false) => old,
        (None, true) => {
            return Err(Error::usage(text![
                "{account} has a password: write it before the new one."
            ]));
        }
        (Some(_), false) => {
            return Err(Error::usage(text![
                "{account} has no password yet: write the new one alone."
            ]));
        }
    };
    set(ctx, account, new, old).await
}

async fn set(ctx: &Context, account: AccountName, new: &Secret, old: Option<&Secret>) -> Result {
    let new = NewPassword::new(new)?;
    // Nobody learns of a password whether it is right who could not set another.
    let change = |password| Change::SetPassword { account: account.clone(), password };
    let any = PasswordHash::new(String::new());
    if let Err(error) = ctx.policy().policy().plan(ctx.speaker(), change(any), ctx.now()) {
        return Err(rights::refused(&error));
    }
    let turn = match old {
        None => Turn::take().await?,
        Some(old) => match prove(ctx, &account, old).await? {
            Proof::Right(turn, _) => turn,
            Proof::Wrong(reply) => return Ok(reply),
        },
    };
    let password = turn.hash(&new).await?;
    let reply = Reply::none().change(change(Some(password.clone()))).forget(proof::key(&account));
    let reply = open::void(ctx, &account, reply).await?;
    if !ctx.speaker().sessions().contains(&account) {
        return Ok(reply);
    }
    // His own goes on.
    Ok(reply.session(SessionChange::Begin { account, password }))
}

/// Lets no password identify as an account any more.
///
/// ```chat
/// > user unset password nobody
/// There is no account `a:nobody`.
/// ```
#[command(path = "unset.password", level = "everyone")]
pub(super) async fn no_password(ctx: &Context, account: Option<&str>) -> Result {
    let account = rights::named_or_own(ctx, account)?;
    let reply = Reply::none().forget(proof::key(&account));
    let reply = open::void(ctx, &account, reply).await?;
    Ok(reply.change(Change::SetPassword { account, password: None }))
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
