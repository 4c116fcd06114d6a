//! Capabilities: of an account, of a room, and of everybody.

use super::desk::{ALREADY, declared, not_there, problem, short};
use super::{Desk, Verdict};
use crate::managed::{Change, ChangeError, ManagedKey};
use crate::policy::ROOM_SET;
use crate::{AccountName, Capability, DefaultSet, KeyPath, Origin, RoomId};

impl Desk<'_> {
    pub(super) fn add_capability(&self, name: &AccountName, added: &Capability) -> Verdict {
        let number = self.may_name(name, added)?;
        self.takes_office(added.room())?;
        self.gives(added)?;
        match self.held(number, added) {
            Some(positive) if positive == added.positive => Err(ALREADY),
            Some(positive) => {
                let opposite = added.clone().inverted();
                // Its own set goes before the roles that chat gives it.
                let by_chat = self.compiled.role_from_chat(name, &opposite).is_some();
                match self.origin_of(name, &opposite) {
                    Origin::Declared(key) if !by_chat => Err(declared(&opposite, key)),
                    _ if positive => Ok(()),
                    _ => self.not_own(number, &opposite),
                }
            }
            None => Ok(()),
        }
    }

    pub(super) fn remove_capability(&self, name: &AccountName, removed: &Capability) -> Verdict {
        let number = self.may_name(name, removed)?;
        self.takes_office(removed.room())?;
        self.gives(removed)?;
        match self.held(number, removed) {
            Some(positive) if positive == removed.positive => {}
            _ => return Err(not_there(format_args!("`{name}` does not hold `{removed}`"))),
        }
        if let Some(role) = self.compiled.role_from_chat(name, removed) {
            let (capability, role) = (removed.clone(), role.clone());
            return Err(ChangeError::OfRole { capability, role });
        }
        match self.origin_of(name, removed) {
            Origin::Declared(key) => Err(declared(removed, key)),
            Origin::Managed { .. } if removed.positive => Ok(()),
            Origin::Managed { .. } => self.not_own(number, removed),
        }
    }

    pub(super) fn set_capability(&self, set: &Capability) -> Result<Change, ChangeError> {
        self.may_say(set)?;
        self.everybodys_to_change(set)?;
        let key = ManagedKey::everybody(set);
        let said = self.everybody(set);
        let replaces = set.positive && self.is_shipped(set);
        let put_back = self.stands(&key) && said.is_none();
        match said {
            Some(positive) if positive == set.positive => return Err(ALREADY),
            Some(_) if !self.stands(&key) && !replaces => {
                return Err(declared(&set.clone().inverted(), everybody_key(set)));
            }
            _ => {}
        }
        let capability = set.clone();
        // Of what was taken out of the default set, the same is put back.
        let kept = put_back && !set.positive && self.is_shipped(set);
        Ok(if kept {
            Change::KeepDefault { capability }
        } else {
            Change::SetCapability { capability }
        })
    }

    pub(super) fn unset_capability(&self, unset: &Capability) -> Result<Change, ChangeError> {
        self.may_say(unset)?;
        self.everybodys_to_change(unset)?;
        let capability = unset.clone();
        match self.everybody(unset) {
            Some(positive) if positive == unset.positive => {
                let shipped = !unset.positive && self.is_shipped(unset);
                if self.stands(&ManagedKey::everybody(unset)) {
                    Ok(Change::UnsetCapability { capability })
                } else if !shipped {
                    Err(declared(unset, everybody_key(unset)))
                } else {
                    Ok(Change::DropDefault { capability })
                }
            }
            // As in Limnoria: what the default set does not hold, nobody is to hold.
            None if unset.room().is_none() && unset.positive => {
                Ok(Change::SetCapability { capability: unset.clone().inverted() })
            }
            _ => Err(not_there(format_args!("`{unset}` is not in that set"))),
        }
    }

    pub(super) fn set_room_default(&self, room: &RoomId, allow: bool) -> Verdict {
        self.known(&crate::Identity::Room(room.clone()))?;
        self.takes_office(Some(room))?;
        let places = &self.compiled.places;
        let table = places.room(places.facts(room));
        if table.allow_declared {
            return Err(declared(&"default_allow", room_key(room).key("default_allow")));
        }
        if table.default_allow == allow {
            return Err(ALREADY);
        }
        Ok(())
    }

    /// Whether a capability may be named at all, and of this account.
    fn may_name(&self, name: &AccountName, capability: &Capability) -> Result<u32, ChangeError> {
        self.may_say(capability)?;
        self.account(name)
    }

    pub(super) fn may_say(&self, capability: &Capability) -> Verdict {
        short(capability.name())?;
        if capability.name() == "owner" {
            return Err(ChangeError::Owner);
        }
        capability
            .room()
            .map_or(Ok(()), |room| self.known(&crate::Identity::Room(room.clone())))?;
        problem(self.names().check_renamed(capability.name()))
    }

    /// One gives and takes what one holds; an anticapability is anybody's to give who may give at
    /// all, and of a room its `op` may give anything.
    fn gives(&self, capability: &Capability) -> Verdict {
        if capability.room().is_some() || !capability.positive || self.holds(capability) {
            return Ok(());
        }
        Err(ChangeError::NotHeld { capability: capability.clone() })
    }

    /// The set of a room is its `op`'s to change, the default set an owner's.
    fn everybodys_to_change(&self, capability: &Capability) -> Verdict {
        match capability.room() {
            Some(room) => self.takes_office(Some(room)),
            None => self.owners_only(),
        }
    }

    /// Nobody but an owner lifts what stands against himself.
    fn not_own(&self, account: u32, capability: &Capability) -> Verdict {
        let own = self.asker.as_ref().is_some_and(|asker| asker.accounts().contains(&account));
        if own && !self.is_owner() {
            let what = capability.to_string().into();
            return Err(ChangeError::AgainstYou { what });
        }
        Ok(())
    }

    /// Where it is said that an account holds a capability.
    fn origin_of(&self, account: &AccountName, held: &Capability) -> Origin {
        self.compiled.held_entry(account, held.room(), held.name(), held.positive).origin
    }

    /// What the set of an account says of a capability.
    fn held(&self, account: u32, capability: &Capability) -> Option<bool> {
        let account = self.compiled.people.account(account)?;
        account.held.opinion(capability.room(), capability.name())
    }

    /// What the set of a room, or the default set, says of a capability.
    fn everybody(&self, capability: &Capability) -> Option<bool> {
        let places = &self.compiled.places;
        match capability.room() {
            Some(room) => places.room(places.facts(room)).set.opinion(capability.name()),
            None => self.compiled.defaults.everybody.opinion(capability.name()),
        }
    }

    /// Whether the anticapability of a name is shipped in a set, and no file says it by itself.
    fn is_shipped(&self, capability: &Capability) -> bool {
        let (places, defaults) = (&self.compiled.places, &self.compiled.defaults);
        let name = capability.name();
        match capability.room() {
            Some(room) => {
                ROOM_SET.contains(&name) && !places.room(places.facts(room)).kept.contains(&name)
            }
            None => !defaults.declared && DefaultSet::shipped().into_set().opinion(name).is_some(),
        }
    }
}

fn everybody_key(capability: &Capability) -> KeyPath {
    match capability.room() {
        Some(room) => room_key(room).key("capabilities"),
        None => KeyPath::root("policy").key("default_capabilities"),
    }
}

fn room_key(room: &RoomId) -> KeyPath {
    KeyPath::root("policy").key("room").key(&room.to_string())
}
