//! Where what stands in a set comes from: a file, or a command in chat.

use smol_str::format_smolstr;

use super::{Compiled, Inherited};
use crate::explanation::Entry;
use crate::{AccountName, Capability, KeyPath, ManagedKey, Origin, RoleName, RoomId};

impl Compiled {
    /// Whether what is managed at a key has no effect, because of what a file says.
    pub(crate) fn is_overruled(&self, key: &ManagedKey) -> bool {
        self.remarks.values().any(|remarks| remarks.overruled.contains(key))
    }

    fn inherited_at(&self, key: &ManagedKey) -> Option<&Inherited> {
        self.remarks.values().find_map(|remarks| remarks.inherited.get(key))
    }

    /// Why sets say what is not written in them.
    pub(crate) fn inherited(&self) -> impl Iterator<Item = &Inherited> {
        self.remarks.values().flat_map(|remarks| remarks.inherited.values())
    }

    /// The origin of what is managed at a key; of what is not, the key of the file.
    pub(crate) fn origin(&self, key: ManagedKey, declared: impl FnOnce() -> KeyPath) -> Origin {
        if let Some(inherited) = self.inherited_at(&key) {
            return inherited.origin.clone();
        }
        match self.managed.get(&key) {
            Some((_, audit)) if !self.is_overruled(&key) => Origin::Managed { key, audit },
            _ => Origin::Declared(declared()),
        }
    }

    /// The role by which an account holds a capability, where chat gave the one or lets the other.
    pub(crate) fn role_from_chat(
        &self,
        account: &AccountName,
        capability: &Capability,
    ) -> Option<&RoleName> {
        self.inherited_at(&ManagedKey::held(account, capability))?.role_from_chat.as_ref()
    }

    /// What the set of an account says of a capability, as an entry.
    pub(crate) fn held_entry(
        &self,
        account: &AccountName,
        room: Option<&RoomId>,
        name: &str,
        positive: bool,
    ) -> Entry {
        let capability = Capability { room: room.cloned(), name: name.into(), positive };
        let origin = self.origin(ManagedKey::held(account, &capability), || {
            root().key("account").key(account.as_str()).key("capabilities")
        });
        Entry { text: format_smolstr!("{capability}"), origin }
    }

    /// What the set of a room, or the default set, says of a capability, as an entry.
    pub(crate) fn everybody_entry(
        &self,
        room: Option<&RoomId>,
        name: &str,
        positive: bool,
    ) -> Entry {
        let capability = Capability { room: room.cloned(), name: name.into(), positive };
        let origin = self.origin(ManagedKey::everybody(&capability), || match room {
            Some(room) => room_key(room).key("capabilities"),
            None => root().key("default_capabilities"),
        });
        Entry { text: format_smolstr!("{capability}"), origin }
    }

    /// Where the `default_allow` of a room comes from.
    pub(crate) fn room_default_origin(&self, room: &RoomId) -> Origin {
        self.origin(ManagedKey::closed(room), || room_key(room).key("default_allow"))
    }

    /// Where it is said that a room is lobotomized.
    pub(crate) fn lobotomy_origin(&self, room: &RoomId) -> Origin {
        self.origin(ManagedKey::lobotomy(room), || room_key(room).key("lobotomized"))
    }

    /// Where the `ignore` flag of an account comes from.
    pub(crate) fn ignored_origin(&self, account: &AccountName) -> Origin {
        self.origin(ManagedKey::ignored(account), || {
            root().key("account").key(account.as_str()).key("ignore")
        })
    }
}

fn root() -> KeyPath {
    KeyPath::root("policy")
}

fn room_key(room: &RoomId) -> KeyPath {
    root().key("room").key(&room.to_string())
}
