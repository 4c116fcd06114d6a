//! How somebody proves that he is an account: by its password, which cannot be guessed for long.

use nuncio_sdk::Timestamp;
use nuncio_sdk::policy::{AccountName, PasswordHash};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::Note;
use serde::{Deserialize, Serialize};

use super::password::Turn;

/// How many wrong passwords may be tried for an account within the span, whoever tries them from
/// wherever; then none is taken until it is over. A few more may be where several are tried at the
/// same moment.
const MOST: u8 = 10;
/// From the first of them.
const SPAN: Duration = Duration::from_hours(1);

/// What came of a password.
pub(super) enum Proof {
    /// It is the account's, of which this is the hash.
    Right(Turn, PasswordHash),
    /// It is not, or is not looked at: what is said of it, and what is kept and written.
    Wrong(Reply),
}

/// The wrong passwords that were tried for an account.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Tries {
    since: Timestamp,
    wrong: u8,
}

impl Tries {
    /// Those that count now.
    async fn of(ctx: &Context, account: &AccountName) -> Result<Self> {
        let now = ctx.now();
        let kept = ctx.value::<Self>(&key(account)).await?;
        let counts = |tries: &Self| tries.until() > now && tries.since <= now;
        Ok(kept.filter(counts).unwrap_or(Self { since: now, wrong: 0 }))
    }

    fn until(self) -> Timestamp {
        self.since.saturating_add(SPAN).unwrap_or(Timestamp::MAX)
    }

    fn next(self) -> Self {
        Self { wrong: self.wrong.saturating_add(1), ..self }
    }
}

/// Under which key the tries of an account are kept: only of one that has a password.
pub(super) fn key(account: &AccountName) -> String {
    format!("tries/{}", account.as_str())
}

/// Checks a password. One that is wrong, one of an account that has none, and one of an account that
/// is not there are told apart neither by what is said nor by how long it takes.
pub(super) async fn prove(
    ctx: &Context,
    account: &AccountName,
    password: &Secret,
) -> Result<Proof> {
    let turn = Turn::take().await?;
    // Only now: what was tried before it was our turn is counted.
    let tries = Tries::of(ctx, account).await?;
    let stored = ctx.password(account);
    if stored.is_some() && tries.wrong >= MOST {
        let why = format!("no password is taken for {account} before {}", tries.until());
        return Ok(Proof::Wrong(closed(account, tries).note(Note::Failed(why))));
    }
    let (turn, is_right) = turn.verify(password, stored.as_ref()).await?;
    let wrong = reply!["That is not the password of that account, or there is none."];
    Ok(match stored {
        Some(hash) if is_right => Proof::Right(turn, hash),
        Some(_) => {
            let tries = tries.next();
            let why = match tries.wrong {
                MOST => format!(
                    "wrong password number {MOST} for {account}: none is taken before {}",
                    tries.until()
                ),
                wrong => format!("wrong password number {wrong} for {account}"),
            };
            Proof::Wrong(wrong.keep(key(account), &tries).note(Note::Failed(why)))
        }
        // Its name is not written: by mistake it may be the password.
        None => Proof::Wrong(wrong.note(Note::Failed("no account with a password".into()))),
    })
}

fn closed(account: &AccountName, tries: Tries) -> Reply {
    let minutes = tries.until().strftime("%H:%M");
    reply![
        "Too many wrong passwords were tried for {account}: I take none before {minutes} UTC, right \
         or wrong."
    ]
}
