//! `whoami`.

use nuncio_sdk::policy::{Identified, Policy, Powered};
use nuncio_sdk::prelude::*;

use crate::rights::shown;

/// Says who you are to me, and how I know.
///
/// ```chat
/// > whoami
/// You are u:memory:owner: memory vouches for you.
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn whoami(ctx: &Context) -> Reply {
    let (speaker, network) = (ctx.speaker(), ctx.network());
    let verified = speaker.verified_id();
    let claims: Vec<String> =
        speaker.identities().filter(|id| verified != Some(*id)).map(ToString::to_string).collect();
    let claimed = claims.join(", ");
    let policy = ctx.policy().policy();
    let account = match policy.identify(speaker) {
        Identified::Nobody => String::new(),
        Identified::Account { name, .. } if !speaker.sessions().contains(name) => {
            format!(" Your account is {name}.")
        }
        Identified::Account { name, .. } => {
            let secure = policy.account(name).is_some_and(|account| account.secure.is_some());
            let alone = secure && verified.is_none();
            let alone = if alone { ", for which a password alone is not enough" } else { "" };
            format!(" You are in session as {name}{alone}.")
        }
        Identified::Several(_) => {
            " You may be several accounts, and have the rights of none.".into()
        }
    };
    let power = power(ctx, &policy);
    match (verified, claims.is_empty()) {
        (Some(id), true) => reply!["You are **{id}**: {network} vouches for you.{account}{power}"],
        (Some(id), false) => reply![
            "You are **{id}**: {network} vouches for you. You also go by {claimed}, which is \
             only a claim: it can cost you rights and never give you any.{account}{power}"
        ],
        (None, false) if !account.is_empty() => reply![
            "You say that you are **{claimed}**, and only your password vouches for \
             you.{account}{power}"
        ],
        (None, false) => reply![
            "You say that you are **{claimed}**, and nothing vouches for it: it can cost you \
             rights and never give you any. Log in to {network} to be known or, where it has no \
             accounts, say `user identify` to me in private.{power}"
        ],
        (None, true) => reply!["I do not know who you are.{power}"],
    }
}

/// What the power that the network gives the speaker here is worth.
fn power(ctx: &Context, policy: &Policy) -> String {
    let powers = policy.powers(ctx.speaker());
    let Some(Powered { power, room, .. }) = powers.first() else { return String::new() };
    let worth = |powered: &Powered| {
        let Powered { entry, .. } = powered;
        format!("{} ({})", entry.text, shown(ctx, policy, &entry.origin))
    };
    let worths: Vec<String> = powers.iter().map(worth).collect();
    format!(" You are {power} of {room}, which is worth {}.", worths.join(", "))
}
