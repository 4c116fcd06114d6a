//! The one clock that is read.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::moment::Moment;

/// What time it is.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
    // None: the system's; else the wall's time when the clock started, for tests on paused time.
    wall: Option<Timestamp>,
}

impl Clock {
    /// The system's clocks.
    pub fn system() -> Self {
        Self { started: Instant::now(), wall: None }
    }

    /// A calendar that stands at `wall` now and moves with the runtime's time, paused or not.
    pub fn starting_at(wall: Timestamp) -> Self {
        Self { started: Instant::now(), wall: Some(wall) }
    }

    /// Now.
    pub fn now(&self) -> Moment {
        let uptime = self.started.elapsed();
        let wall = match self.wall {
            Some(wall) => wall.checked_add(uptime).unwrap_or(Timestamp::MAX),
            None => Timestamp::now(),
        };
        Moment { wall, uptime }
    }

    /// The instant at which the uptime is this.
    pub fn at(&self, uptime: Option<Duration>) -> Option<Instant> {
        uptime.and_then(|uptime| self.started.checked_add(uptime))
    }
}
