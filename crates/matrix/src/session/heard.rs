//! What is kept in mind of messages, so that what refers to one can be understood.

use nuncio_core::recent::Recent;
use smol_str::SmolStr;

/// How many messages are kept in mind; the oldest is forgotten for a new one.
const MOST: usize = 4096;

/// Messages heard lately, by their ids.
#[derive(Debug)]
pub(super) struct Heard(Recent<SmolStr, Known>);

/// What is kept in mind of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) sender: SmolStr,
    pub(super) room: SmolStr,
    /// The first message of its thread, if it is in one.
    pub(super) thread: Option<SmolStr>,
}

impl Default for Heard {
    fn default() -> Self {
        Self(Recent::new(MOST))
    }
}

impl Heard {
    pub(super) fn add(&mut self, id: &str, known: Known) {
        self.0.put(SmolStr::new(id), known);
    }

    pub(super) fn get(&self, id: &str) -> Option<&Known> {
        self.0.get(id)
    }
}
