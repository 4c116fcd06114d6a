//! How thorough a measure is.

use std::time::Duration;

/// How thorough a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// So that its figures mean something.
    Full,
    /// So that one sees that it works.
    Quick,
}

impl Pace {
    /// A number of rounds, or one.
    pub(crate) fn rounds(self, full: usize) -> usize {
        if self == Self::Full { full } else { 1 }
    }

    /// A length of time, or a tenth of it.
    pub(crate) fn time(self, full: Duration) -> Duration {
        if self == Self::Full { full } else { full / 10 }
    }
}
