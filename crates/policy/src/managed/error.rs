//! Why a change is refused.

use jiff::Timestamp;
use smol_str::SmolStr;

use super::RoleName;
use crate::{AccountName, Capability, Entry, KeyPath, RoomId, Scope, UserId};

/// Why a change is refused; the message is for whoever asked for it in chat, and says what is in
/// the way and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// Nothing vouches for whoever asks.
    #[error("nothing vouches for who you are; identify first")]
    Unvouched,
    /// Only an owner may.
    #[error("only an owner may do that")]
    OwnersOnly,
    /// Whoever asks does not hold, in writing, what it takes.
    #[error("that takes the capability `{needed}`, which you do not hold in writing")]
    Takes {
        /// What it takes.
        needed: Capability,
    },
    /// One gives and takes only what one holds.
    #[error("you do not hold `{capability}` in writing, and give or take only what you hold")]
    NotHeld {
        /// What was to be given or taken.
        capability: Capability,
    },
    /// It is about another's account or identity.
    #[error("`{what}` is not yours; speak as {how}")]
    NotYours {
        /// What it is about.
        what: SmolStr,
        /// As whom to speak.
        how: &'static str,
    },
    /// It would lift what stands against whoever asks.
    #[error("`{what}` stands against you yourself; ask an owner")]
    AgainstYou {
        /// What was to be lifted.
        what: SmolStr,
    },
    /// The bot itself does that, and nobody asks it to.
    #[error("the bot does that by itself")]
    ByItself,
    /// A file declares it, and chat never rewrites a file.
    #[error("`{what}` stands in a file, at `{key}`; change it there")]
    Declared {
        /// What is declared.
        what: SmolStr,
        /// Where.
        key: KeyPath,
    },
    /// It is so already.
    #[error("that is so already{}", by(.at.as_ref()))]
    AlreadySo {
        /// The entry that makes it so, where one does.
        at: Option<Entry>,
    },
    /// There is nothing of the kind to remove.
    #[error("there is nothing to remove: {what}")]
    NotThere {
        /// What is not so.
        what: SmolStr,
    },
    /// Nobody becomes an owner from chat.
    #[error("owners are named in files, never from chat; add the person to `policy.owners`")]
    Owner,
    /// The account owns the bot, and nobody ignores an owner.
    #[error("`{account}` owns the bot; who owns it is said in files")]
    Owns {
        /// The account.
        account: AccountName,
    },
    /// What changes rights or code is granted to nobody.
    #[error("`{what}` changes rights or code: it is for owners, and granted to nobody")]
    Reserved {
        /// What was to be granted.
        what: Scope,
    },
    /// A plugin's grant reaches no command of owners.
    #[error(
        "`{what}` is a plugin, and its grant reaches no command of owners; grant the command in full"
    )]
    Elevates {
        /// The plugin.
        what: Scope,
    },
    /// A written anticapability stands against the grant, which would never count.
    #[error(
        "the anticapability {held} stands against that, so that it would never count; give `{needed}` instead"
    )]
    Defeated {
        /// The anticapability, and what holds it.
        held: Entry,
        /// The capability to give.
        needed: SmolStr,
    },
    /// Nothing can ever vouch for this identity.
    #[error("nothing can vouch for `{id}`; name the account that the network vouches for")]
    Unverifiable {
        /// The identity.
        id: UserId,
    },
    /// A mask in an account must be one, on a network that trusts hostmasks.
    #[error(
        "`{id}` cannot be linked; write `NICK!USER@HOST` with at least three signs that are no wildcards, on a network with `trust = \"hostmask\"`"
    )]
    Mask {
        /// The mask.
        id: UserId,
    },
    /// There is no such account.
    #[error("there is no account `{account}`")]
    NoAccount {
        /// Its name.
        account: AccountName,
    },
    /// There is no such role.
    #[error("there is no role `{role}`; let it hold something first")]
    NoRole {
        /// Its name.
        role: RoleName,
    },
    /// A role of the account says it, and not its own set.
    #[error("`{capability}` comes from the role `{role}`; take the role, or give the account `{}`", .capability.clone().inverted())]
    OfRole {
        /// What it holds.
        capability: Capability,
        /// By which role.
        role: RoleName,
    },
    /// The name is in use, or something still names it.
    #[error("the name `{account}` is taken; choose another")]
    Taken {
        /// The name.
        account: AccountName,
    },
    /// The identity names an account already.
    #[error("`{id}` is an identity of `{account}` already; unlink it there first")]
    Linked {
        /// The identity.
        id: UserId,
        /// Whose it is.
        account: AccountName,
    },
    /// Nothing would be left by which to become this account.
    #[error("`{account}` has no other identity and no password; unregister it instead")]
    Last {
        /// The account.
        account: AccountName,
    },
    /// An account without an identity and without a password is nobody's.
    #[error("nothing vouches for who you are here; register with a password, in private")]
    Nobody,
    /// Nobody gets rid of what stands against him by leaving his account.
    #[error("{by} stands against `{account}`; as long as it does, nobody leaves that account")]
    Burdened {
        /// The account.
        account: AccountName,
        /// What stands against it.
        by: Entry,
    },
    /// A rule names the account.
    #[error("the rule {rule} names `{account}`; remove it first")]
    Named {
        /// The account.
        account: AccountName,
        /// The rule.
        rule: Entry,
    },
    /// What was named is no name of anything, or not one that can be named here.
    #[error("{message}{}", and(.help.as_deref()))]
    Name {
        /// What is wrong.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// The time is over already.
    #[error("`{until}` is over already")]
    Past {
        /// The time.
        until: Timestamp,
    },
    /// A name is longer than any that is of use.
    #[error("`{what}` has more than {max} bytes")]
    Long {
        /// The name.
        what: SmolStr,
        /// The most that one may have, in bytes.
        max: usize,
    },
    /// There is no room for more.
    #[error("there are {max} {what} already, and no more can be; remove one first")]
    Full {
        /// Of what there are so many.
        what: &'static str,
        /// How many there may be.
        max: usize,
    },
}

impl ChangeError {
    pub(crate) fn takes(name: &'static str, room: Option<&RoomId>) -> Self {
        let name = SmolStr::new_static(name);
        Self::Takes { needed: Capability { room: room.cloned(), name, positive: true } }
    }
}

fn by(at: Option<&Entry>) -> String {
    at.map(|entry| format!(": {entry}")).unwrap_or_default()
}

fn and(help: Option<&str>) -> String {
    help.map(|help| format!("; {help}")).unwrap_or_default()
}
