//! The set of everybody, in which nobody is an owner.

use super::{Capability, CapabilitySet, SetError};

/// What everybody holds, and what not; `-owner` always stands in it.
#[derive(Clone, Debug)]
pub struct DefaultSet(
    // INVARIANT: holds `-owner`.
    CapabilitySet,
);

/// What came of taking a capability out of the set of everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It was there, and is not any more.
    Gone,
    /// It was not there, and its anticapability is now.
    Denied,
}

impl DefaultSet {
    /// The set with which the bot is shipped.
    pub fn shipped() -> Self {
        Self(CapabilitySet::without(&["owner", "admin", "trusted"]))
    }

    /// The least set.
    pub fn least() -> Self {
        Self(CapabilitySet::without(&["owner"]))
    }

    /// Adds a capability or an anticapability, in place of its opposite.
    ///
    /// # Errors
    ///
    /// When it is `owner`, or names a room.
    pub fn add(&mut self, capability: Capability) -> Result<(), SetError> {
        let capability = capability.without_room()?;
        if capability.is_ownership() && capability.positive {
            return Err(SetError::DefaultOwner);
        }
        self.0.add(capability.name, capability.positive);
        Ok(())
    }

    /// Takes out a capability or an anticapability. A capability that is not there is denied to
    /// everybody from now on, as whoever takes it from everybody means it.
    ///
    /// # Errors
    ///
    /// When it is an anticapability that is not there, is `-owner`, or names a room.
    pub fn remove(&mut self, capability: Capability) -> Result<Removed, SetError> {
        let Capability { name, positive, .. } = capability.without_room()?;
        if name == "owner" && !positive {
            return Err(SetError::DefaultOwner);
        }
        match (self.0.remove(&name, positive), positive) {
            (true, _) => Ok(Removed::Gone),
            (false, true) => {
                self.0.add(name, false);
                Ok(Removed::Denied)
            }
            (false, false) => Err(SetError::Absent { text: format!("-{name}").into() }),
        }
    }

    /// All that it holds, in order.
    pub fn to_vec(&self) -> Vec<Capability> {
        let mut all: Vec<_> = self.0.capabilities(None).collect();
        all.sort_unstable();
        all
    }

    pub(crate) fn into_set(self) -> CapabilitySet {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capability(text: &str) -> Capability {
        Capability::parse(text, &crate::Networks::new()).unwrap()
    }

    #[test]
    fn nobody_becomes_an_owner_by_default() {
        let mut set = DefaultSet::shipped();
        assert_eq!(set.add(capability("owner")), Err(SetError::DefaultOwner));
        assert_eq!(set.remove(capability("-owner")), Err(SetError::DefaultOwner));
        assert_eq!(set.remove(capability("owner")), Ok(Removed::Denied));
        assert_eq!(set.remove(capability("-admin")), Ok(Removed::Gone));
        let absent = SetError::Absent { text: "-admin".into() };
        assert_eq!(set.remove(capability("-admin")), Err(absent));
        assert_eq!(set.remove(capability("games")), Ok(Removed::Denied));
        set.add(capability("trusted")).unwrap();
        let texts: Vec<_> = set.to_vec().iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["-games", "-owner", "trusted"]);
        let room = set.add(capability("r:irc:#a,op")).unwrap_err().to_string();
        assert_eq!(room, "`r:irc:#a,op` names a room, and this set is for none");
    }
}
