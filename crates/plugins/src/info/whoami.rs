//! `whoami`.

use nuncio_sdk::prelude::*;

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
    match (verified, claims.is_empty()) {
        (Some(id), true) => reply!["You are **{id}**: {network} vouches for you."],
        (Some(id), false) => reply![
            "You are **{id}**: {network} vouches for you. You also go by {claimed}, which is \
             only a claim: it can cost you rights and never give you any."
        ],
        (None, false) => reply![
            "You say that you are **{claimed}**, and nothing vouches for it: it can cost you \
             rights and never give you any. Log in to {network} to be known."
        ],
        (None, true) => reply!["I do not know who you are."],
    }
}
