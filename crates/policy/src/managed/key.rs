//! The names of what is managed from chat, and of the audit rows that made it.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};

use super::AliasName;
use crate::{AccountName, Capability, CommandPattern, Person, RoomId, Scope, UserId};

/// The name of one thing that is managed from chat, as a database keeps it: its kind and what it
/// is about, `sudoer u:irc:bob` or `grant a:bob shell.run`.
///
/// The text form is stable. Identities are percent-encoded in it, so that a blank always separates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ManagedKey(SmolStr);

/// The kinds whose facts only give: where one cannot be read, nothing is given. An account is not
/// among them, nor an identity of one: whatever stands against it hangs on both.
const GIVING: [&str; 5] = ["password", "sudoer", "grant", "temporary", "alias"];

impl ManagedKey {
    /// A key as a database keeps it; what is no key of ours names a row that cannot be read.
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The key as a database keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first word: what kind of thing this names.
    pub fn kind(&self) -> &str {
        self.0.split_once(' ').map_or(self.as_str(), |(kind, _)| kind)
    }

    /// Whether whatever it names may take something from somebody.
    pub(crate) fn may_take(&self) -> bool {
        !GIVING.contains(&self.kind())
    }

    /// An account that was registered.
    pub fn account(name: &AccountName) -> Self {
        Self(format_smolstr!("account {name}"))
    }

    /// An identity that was linked.
    pub fn identity(id: &UserId) -> Self {
        Self(format_smolstr!("identity {id}"))
    }

    /// The password of an account.
    pub fn password(account: &AccountName) -> Self {
        Self(format_smolstr!("password {account}"))
    }

    /// That an account is secure.
    pub fn secure(account: &AccountName) -> Self {
        Self(format_smolstr!("secure {account}"))
    }

    /// The `ignore` flag of an account.
    pub fn ignored(account: &AccountName) -> Self {
        Self(format_smolstr!("ignored {account}"))
    }

    /// What an account says of a capability; one key for it and its opposite.
    pub fn held(account: &AccountName, capability: &Capability) -> Self {
        Self(format_smolstr!("held {account} {}", Unsigned(capability)))
    }

    /// What the default set, or that of a room, says of a capability.
    pub fn everybody(capability: &Capability) -> Self {
        Self(format_smolstr!("everybody {}", Unsigned(capability)))
    }

    /// That a room is closed.
    pub fn closed(room: &RoomId) -> Self {
        Self(format_smolstr!("closed {room}"))
    }

    /// That a room is lobotomized.
    pub fn lobotomy(room: &RoomId) -> Self {
        Self(format_smolstr!("lobotomy {room}"))
    }

    /// That somebody is ignored, everywhere or in a room.
    pub fn ignore(who: &Person, room: Option<&RoomId>) -> Self {
        Self(format_smolstr!("ignore {who}{}", In(room)))
    }

    /// That somebody is banned from a room.
    pub fn ban(who: &Person, room: &RoomId) -> Self {
        Self(format_smolstr!("ban {who} {room}"))
    }

    /// That somebody is ignored for a flood, everywhere or in a room.
    pub fn flood(who: &Person, room: Option<&RoomId>) -> Self {
        Self(format_smolstr!("flood {who}{}", In(room)))
    }

    /// That a command is switched off, everywhere or in a room.
    pub fn disable(command: &CommandPattern, room: Option<&RoomId>) -> Self {
        Self(format_smolstr!("disable {command}{}", In(room)))
    }

    /// A sudoer.
    pub fn sudoer(who: &Person) -> Self {
        Self(format_smolstr!("sudoer {who}"))
    }

    /// A grant without a lease.
    pub fn grant(to: &Person, what: &Scope) -> Self {
        Self(format_smolstr!("grant {to} {what}"))
    }

    /// A grant with a lease.
    pub fn temporary(to: &Person, what: &Scope) -> Self {
        Self(format_smolstr!("temporary {to} {what}"))
    }

    /// An alias, everywhere or in a room.
    pub fn alias(name: &AliasName, room: Option<&RoomId>) -> Self {
        Self(format_smolstr!("alias {name}{}", In(room)))
    }

    /// A rule; keys stand in the order of their rules.
    pub fn rule(number: u32) -> Self {
        Self(format_smolstr!("rule {number:010}"))
    }
}

/// A capability without its sign.
struct Unsigned<'a>(&'a Capability);

impl fmt::Display for Unsigned<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.room().iter().try_for_each(|room| write!(formatter, "{room},"))?;
        formatter.write_str(self.0.name())
    }
}

/// A room, after a blank, or nothing.
struct In<'a>(Option<&'a RoomId>);

impl fmt::Display for In<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|room| write!(formatter, " {room}"))
    }
}

impl fmt::Display for ManagedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The number of a row of the audit log, by the store's count.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct AuditNumber(pub u64);

/// As an explanation names it: `audit row 7`.
impl fmt::Display for AuditNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "audit row {}", self.0)
    }
}
