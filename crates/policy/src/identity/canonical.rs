//! A name on a network, in canonical form.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use smol_str::SmolStr;

use super::Network;

/// A network and a name on it; hashed once, when it is read, for it is looked up in every decision.
#[derive(Clone)]
pub(crate) struct Canonical {
    network: Network,
    // INVARIANT: non-empty, at most MAX_IDENTITY_BYTES, canonical by the network's case mapping.
    name: SmolStr,
    hash: u64,
    occupant: bool,
}

impl Canonical {
    /// Pairs a network with a name that is canonical on it, perhaps an occupant's address.
    pub(crate) fn new(network: Network, name: SmolStr, occupant: bool) -> Self {
        Self { hash: Self::hash_of(&network, &name), network, name, occupant }
    }

    /// The hash of a name on a network.
    pub(crate) fn hash_of(network: &Network, name: &str) -> u64 {
        let mut hasher = FxHasher::default();
        (network, name).hash(&mut hasher);
        hasher.finish()
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    pub(crate) fn name(&self) -> &SmolStr {
        &self.name
    }

    /// Whether this is an occupant's address, which no name equals.
    pub(crate) fn is_occupant(&self) -> bool {
        self.occupant
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    fn key(&self) -> (&Network, &SmolStr, bool) {
        (&self.network, &self.name, self.occupant)
    }
}

impl PartialEq for Canonical {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.key() == other.key()
    }
}

impl Eq for Canonical {}

impl Hash for Canonical {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl PartialOrd for Canonical {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Canonical {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}
