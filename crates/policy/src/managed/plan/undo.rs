//! The change that undoes another.

use crate::managed::{Change, Fact, Managed, ManagedKey, RowWrite};

/// What leads back to what was, where a command can.
pub(super) fn undo(change: &Change, writes: &[RowWrite], managed: &Managed) -> Option<Change> {
    let before = |key: &ManagedKey| managed.get(key).map(|(kept, _)| kept.fact.clone());
    match change {
        Change::Register { account, .. } => Some(Change::Unregister { account: account.clone() }),
        Change::Unregister { .. }
        | Change::SetPassword { .. }
        | Change::Unlink { .. }
        | Change::Expire { .. }
        | Change::Forget { .. } => None,
        _ => writes.iter().find_map(|write| match write {
            RowWrite::Put { key, kept } => match before(key) {
                Some(fact) => fact.said(),
                None => Some(kept.fact.unsaid()),
            },
            RowWrite::Delete { key } => before(key)?.said(),
        }),
    }
}

impl Fact {
    /// The change that says it.
    fn said(self) -> Option<Change> {
        Some(match self {
            Self::Secure { account } => Change::SetSecure { account, secure: true },
            Self::Ignored { account } => Change::SetIgnored { account, ignored: true },
            Self::Held { account, capability } => Change::AddCapability { account, capability },
            Self::Role { role, capability } => Change::AddToRole { role, capability },
            Self::Member { account, role } => Change::GiveRole { account, role },
            Self::Everybody { capability } => Change::SetCapability { capability },
            Self::NotDefault { capability } => Change::UnsetCapability { capability },
            Self::Closed { room } => Change::SetRoomDefault { room, allow: false },
            Self::Lobotomy { room } => Change::Lobotomize { room },
            Self::Ignore { who, room, until } => Change::Ignore { who, room, until },
            Self::Ban { who, room, until } => Change::Ban { who, room, until },
            Self::Flood { who, room, until } => Change::Ignore { who, room, until: Some(until) },
            Self::Disable { command, room } => Change::Disable { command, room },
            Self::Sudoer { who } => Change::AddSudoer { who },
            Self::Grant { to, what, elevate, lease } => Change::Grant { to, what, elevate, lease },
            Self::Rule { rule, .. } => Change::AddRule { rule },
            Self::Alias { name, room, line, author } => {
                Change::AddAlias { name, room, line, author: Box::new(author?) }
            }
            // These take a consent or a password that is not given again.
            Self::Account { .. } | Self::Identity { .. } | Self::Password { .. } => return None,
        })
    }

    /// The change that ends it.
    fn unsaid(&self) -> Change {
        match self.clone() {
            Self::Account { name } => Change::Unregister { account: name },
            Self::Identity { id, .. } => Change::Unlink { identity: id },
            Self::Password { account, .. } => Change::SetPassword { account, password: None },
            Self::Secure { account } => Change::SetSecure { account, secure: false },
            Self::Ignored { account } => Change::SetIgnored { account, ignored: false },
            Self::Held { account, capability } => Change::RemoveCapability { account, capability },
            Self::Role { role, capability } => Change::RemoveFromRole { role, capability },
            Self::Member { account, role } => Change::TakeRole { account, role },
            Self::Everybody { capability } => Change::UnsetCapability { capability },
            Self::NotDefault { capability } => Change::SetCapability { capability },
            Self::Closed { room } => Change::SetRoomDefault { room, allow: true },
            Self::Lobotomy { room } => Change::Wake { room },
            Self::Ignore { who, room, .. } | Self::Flood { who, room, .. } => {
                Change::Unignore { who, room }
            }
            Self::Ban { who, room, .. } => Change::Unban { who, room },
            Self::Disable { command, room } => Change::Enable { command, room },
            Self::Sudoer { who } => Change::RemoveSudoer { who },
            Self::Grant { to, what, lease, .. } => {
                Change::Revoke { to, what, temporary: lease.is_some() }
            }
            Self::Rule { number, .. } => Change::RemoveRule { number },
            Self::Alias { name, room, .. } => Change::RemoveAlias { name, room },
        }
    }
}
