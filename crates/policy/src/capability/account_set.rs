//! The set of one account, in which `owner` is not like the others.

use super::{Capability, Held, SetError};

/// What one account holds: whether it is an owner, and else a set that never speaks of that.
///
/// An owner holds every capability and no anticapability; whoever is not holds `-owner`. `owner` in
/// a room is a capability like any other.
#[derive(Clone, Debug, Default)]
pub struct AccountSet {
    owner: bool,
    held: Held,
}

impl AccountSet {
    /// Adds a capability or an anticapability, in place of its opposite.
    ///
    /// # Errors
    ///
    /// When it is `-owner`, which is what an account holds that does not hold `owner`.
    pub fn add(&mut self, capability: Capability) -> Result<(), SetError> {
        if !capability.is_ownership() {
            self.held.add(capability);
        } else if capability.positive {
            self.owner = true;
        } else {
            return Err(SetError::NoOwner);
        }
        Ok(())
    }

    /// Takes out a capability or an anticapability; whether it was there. Its opposite stays.
    pub fn remove(&mut self, capability: &Capability) -> bool {
        if capability.is_ownership() {
            return capability.positive && std::mem::take(&mut self.owner);
        }
        self.held.remove(capability)
    }

    /// Whether a capability is held, or an anticapability is; none where neither is spoken of.
    ///
    /// Ownership answers for everything, unless it is left out of account.
    pub fn check(&self, capability: &Capability, without_owner: bool) -> Option<bool> {
        if capability.is_ownership() || self.owner && !without_owner {
            return Some(self.owner == capability.positive);
        }
        self.held.check(capability)
    }

    /// All that it holds, in order; of ownership, only `owner`.
    pub fn to_vec(&self) -> Vec<Capability> {
        let owner = Capability { room: None, name: "owner".into(), positive: true };
        let mut all = self.held.to_vec();
        all.extend(self.owner.then_some(owner));
        all.sort_unstable();
        all
    }

    /// The set without ownership, and whether there is that.
    pub(crate) fn into_parts(self) -> (Held, bool) {
        (self.held, self.owner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capability(text: &str) -> Capability {
        Capability::parse(text, &crate::Networks::new()).unwrap()
    }

    #[test]
    fn ownership_answers_for_everything_and_is_never_denied_in_a_set() {
        let mut set = AccountSet::default();
        set.add(capability("-games")).unwrap();
        assert_eq!(set.check(&capability("-owner"), false), Some(true));
        assert_eq!(set.check(&capability("notes"), false), None);
        assert_eq!(set.add(capability("-OWNER")), Err(SetError::NoOwner));
        set.add(capability("Owner")).unwrap();
        for text in ["games", "notes", "r:irc:#a,op", "owner"] {
            assert_eq!(set.check(&capability(text), false), Some(true), "{text}");
            assert_eq!(set.check(&capability(text).inverted(), false), Some(false), "{text}");
        }
        assert_eq!(set.check(&capability("games"), true), Some(false));
        assert_eq!(set.check(&capability("notes"), true), None);
        assert_eq!(set.check(&capability("owner"), true), Some(true));
        assert!(set.remove(&capability("owner")));
        assert!(!set.remove(&capability("owner")));
        assert_eq!(set.check(&capability("owner"), false), Some(false));
    }
}
