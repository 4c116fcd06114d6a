//! What everybody holds.

use crate::capability::{CapabilitySet, DefaultSet};

/// The sets that are nobody's own.
#[derive(Clone, Debug)]
pub(crate) struct Defaults {
    /// Whether a capability that no set speaks of is held.
    pub(crate) allow: bool,
    /// Whether whoever is not verified as an account is ignored.
    pub(crate) ignore: bool,
    /// Whether a file declares the set for everybody.
    pub(crate) declared: bool,
    /// For everybody.
    pub(crate) everybody: CapabilitySet,
    /// For everybody who has an account.
    pub(crate) registered: CapabilitySet,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            allow: true,
            ignore: false,
            declared: false,
            everybody: DefaultSet::least().into_set(),
            registered: CapabilitySet::default(),
        }
    }
}
