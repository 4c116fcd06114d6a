//! What is counted, and what a person has to look at.

use std::collections::BTreeMap;

use nuncio_core::event::EventKind;
use smol_str::SmolStr;

use super::Session;

/// How often what happened, since the session began.
#[derive(Debug, Default)]
pub(super) struct Counted(BTreeMap<&'static str, u64>);

impl Session {
    /// Something happened so often more.
    pub fn counted(&mut self, what: &'static str, more: usize) {
        let total = self.counted.0.entry(what).or_default();
        *total = total.saturating_add(more.try_into().unwrap_or(u64::MAX));
        let (what, count) = (SmolStr::new_static(what), *total);
        self.report(EventKind::Counted { what, count });
    }

    /// Something is wrong that only a person can put right.
    pub fn alarm(&mut self, why: &str) {
        self.report(EventKind::Alarm { why: why.to_owned() });
    }
}
