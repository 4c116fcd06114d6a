//! How often something may happen, and when again.

use std::time::Duration;

/// A token bucket over given times: so many at once, then one each interval.
///
/// Law: in any span `t` at most `burst + t / interval` are taken. It is kept as one instant, the
/// time at which the bucket will be full again, so that nothing has to be refilled.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    burst: u32,
    interval: Duration,
    full_at: Duration,
}

impl Bucket {
    /// A full bucket of `burst` (at least one) that gets one more each `interval`; zero limits
    /// nothing.
    pub(crate) fn new(burst: u32, interval: Duration) -> Self {
        Self { burst: burst.max(1), interval, full_at: Duration::ZERO }
    }

    /// Takes one at `now`, a time that never goes back.
    ///
    /// # Errors
    /// How long to wait until there is one.
    pub(crate) fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let full_at = self.full_at.max(now);
        let allowed = self.interval.saturating_mul(self.burst - 1);
        let wait = full_at.saturating_sub(now).saturating_sub(allowed);
        if !wait.is_zero() {
            return Err(wait);
        }
        self.full_at = full_at.saturating_add(self.interval);
        Ok(())
    }

    /// Puts one back that turned out not to count.
    pub(crate) fn give_back(&mut self) {
        self.full_at = self.full_at.saturating_sub(self.interval);
    }

    /// Whether it is full at `now`, as if it had never been used.
    pub(crate) fn is_full(&self, now: Duration) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_passes_at_once_and_the_rest_in_time() {
        let second = Duration::from_secs(1);
        let mut bucket = Bucket::new(2, second);
        assert_eq!([bucket.take(second), bucket.take(second)], [Ok(()), Ok(())]);
        assert_eq!(bucket.take(second), Err(second));
        assert!(!bucket.is_full(second));
        assert_eq!(bucket.take(second * 2), Ok(()));
        bucket.give_back();
        assert_eq!(bucket.take(second * 2), Ok(()));
        assert!(bucket.is_full(second * 4));
    }

    proptest! {
        #[test]
        fn no_span_sees_more_than_burst_and_rate(
            burst in 1_u32..8,
            interval in 1_u64..500,
            steps in prop::collection::vec(0_u64..600, 1..100),
        ) {
            let mut bucket = Bucket::new(burst, Duration::from_millis(interval));
            let (mut now, mut taken) = (0, Vec::new());
            for step in steps {
                now += step;
                match bucket.take(Duration::from_millis(now)) {
                    Ok(()) => taken.push(now),
                    Err(wait) => prop_assert!(
                        bucket.clone().take(Duration::from_millis(now) + wait).is_ok()
                    ),
                }
            }
            for (index, from) in taken.iter().enumerate() {
                for (count, to) in (1_u64..).zip(&taken[index..]) {
                    prop_assert!(count <= u64::from(burst) + (to - from) / interval);
                }
            }
        }
    }
}
