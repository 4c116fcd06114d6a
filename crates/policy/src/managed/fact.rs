//! What can be managed from chat: one small fact at a time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AliasName, Author, ManagedKey, PasswordHash, RoleName};
use crate::{AccountName, Capability, CommandPattern, Person, RoomId, SaidRule, Scope, UserId};

/// One thing that was said from chat and holds; of all that have one [`key`](Fact::key), the last
/// counts.
///
/// It is stored in typed form, so that no change of a configuration makes it unreadable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// An account that was registered.
    Account {
        /// Its name.
        name: AccountName,
    },
    /// An identity that was linked to an account, registered or declared.
    Identity {
        /// The identity; a mask on a network that trusts hostmasks.
        id: UserId,
        /// Whose it is.
        account: AccountName,
    },
    /// The password of an account.
    Password {
        /// Whose it is.
        account: AccountName,
        /// Its hash; an empty one in what [`Managed`](super::Managed) shows, which keeps it apart.
        hash: PasswordHash,
    },
    /// A password does not identify for this account unless a linked identity matches as well.
    Secure {
        /// The account.
        account: AccountName,
    },
    /// The `ignore` flag of an account.
    Ignored {
        /// The account.
        account: AccountName,
    },
    /// What an account holds, or not.
    Held {
        /// The account.
        account: AccountName,
        /// What it holds, on its own or in a room.
        capability: Capability,
    },
    /// What a role holds, or not.
    Role {
        /// The role.
        role: RoleName,
        /// What it holds, on its own or in a room.
        capability: Capability,
    },
    /// An account that has a role; what its own set says goes before.
    Member {
        /// The account.
        account: AccountName,
        /// The role.
        role: RoleName,
    },
    /// What everybody holds, or not: in a room, or by the bot's default set.
    Everybody {
        /// What they hold.
        capability: Capability,
    },
    /// What the default set does not say any more, though it is shipped so.
    NotDefault {
        /// What it said; on its own.
        capability: Capability,
    },
    /// A room in which a capability that no set speaks of is not held.
    Closed {
        /// The room.
        room: RoomId,
    },
    /// A room in which all is ignored.
    Lobotomy {
        /// The room.
        room: RoomId,
    },
    /// Somebody who is met with silence.
    Ignore {
        /// Whom; a user may be an IRC mask.
        who: Person,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// From when it counts no more; for ever, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Somebody who is banned from a room: he is met with silence there, and whatever keeps rooms
    /// in order may show him out.
    Ban {
        /// Whom; a user may be an IRC mask.
        who: Person,
        /// From which room.
        room: RoomId,
        /// From when it counts no more; for ever, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Somebody who is met with silence for a while, for having said too much.
    Flood {
        /// Whom.
        who: Person,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// From when it counts no more.
        until: Timestamp,
    },
    /// A command that is switched off.
    Disable {
        /// Which.
        command: CommandPattern,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
    },
    /// Somebody who may run commands of level `sudo`.
    Sudoer {
        /// Who.
        who: Person,
    },
    /// A command or a plugin that somebody may run without being a sudoer.
    Grant {
        /// Who.
        to: Person,
        /// What.
        what: Scope,
        /// Whether it reaches a command of level `owner`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        elevate: bool,
        /// For how long; for ever, if none. The two do not touch each other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lease: Option<Lease>,
    },
    /// A rule of the `bw_list`; it stands after all declared ones and those of lower numbers.
    Rule {
        /// Its number.
        number: u32,
        /// What it says.
        rule: SaidRule,
    },
    /// A word that stands for a line, which is run with the lesser of its author's rights and those
    /// of whoever says it.
    Alias {
        /// The word.
        name: AliasName,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// The line, with `$1` and its like for what is said behind the word.
        line: String,
        /// Who wrote it; none whose account is no more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<Author>,
    },
}

/// The time that a temporary grant has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// From when it counts no more.
    pub until: Timestamp,
    /// The room in which it was given, which is told when it ends; none for a private message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
}

impl Fact {
    /// Its name.
    pub fn key(&self) -> ManagedKey {
        match self {
            Self::Account { name } => ManagedKey::account(name),
            Self::Identity { id, .. } => ManagedKey::identity(id),
            Self::Password { account, .. } => ManagedKey::password(account),
            Self::Secure { account } => ManagedKey::secure(account),
            Self::Ignored { account } => ManagedKey::ignored(account),
            Self::Held { account, capability } => ManagedKey::held(account, capability),
            Self::Role { role, capability } => ManagedKey::role(role, capability),
            Self::Member { account, role } => ManagedKey::member(account, role),
            Self::Everybody { capability } | Self::NotDefault { capability } => {
                ManagedKey::everybody(capability)
            }
            Self::Closed { room } => ManagedKey::closed(room),
            Self::Lobotomy { room } => ManagedKey::lobotomy(room),
            Self::Ignore { who, room, .. } => ManagedKey::ignore(who, room.as_ref()),
            Self::Ban { who, room, .. } => ManagedKey::ban(who, room),
            Self::Flood { who, room, .. } => ManagedKey::flood(who, room.as_ref()),
            Self::Disable { command, room } => ManagedKey::disable(command, room.as_ref()),
            Self::Sudoer { who } => ManagedKey::sudoer(who),
            Self::Grant { to, what, lease: None, .. } => ManagedKey::grant(to, what),
            Self::Grant { to, what, lease: Some(_), .. } => ManagedKey::temporary(to, what),
            Self::Rule { number, .. } => ManagedKey::rule(*number),
            Self::Alias { name, room, .. } => ManagedKey::alias(name, room.as_ref()),
        }
    }

    /// From when it counts no more; for ever, if none.
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Ignore { until, .. } | Self::Ban { until, .. } => *until,
            Self::Flood { until, .. } => Some(*until),
            Self::Grant { lease, .. } => lease.as_ref().map(|lease| lease.until),
            _ => None,
        }
    }

    /// Whom a fact meets with silence, in which room and until when.
    pub fn ignored(&self) -> Option<(&Person, Option<&RoomId>, Option<Timestamp>)> {
        match self {
            Self::Ignore { who, room, until } => Some((who, room.as_ref(), *until)),
            Self::Ban { who, room, until } => Some((who, Some(room), *until)),
            Self::Flood { who, room, until } => Some((who, room.as_ref(), Some(*until))),
            _ => None,
        }
    }

    /// The account that it is a part of.
    pub fn account(&self) -> Option<&AccountName> {
        match self {
            Self::Account { name } => Some(name),
            Self::Identity { account, .. }
            | Self::Password { account, .. }
            | Self::Secure { account }
            | Self::Ignored { account }
            | Self::Held { account, .. }
            | Self::Member { account, .. } => Some(account),
            _ => None,
        }
    }
}
