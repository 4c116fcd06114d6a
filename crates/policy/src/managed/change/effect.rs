//! What a change does to the table, whoever asks for it.

use std::sync::Arc;

use jiff::Timestamp;
use smol_str::SmolStr;

use super::Change;
use crate::managed::{Author, Fact, Kept, Managed, ManagedKey, RowWrite};
use crate::{AccountName, Person};

impl Change {
    /// The rows that it writes. It depends on nothing but the table, so that it can be replayed.
    pub(in crate::managed) fn effect(
        &self,
        managed: &Managed,
        by: Option<&str>,
        at: Timestamp,
    ) -> Vec<RowWrite> {
        let put = |fact: Fact| RowWrite::Put {
            key: fact.key(),
            kept: Arc::new(Kept { fact, by: by.map(SmolStr::new), at }),
        };
        let (facts, keys) = (self.facts(managed), self.keys(managed));
        let deletes = keys.into_iter().map(|key| RowWrite::Delete { key });
        deletes.chain(facts.into_iter().map(put)).collect()
    }

    /// Whether it takes back what was said, of somebody or of a place, that a file may say too.
    pub(in crate::managed) fn takes_back(&self) -> bool {
        matches!(
            self,
            Self::RemoveCapability { .. }
                | Self::RemoveFromRole { .. }
                | Self::TakeRole { .. }
                | Self::UnsetCapability { .. }
                | Self::SetRoomDefault { allow: true, .. }
                | Self::SetSecure { secure: false, .. }
                | Self::SetIgnored { ignored: false, .. }
                | Self::Wake { .. }
                | Self::RemoveSudoer { .. }
        )
    }

    /// Whether what it removes is this, and not the opposite of it.
    pub(in crate::managed) fn is_about(&self, fact: &Fact) -> bool {
        match (self, fact) {
            (
                Self::RemoveCapability { capability, .. }
                | Self::RemoveFromRole { capability, .. }
                | Self::UnsetCapability { capability },
                Fact::Held { capability: held, .. }
                | Fact::Role { capability: held, .. }
                | Fact::Everybody { capability: held },
            ) => capability == held,
            _ => true,
        }
    }

    /// What holds from now on.
    fn facts(&self, managed: &Managed) -> Vec<Fact> {
        let fact = match self.clone() {
            Self::Register { account, identity, password } => {
                let of = account.clone();
                let identity = identity.map(|id| Fact::Identity { id, account: of });
                let of = account.clone();
                let password = password.map(|hash| Fact::Password { account: of, hash });
                let account = Fact::Account { name: account };
                return [account].into_iter().chain(identity).chain(password).collect();
            }
            Self::Link { identity, account } => Fact::Identity { id: identity, account },
            Self::SetPassword { account, password: Some(hash) } => Fact::Password { account, hash },
            Self::SetSecure { account, secure: true } => Fact::Secure { account },
            Self::SetIgnored { account, ignored: true } => Fact::Ignored { account },
            Self::AddCapability { account, capability } => Fact::Held { account, capability },
            Self::AddToRole { role, capability } => Fact::Role { role, capability },
            Self::GiveRole { account, role } => Fact::Member { account, role },
            Self::SetCapability { capability } => Fact::Everybody { capability },
            Self::DropDefault { capability } => Fact::NotDefault { capability },
            Self::SetRoomDefault { room, allow: false } => Fact::Closed { room },
            Self::Ignore { who, room, until } => Fact::Ignore { who, room, until },
            Self::Ban { who, room, until } => Fact::Ban { who, room, until },
            Self::Flood { who, room, until } => Fact::Flood { who, room, until },
            Self::Lobotomize { room } => Fact::Lobotomy { room },
            Self::Disable { command, room } => Fact::Disable { command, room },
            Self::AddSudoer { who } => Fact::Sudoer { who },
            Self::Grant { to, what, elevate, lease } => Fact::Grant { to, what, elevate, lease },
            Self::AddAlias { name, room, line, author } => {
                Fact::Alias { name, room, line, author: Some(*author) }
            }
            Self::Unregister { account } => return managed.orphans(&account),
            Self::AddRule { rule } => Fact::Rule { number: managed.next_rule(), rule },
            Self::SetPassword { password: None, .. }
            | Self::SetSecure { secure: false, .. }
            | Self::SetIgnored { ignored: false, .. }
            | Self::SetRoomDefault { allow: true, .. }
            | Self::Unlink { .. }
            | Self::RemoveCapability { .. }
            | Self::RemoveFromRole { .. }
            | Self::TakeRole { .. }
            | Self::UnsetCapability { .. }
            | Self::KeepDefault { .. }
            | Self::Unignore { .. }
            | Self::Unban { .. }
            | Self::Wake { .. }
            | Self::Enable { .. }
            | Self::RemoveSudoer { .. }
            | Self::Revoke { .. }
            | Self::RemoveRule { .. }
            | Self::RemoveAlias { .. }
            | Self::Expire { .. }
            | Self::Forget { .. } => return Vec::new(),
        };
        vec![fact]
    }

    /// The keys at which nothing stands any more.
    fn keys(&self, managed: &Managed) -> Vec<ManagedKey> {
        let key = match self {
            Self::Unregister { account } => return managed.keys_of(account),
            Self::Unignore { who, room } => {
                let (ignore, flood) = (ManagedKey::ignore, ManagedKey::flood);
                return vec![ignore(who, room.as_ref()), flood(who, room.as_ref())];
            }
            Self::Unban { who, room } => ManagedKey::ban(who, room),
            Self::Unlink { identity } => ManagedKey::identity(identity),
            Self::SetPassword { account, password: None } => ManagedKey::password(account),
            Self::SetSecure { account, secure: false } => ManagedKey::secure(account),
            Self::SetIgnored { account, ignored: false } => ManagedKey::ignored(account),
            Self::RemoveCapability { account, capability } => ManagedKey::held(account, capability),
            Self::RemoveFromRole { role, capability } => ManagedKey::role(role, capability),
            Self::TakeRole { account, role } => ManagedKey::member(account, role),
            Self::UnsetCapability { capability } | Self::KeepDefault { capability } => {
                ManagedKey::everybody(capability)
            }
            Self::SetRoomDefault { room, allow: true } => ManagedKey::closed(room),
            Self::Wake { room } => ManagedKey::lobotomy(room),
            Self::Enable { command, room } => ManagedKey::disable(command, room.as_ref()),
            Self::RemoveSudoer { who } => ManagedKey::sudoer(who),
            Self::Revoke { to, what, temporary: true } => ManagedKey::temporary(to, what),
            Self::Revoke { to, what, temporary: false } => ManagedKey::grant(to, what),
            Self::RemoveRule { number } => ManagedKey::rule(*number),
            Self::RemoveAlias { name, room } => ManagedKey::alias(name, room.as_ref()),
            Self::Expire { key } | Self::Forget { key } => key.clone(),
            _ => return Vec::new(),
        };
        vec![key]
    }
}

impl Managed {
    /// The number of the rule that is added next: one more than the last has.
    pub(in crate::managed) fn next_rule(&self) -> u32 {
        let number = |fact: &Fact| match fact {
            Fact::Rule { number, .. } => Some(*number),
            _ => None,
        };
        let last = self.of_kind("rule").filter_map(|(_, kept, _)| number(&kept.fact)).max();
        last.unwrap_or(0).saturating_add(1)
    }

    /// The aliases that an account wrote, as nobody's: who comes to have its name wrote none.
    fn orphans(&self, account: &AccountName) -> Vec<Fact> {
        let wrote =
            |author: &Author| matches!(author.person(), Person::Account(of) if of == account);
        let all = self.of_kind("alias").filter_map(|(_, kept, _)| match &kept.fact {
            Fact::Alias { name, room, line, author: Some(author) } if wrote(author) => {
                let (name, room, line) = (name.clone(), room.clone(), line.clone());
                Some(Fact::Alias { name, room, line, author: None })
            }
            _ => None,
        });
        all.collect()
    }

    /// The keys of all that is said of an account, its own first; rules stay, for they may name
    /// others too.
    fn keys_of(&self, account: &AccountName) -> Vec<ManagedKey> {
        let names = |who: &Person| matches!(who, Person::Account(name) if name == account);
        let is_of = |fact: &Fact| match fact {
            Fact::Account { name: of }
            | Fact::Identity { account: of, .. }
            | Fact::Password { account: of, .. }
            | Fact::Secure { account: of }
            | Fact::Ignored { account: of }
            | Fact::Held { account: of, .. }
            | Fact::Member { account: of, .. } => of == account,
            Fact::Ignore { who, .. }
            | Fact::Ban { who, .. }
            | Fact::Flood { who, .. }
            | Fact::Sudoer { who }
            | Fact::Grant { to: who, .. } => names(who),
            Fact::Role { .. }
            | Fact::Everybody { .. }
            | Fact::NotDefault { .. }
            | Fact::Closed { .. }
            | Fact::Lobotomy { .. }
            | Fact::Disable { .. }
            | Fact::Rule { .. }
            | Fact::Alias { .. } => false,
        };
        let all = self.iter().filter(|(_, kept, _)| is_of(&kept.fact));
        all.map(|(key, ..)| key.clone()).collect()
    }
}
