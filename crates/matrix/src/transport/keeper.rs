//! Who looks after the account's keys, from one sync to the next.

use std::time::Duration;

use matrix_sdk::Client;
use tokio::time::Instant;

use super::recovery;
use crate::config::Account;

/// How long to wait before the server is asked again.
const SOON: Duration = Duration::from_mins(1);

/// How long to wait before what a person has to put right is looked at again.
const LATER: Duration = Duration::from_mins(15);

/// Whether the account's keys are ours: what is said in an encrypted room can be known as ours, and
/// read again by whoever loses the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody knows yet.
    #[default]
    Unknown,
    /// They are.
    Ours,
    /// They are not, and a person has to look.
    Foreign,
}

/// Looks after the keys of one account.
#[derive(Debug)]
pub(super) struct Keeper {
    client: Client,
    account: Account,
    standing: Standing,
    /// When to look again, while they are not ours.
    due: Option<Instant>,
    /// What is wrong, as it was said.
    alarm: Option<String>,
}

impl Keeper {
    pub(super) fn new(client: Client, account: Account) -> Self {
        Self { client, account, standing: Standing::default(), due: None, alarm: None }
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing
    }

    /// Looks whether all is well, and makes it so. What is wrong, if that is new.
    pub(super) async fn look(&mut self) -> Option<String> {
        let is_due = match self.standing {
            Standing::Ours => !recovery::has_all(&self.client, &self.account).await,
            _ => self.due.is_none_or(|due| due <= Instant::now()),
        };
        if !is_due {
            return None;
        }
        let Err(trouble) = Box::pin(recovery::settle(&self.client, &self.account)).await else {
            (self.standing, self.due, self.alarm) = (Standing::Ours, None, None);
            return None;
        };
        if trouble.is_passing() {
            tracing::warn!(why = %trouble, "Whether the account's keys are ours is not known yet.");
            (self.standing, self.due) = (Standing::Unknown, Some(Instant::now() + SOON));
            return None;
        }
        (self.standing, self.due) = (Standing::Foreign, Some(Instant::now() + LATER));
        let why =
            format!("nothing is said in encrypted rooms: {}", super::failure::chain(&trouble));
        let is_new = self.alarm.as_ref() != Some(&why);
        is_new.then(|| self.alarm.insert(why).clone())
    }
}
