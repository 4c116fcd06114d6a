//! Outputs that come and go within one batch, and so are never written.

use std::collections::HashMap;

use nuncio_core::delivery::OutputKey;
use nuncio_core::store::WriteSet;

/// Up to which set of a batch all that is said of an output is moot, because that set says that
/// the output arrived.
#[derive(Debug)]
pub(crate) struct Moot<'a> {
    until: HashMap<&'a OutputKey, usize>,
}

impl<'a> Moot<'a> {
    pub(crate) fn in_batch(sets: &'a [WriteSet]) -> Self {
        let arrived = sets.iter().enumerate().flat_map(|(index, set)| {
            let moves = set.moves.iter().filter(|change| change.to.is_none());
            moves.map(move |change| (&change.key, index))
        });
        Self { until: arrived.collect() }
    }

    /// Whether adding the output in a set, or moving it to another state, makes no difference.
    pub(crate) fn covers(&self, key: &OutputKey, set: usize) -> bool {
        self.until.get(key).is_some_and(|&until| set <= until)
    }
}
