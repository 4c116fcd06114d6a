//! The codes that are open: who may become which account by one, and until when.

use nuncio_sdk::Timestamp;
use nuncio_sdk::policy::AccountName;
use nuncio_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::code::{Code, Digest};

/// How long a code is good.
const LIFE: Duration = Duration::from_mins(10);
/// How many wrong ones an identity may try before all that are open for it are void.
pub(super) const TRIES: u8 = 5;
/// How many accounts may have a code open for one identity.
const ACCOUNTS: usize = 4;
/// How many codes an account may have open.
const OF_ACCOUNT: usize = 8;
/// For how many identities codes may be open.
const IDENTITIES: usize = 256;

/// Under which keys they are kept: one for each identity.
const PREFIX: &str = "link/";

/// The codes that are open for one identity.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Open {
    wrong: u8,
    codes: Vec<Promise>,
}

/// That an identity becomes an account's by a code.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Promise {
    account: AccountName,
    digest: Digest,
    since: Timestamp,
    until: Timestamp,
}

impl Promise {
    /// A clock that was set back makes no code good for longer.
    fn is_live(&self, now: Timestamp) -> bool {
        self.since <= now && now < self.until
    }
}

/// Under which key the codes for an identity are kept.
pub(super) fn key(identity: &UserId) -> String {
    format!("{PREFIX}{identity}")
}

impl Open {
    /// Those that are open for an identity now.
    pub(super) async fn of(ctx: &Context, identity: &UserId) -> Result<Self> {
        let kept = ctx.value::<Self>(&key(identity)).await?;
        Ok(kept.unwrap_or_default().live(ctx.now()))
    }

    fn live(mut self, now: Timestamp) -> Self {
        self.codes.retain(|promise| promise.is_live(now));
        if self.codes.is_empty() { Self::default() } else { self }
    }

    /// Whether none is open.
    pub(super) fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The account that a code promises, found in a time that tells nothing of the codes.
    pub(super) fn account(&self, code: &Code) -> Option<&AccountName> {
        let digest = code.digest();
        let mut found = u64::MAX;
        for (index, promise) in (0..).zip(&self.codes) {
            let is_it: Choice = promise.digest.ct_eq(&digest);
            found.conditional_assign(&index, is_it);
        }
        Some(&self.codes.get(usize::try_from(found).ok()?)?.account)
    }

    /// The same after a wrong code, and how many there were; nothing is open any more after the last
    /// that may be.
    pub(super) fn after_wrong(self) -> (Self, u8) {
        let wrong = self.wrong.saturating_add(1);
        let open = if wrong >= TRIES { Self::default() } else { Self { wrong, ..self } };
        (open, wrong)
    }

    /// Adds to a reply that this is what is open for an identity.
    pub(super) fn keep(&self, reply: Reply, key: String) -> Reply {
        if self.is_empty() { reply.forget(key) } else { reply.keep(key, self) }
    }
}

/// Opens a code by which an identity becomes an account's, in place of the one that this account had
/// open for it. Gives when it ends, and what a reply is to keep.
///
/// # Errors
/// When too many are open.
pub(super) async fn open(
    ctx: &Context,
    identity: &UserId,
    account: &AccountName,
    code: &Code,
    reply: Reply,
) -> Result<Reply> {
    let now = ctx.now();
    let all: Vec<(String, Open)> = ctx.values(PREFIX, IDENTITIES).await?;
    let (mut reply, mut identities, mut of_account) = (reply, 0, 0);
    let own = key(identity);
    let mut here = Open::default();
    for (key, open) in all {
        let open = open.live(now);
        if key == own {
            here = open;
            continue;
        }
        if open.is_empty() {
            reply = reply.forget(key);
            continue;
        }
        identities += 1;
        of_account += open.codes.iter().filter(|promise| promise.account == *account).count();
    }
    here.codes.retain(|promise| promise.account != *account);
    if identities >= IDENTITIES || of_account >= OF_ACCOUNT || here.codes.len() >= ACCOUNTS {
        return Err(refuse![
            "Too many codes are open. Each ends after 10 minutes; try again then."
        ]);
    }
    let until = now.saturating_add(LIFE)?;
    here.codes.push(Promise { account: account.clone(), digest: code.digest(), since: now, until });
    Ok(here.keep(reply, own))
}

/// Adds to a reply that every code of an account is void: whoever had it shown may be whom the account
/// is being kept from.
pub(super) async fn void(ctx: &Context, account: &AccountName, mut reply: Reply) -> Result<Reply> {
    let all: Vec<(String, Open)> = ctx.values(PREFIX, IDENTITIES).await?;
    for (key, mut open) in all {
        let before = open.codes.len();
        open.codes.retain(|promise| promise.account != *account);
        if open.codes.len() < before {
            reply = open.keep(reply, key);
        }
    }
    Ok(reply)
}
