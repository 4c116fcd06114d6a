//! A name on a network, in canonical form.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;
use smol_str::SmolStr;

use super::Network;

/// A network and a name on it; hashed once, when it is made, for it is looked up in every decision.
#[derive(Clone)]
pub(super) struct Canonical {
    hash: u64,
    network: Network,
    // INVARIANT: non-empty, at most MAX_IDENTITY_BYTES, canonical by the network's case mapping.
    name: SmolStr,
}

impl Canonical {
    /// Pairs a network with a name that is canonical on it.
    pub(super) fn new(network: Network, name: SmolStr) -> Self {
        let mut hasher = FxHasher::default();
        (&network, &name).hash(&mut hasher);
        Self { hash: hasher.finish(), network, name }
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl PartialEq for Canonical {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.name == other.name && self.network == other.network
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
        (&self.network, &self.name).cmp(&(&other.network, &other.name))
    }
}
