//! People's signing keys, and who has others than before.

use std::fmt;

use futures_util::{FutureExt as _, StreamExt as _, stream::BoxStream};
use matrix_sdk::{
    Client,
    encryption::identities::{IdentityUpdates, UserIdentity},
    ruma::{OwnedUserId, UserId},
};

/// Looks whether those with whom we talk in encrypted rooms are still who they were.
pub(super) struct People {
    client: Client,
    updates: BoxStream<'static, IdentityUpdates>,
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("People").finish_non_exhaustive()
    }
}

impl People {
    /// Looks from now on, so before the first sync.
    pub(super) async fn new(client: Client) -> Self {
        let updates = match client.encryption().user_identities_stream().await {
            Ok(updates) => updates.boxed(),
            Err(error) => {
                tracing::error!(%error, "Nobody looks after other people's signing keys.");
                futures_util::stream::empty().boxed()
            }
        };
        Self { client, updates }
    }

    /// Who has other signing keys now than when he was last looked at, in this life of the store, and
    /// whether he had proven the old ones.
    pub(super) async fn changed(&mut self) -> Vec<(OwnedUserId, bool)> {
        let mut changed = Vec::new();
        while let Some(Some(IdentityUpdates { new, changed: others, .. })) =
            self.updates.next().now_or_never()
        {
            for (user, identity) in new.into_iter().chain(others) {
                if self.client.user_id() != Some(&*user)
                    && is_other(&self.client, &user, &identity).await
                {
                    changed.push((user, identity.was_previously_verified()));
                }
            }
        }
        changed
    }
}

/// Whether we knew other keys of somebody; these are kept in their place.
async fn is_other(client: &Client, user: &UserId, identity: &UserIdentity) -> bool {
    let Some(key) = identity.master_key().get_first_key() else { return false };
    let (name, key) = (format!("nuncio.identity.{user}"), key.to_base64().into_bytes());
    match client.state_store().set_custom_value(name.as_bytes(), key.clone()).await {
        Ok(before) => before.is_some_and(|before| before != key),
        Err(error) => {
            tracing::error!(%user, %error, "His signing keys cannot be kept.");
            false
        }
    }
}

/// What the house is told of somebody whose keys are others now.
pub(super) fn alarm(user: &UserId, was_proven: bool) -> String {
    let before = if was_proven { ", whose old ones were verified," } else { "" };
    format!(
        "`{user}`{before} has other signing keys now: ask him another way whether he made them himself; \
         what is said under his name is his homeserver's word alone, as ever"
    )
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::user_id;

    use super::alarm;

    #[test]
    fn whether_the_old_keys_were_verified_is_said() {
        let eve = user_id!("@eve:x.org");
        assert!(alarm(eve, false).starts_with("`@eve:x.org` has other signing keys now"));
        let verified = "`@eve:x.org`, whose old ones were verified, has other signing keys now";
        assert!(alarm(eve, true).starts_with(verified));
    }
}
