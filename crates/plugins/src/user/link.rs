//! `user link` and `user confirm`: an identity becomes an account's when both sides say so.

use nuncio_sdk::policy::{AccountName, Change, Evidence, Identified};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::Note;

use super::code::Code;
use super::open::{self, Open, TRIES};
use crate::rights::{named_or_own, refused};

/// Shows a code by which another identity of yours becomes your account's.
///
/// Say it as the account. Then say to me in private, as that identity, what I tell you here.
///
/// ```chat
/// > user link u:memory:bob
/// You have no account; …
/// ```
#[command(private, level = "everyone", late = "skip")]
pub(super) async fn link(
    ctx: &Context,
    /// Who is to be linked: `u:irc:ann`.
    identity: UserId,
    /// For an owner: to which account.
    account: Option<&str>,
) -> Result {
    let account = named_or_own(ctx, account)?;
    consents(ctx, &account)?;
    let policy = ctx.policy().policy();
    let change = Change::Link { identity: identity.clone(), account: account.clone() };
    let is_own = ctx.speaker().verified_id() == Some(&identity);
    if is_own || policy.networks().is_mask(&identity) {
        // Both sides are here, or there is nobody who could answer.
        return Ok(Reply::none().change(change));
    }
    // What it would be told when it answers, it need not answer for.
    let answering = Speaker::verified(identity.clone());
    policy.plan(&answering, change, ctx.now()).map_err(|error| refused(&error))?;
    let code = Code::new()?;
    let reply = reply![
        "To make {identity} {account}, say to me in private on {network}, as {identity} and within \
         10 minutes: `user confirm {code}`. Show it to nobody: there, it makes them {account}.",
        network = identity.network()
    ];
    let shown = Note::Done(format!("a code was shown by which {identity} becomes {account}"));
    Ok(open::open(ctx, &identity, &account, &code, reply).await?.note(shown))
}

/// Makes you an account by the code that I showed on its side, after `user link`.
///
/// ```chat
/// > user confirm 0000-0000
/// That is no code for u:memory:owner, or its time is over. …
/// ```
#[command(private, level = "everyone", late = "skip")]
pub(super) async fn confirm(ctx: &Context, code: &Secret) -> Result {
    let Some(identity) = ctx.speaker().verified_id().cloned() else {
        return Err(refuse![
            "Nothing vouches for who you are here, so that nothing can be linked. Log in to \
             {network} first.",
            network = ctx.network()
        ]);
    };
    let (open, key) = (Open::of(ctx, &identity).await?, open::key(&identity));
    if let Some(account) = open.account(&Code::read(code)).cloned() {
        return Ok(Reply::none().forget(key).change(Change::Link { identity, account }));
    }
    let wrong = reply![
        "That is no code for {identity}, or its time is over. Whoever is the account is shown another \
         by `user link {identity}`."
    ];
    if open.is_empty() {
        let why = format!("a code for {identity}, where none is open");
        return Ok(wrong.note(Note::Failed(why)).forget(key));
    }
    let (open, number) = open.after_wrong();
    let why = match number {
        TRIES.. => format!("wrong code number {number} for {identity}: all its codes are void"),
        _ => format!("wrong code number {number} for {identity}"),
    };
    Ok(open.keep(wrong.note(Note::Failed(why)), key))
}

/// Only the account itself, or an owner, says that somebody may become it.
fn consents(ctx: &Context, account: &AccountName) -> Result<()> {
    let policy = ctx.policy().policy();
    let is_it = match policy.identify(ctx.speaker()) {
        Identified::Account { name, by } => {
            name == account && by != (Evidence::Session { enough: false })
        }
        _ => false,
    };
    if is_it || policy.is_owner(ctx.speaker()) {
        return Ok(());
    }
    Err(refuse!["{account} is not yours; speak as one of its identities, or identify as it."])
}
