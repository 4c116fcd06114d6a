//! What a chat command can do to what is managed.

mod effect;
mod place;
mod words;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AliasName, Author, Lease, ManagedKey, PasswordHash, RoleName};
use crate::{AccountName, Capability, CommandPattern, Person, RoomId, SaidRule, Scope, UserId};

/// One change of what is managed, as a command asks for it and as an audit row keeps it.
///
/// It displays as the command line that asks for it, without any password. Serialised, it may hold
/// the hash of one, so that it can be replayed: nobody is shown that form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// Registers an account, with the identity that the speaker is verified as, a password, or
    /// both.
    Register {
        /// Its name.
        account: AccountName,
        /// Its first identity.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        identity: Option<UserId>,
        /// The hash of its password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password: Option<PasswordHash>,
    },
    /// Deletes an account that was registered, with all that it was given from chat.
    Unregister {
        /// The account.
        account: AccountName,
    },
    /// Links an identity to an account. Whoever asks is the identity; that the account consents is
    /// the caller's to know, by a challenge.
    Link {
        /// The identity; from an owner, also a mask on a network that trusts hostmasks.
        identity: UserId,
        /// The account.
        account: AccountName,
    },
    /// Unlinks an identity that was linked from chat.
    Unlink {
        /// The identity.
        identity: UserId,
    },
    /// Sets the password of an account. That the old one was known is the caller's to check.
    SetPassword {
        /// The account.
        account: AccountName,
        /// The hash of the new one; from now on none identifies, if none.
        password: Option<PasswordHash>,
    },
    /// Sets whether a password identifies only where a linked identity matches as well.
    SetSecure {
        /// The account.
        account: AccountName,
        /// Whether it does.
        secure: bool,
    },
    /// Sets the `ignore` flag of an account.
    SetIgnored {
        /// The account.
        account: AccountName,
        /// Whether it is ignored.
        ignored: bool,
    },
    /// Lets an account hold a capability or an anticapability, in place of its opposite.
    AddCapability {
        /// The account.
        account: AccountName,
        /// What it is to hold, on its own or in a room.
        capability: Capability,
    },
    /// Takes a capability or an anticapability out of the set of an account.
    RemoveCapability {
        /// The account.
        account: AccountName,
        /// What it holds.
        capability: Capability,
    },
    /// Lets a role hold a capability or an anticapability, in place of its opposite; a role is
    /// there as long as it holds anything.
    AddToRole {
        /// The role.
        role: RoleName,
        /// What it is to hold.
        capability: Capability,
    },
    /// Takes a capability or an anticapability out of a role.
    RemoveFromRole {
        /// The role.
        role: RoleName,
        /// What it holds.
        capability: Capability,
    },
    /// Gives a role to an account.
    GiveRole {
        /// The account.
        account: AccountName,
        /// The role.
        role: RoleName,
    },
    /// Takes a role from an account.
    TakeRole {
        /// The account.
        account: AccountName,
        /// The role.
        role: RoleName,
    },
    /// Lets everybody hold a capability or an anticapability: in its room, or by default.
    SetCapability {
        /// What they are to hold.
        capability: Capability,
    },
    /// Takes a capability or an anticapability out of the set of its room, or out of the default
    /// set. As in Limnoria, a positive one that the default set does not hold is set to its
    /// opposite.
    UnsetCapability {
        /// What the set holds.
        capability: Capability,
    },
    /// Sets whether a capability that no set speaks of is held in a room.
    SetRoomDefault {
        /// The room.
        room: RoomId,
        /// Whether it is held.
        allow: bool,
    },
    /// Meets somebody with silence.
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
    /// Ends an ignore, whether it was asked for or for a flood.
    Unignore {
        /// Whom.
        who: Person,
        /// In which room; the one everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
    },
    /// Bans somebody from a room.
    Ban {
        /// Whom; a user may be an IRC mask.
        who: Person,
        /// From which room.
        room: RoomId,
        /// From when it counts no more; for ever, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// Ends a ban.
    Unban {
        /// Whose.
        who: Person,
        /// From which room.
        room: RoomId,
    },
    /// Meets somebody with silence for a while, for having said too much; the bot itself does.
    Flood {
        /// Whom.
        who: Person,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// From when it counts no more.
        until: Timestamp,
    },
    /// Ignores all that is said in a room.
    Lobotomize {
        /// The room.
        room: RoomId,
    },
    /// Listens again in a room.
    Wake {
        /// The room.
        room: RoomId,
    },
    /// Switches commands off.
    Disable {
        /// Which.
        command: CommandPattern,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
    },
    /// Switches commands on again.
    Enable {
        /// Which.
        command: CommandPattern,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
    },
    /// Makes somebody a sudoer.
    AddSudoer {
        /// Whom.
        who: Person,
    },
    /// Makes somebody no sudoer any more.
    RemoveSudoer {
        /// Whom.
        who: Person,
    },
    /// Grants a command or a plugin; one that has a lease replaces that which had one.
    Grant {
        /// To whom.
        to: Person,
        /// What.
        what: Scope,
        /// Whether it reaches a command of level `owner`.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        elevate: bool,
        /// For how long; for ever, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lease: Option<Lease>,
    },
    /// Ends a grant.
    Revoke {
        /// Of whom.
        to: Person,
        /// Of what.
        what: Scope,
        /// Whether the one with a lease is meant, or the one without.
        temporary: bool,
    },
    /// Adds a rule to the `bw_list`, after all others.
    AddRule {
        /// The rule; see [`Policy::read_rule`](crate::Policy::read_rule).
        rule: SaidRule,
    },
    /// Removes a rule that was added from chat.
    RemoveRule {
        /// Its number.
        number: u32,
    },
    /// Lets a word stand for a line, in place of what it stood for.
    AddAlias {
        /// The word.
        name: AliasName,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
        /// The line. That it can be read is the caller's to check.
        line: String,
        /// Who writes it: whoever asks.
        author: Box<Author>,
    },
    /// Lets a word stand for nothing any more.
    RemoveAlias {
        /// The word.
        name: AliasName,
        /// In which room; everywhere, if none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        room: Option<RoomId>,
    },
    /// Ends what has had its time; the bot itself does.
    Expire {
        /// What.
        key: ManagedKey,
    },
    /// Deletes a row that cannot be read.
    Forget {
        /// Which.
        key: ManagedKey,
    },
    /// Takes a capability that is shipped in the default set out of it.
    DropDefault {
        /// What it holds.
        capability: Capability,
    },
    /// Puts a capability that is shipped in the default set back into it.
    KeepDefault {
        /// What it held.
        capability: Capability,
    },
}
