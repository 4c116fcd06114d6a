//! Time as a value: the house reads clocks at its edges only.

use std::time::Duration;

use jiff::Timestamp;

/// An instant, as the shell read it from its clocks.
///
/// Deadlines and limits are measured on `uptime`, which never jumps; what people see and what is
/// written down is `wall`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The calendar's time, which an operator or NTP may set back.
    pub wall: Timestamp,
    /// Time since the process began: monotonic.
    pub uptime: Duration,
}

impl Moment {
    /// The moment `later` after this one, on both clocks.
    #[must_use]
    pub fn after(self, later: Duration) -> Self {
        let wall = self.wall.checked_add(later).unwrap_or(Timestamp::MAX);
        Self { wall, uptime: self.uptime.saturating_add(later) }
    }
}

/// A length of time in whole seconds, in which it is over: what people are told to wait.
pub(crate) fn whole_seconds(length: Duration) -> u64 {
    length.as_secs().saturating_add(u64::from(length.subsec_nanos() > 0))
}
