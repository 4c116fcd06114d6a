//! How long to wait before trying again.

use std::time::Duration;

/// Doubling delays with jitter, pure: the caller brings the randomness and the sleep.
///
/// A session that lasted at least [`Backoff::STEADY`] resets it, so that one cut after a quiet day
/// is mended at once while a server that drops us at every login is left alone.
#[derive(Clone, Debug)]
pub struct Backoff {
    least: Duration,
    most: Duration,
    attempt: u32,
}

impl Backoff {
    /// A session as long as this was a good one.
    pub const STEADY: Duration = Duration::from_mins(1);

    /// Waits between `least` and `most`.
    pub fn new(least: Duration, most: Duration) -> Self {
        Self { least, most: most.max(least), attempt: 0 }
    }

    /// The next delay. `random` is uniform in `0.0..1.0`: the delay lies between half of the
    /// doubled step and all of it, so that many bots do not return at one instant.
    pub fn next(&mut self, random: f64) -> Duration {
        let doubled =
            self.least.saturating_mul(1_u32.checked_shl(self.attempt).unwrap_or(u32::MAX));
        self.attempt = self.attempt.saturating_add(1);
        let step = doubled.min(self.most);
        let share = 0.5 + 0.5 * if random.is_finite() { random.clamp(0.0, 1.0) } else { 1.0 };
        step.mul_f64(share).max(self.least.min(step) / 2)
    }

    /// Tells how long the session that just ended lasted.
    pub fn session_lasted(&mut self, length: Duration) {
        if length >= Self::STEADY {
            self.attempt = 0;
        }
    }
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_secs(1), Duration::from_mins(5))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn delay_stays_within_its_bounds(rolls in prop::collection::vec(any::<f64>(), 1..80)) {
            let mut backoff = Backoff::default();
            for roll in rolls {
                let delay = backoff.next(roll);
                prop_assert!(delay >= Duration::from_millis(500), "{delay:?}");
                prop_assert!(delay <= Duration::from_mins(5), "{delay:?}");
            }
        }
    }

    #[test]
    fn only_a_steady_session_starts_again_from_the_least() {
        let mut backoff = Backoff::default();
        for _ in 0..5 {
            backoff.next(1.0);
        }
        backoff.session_lasted(Duration::from_secs(5));
        assert_eq!(backoff.next(1.0), Duration::from_secs(32));
        backoff.session_lasted(Backoff::STEADY);
        assert_eq!(backoff.next(1.0), Duration::from_secs(1));
    }
}
