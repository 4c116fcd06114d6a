//! `user identify` and `unidentify`.

use nuncio_sdk::policy::{AccountName, Evidence, Identified};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::SessionChange;

use super::proof::{self, Proof, prove};

/// Makes you an account here by its password, until you leave.
///
/// Where the network vouches for you, `user link` is the better way: it needs no password, and is for
/// good.
///
/// ```chat
/// > user identify ann hunter2
/// I could not see you leave, …
/// ```
#[command(private, level = "everyone", late = "skip")]
pub(super) async fn identify(
    ctx: &Context,
    /// The account's name.
    account: &str,
    password: &Secret,
) -> Result {
    let account = named(account)?;
    let policy = ctx.policy().policy();
    if let Identified::Account { name, by: Evidence::Identity } = policy.identify(ctx.speaker())
        && *name == account
    {
        return Err(refuse!["You are {account} here already, and need no password for it."]);
    }
    if ctx.speaker().presence().is_none() {
        return Err(out_of_sight(ctx, &account));
    }
    // Whether the password is right is not asked before it could be of use.
    let would_be = ctx.speaker().clone().in_session(account.clone());
    match policy.identify(&would_be) {
        Identified::Account { by: Evidence::Session { enough: false }, .. } => {
            return Err(refuse![
                "{account} is secure: a password is taken only from one of its identities, and none \
                 of them is yours."
            ]);
        }
        Identified::Several(_) => {
            return Err(refuse![
                "You are another account already, and would have the rights of neither. \
                 `user whoami` says which; `user unidentify` ends what a password began."
            ]);
        }
        _ => {}
    }
    let hash = match prove(ctx, &account, password).await? {
        Proof::Right(_turn, hash) => hash,
        Proof::Wrong(reply) => return Ok(reply),
    };
    let better = match ctx.speaker().verified_id() {
        Some(id) => format!(" So that you need no password here, say: user link {id}"),
        None => String::new(),
    };
    let reply = reply!["You are {account} until you leave, or say `user unidentify`.{better}"];
    let reply = reply.forget(proof::key(&account));
    Ok(reply.session(SessionChange::Begin { account, password: hash }))
}

/// Ends what `user identify` began.
///
/// ```chat
/// > user unidentify
/// You have not identified yourself here.
/// ```
#[command(level = "everyone", late = "skip")]
pub(super) fn unidentify(ctx: &Context) -> Result {
    if ctx.speaker().sessions().is_empty() {
        return Err(refuse!["You have not identified yourself here."]);
    }
    let accounts: Vec<_> = ctx.speaker().sessions().iter().map(ToString::to_string).collect();
    let accounts = accounts.join(" and ");
    Ok(reply!["You are {accounts} by password no more."].session(SessionChange::End))
}

/// The account of a name that was typed beside a password: it is not repeated, for it may be one.
pub(super) fn named(account: &str) -> Result<AccountName> {
    let none = |_| Error::usage("The first word is no name of an account.");
    account.parse().map_err(none)
}

/// Nobody would tell us when he is gone.
fn out_of_sight(ctx: &Context, account: &AccountName) -> Error {
    match ctx.speaker().verified_id() {
        Some(id) => refuse![
            "I could not see you leave, and need not: {network} vouches for you. Where you are \
             {account} already, say `user link {id}`, and then here what I tell you there.",
            network = ctx.network()
        ],
        None => refuse![
            "I could not see you leave, and whoever has your name after you would be taken for \
             you. Join a room that I am in first."
        ],
    }
}
