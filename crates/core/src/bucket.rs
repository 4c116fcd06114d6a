//! How often something may happen, and when again: lines or stanzas that leave, attempts, frames.

use std::time::Duration;

/// A token bucket over given times, all counted from one start. Everything that leaves costs one
/// token, also what keeps the connection alive.
///
/// Law: in any span of time `t`, at most `burst + per_second · t` lines leave.
#[derive(Debug, Clone)]
pub struct Bucket {
    burst: u32,
    every: Duration,
    /// When the bucket will be full. Each line puts it off by `every`.
    full_at: Duration,
}

impl Bucket {
    /// A full bucket that holds `burst` lines (at least one) and gets a new one each `every`.
    /// An `every` of zero limits nothing.
    pub fn new(burst: u32, every: Duration) -> Self {
        Self { burst: burst.max(1), every, full_at: Duration::ZERO }
    }

    /// Takes a token for one line.
    ///
    /// # Errors
    ///
    /// The time at which there will be one, where there is none.
    pub fn take(&mut self, now: Duration) -> Result<(), Duration> {
        let ready = self.ready_at(now);
        if ready > now {
            return Err(ready);
        }
        self.full_at = self.full_at.max(now).saturating_add(self.every);
        Ok(())
    }

    /// Puts back a token that turned out not to count.
    pub fn give_back(&mut self) {
        self.full_at = self.full_at.saturating_sub(self.every);
    }

    /// Whether it is full, as if it had never been used.
    pub fn is_full(&self, now: Duration) -> bool {
        self.full_at <= now
    }

    /// When there is a token: `now`, or later.
    pub fn ready_at(&self, now: Duration) -> Duration {
        // With k tokens gone the bucket is full k·every from now; the last one leaves it empty.
        let allowed = self.every.saturating_mul(self.burst - 1);
        self.full_at.saturating_sub(allowed).max(now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_given_back_was_not_taken() {
        let (mut bucket, now) = (Bucket::new(1, Duration::from_secs(2)), Duration::from_secs(9));
        assert!(bucket.take(now).is_ok() && !bucket.is_full(now));
        bucket.give_back();
        assert!(bucket.is_full(now) && bucket.take(now).is_ok());
    }

    #[test]
    fn a_burst_leaves_at_once_and_the_rest_in_time() {
        let (mut bucket, start) = (Bucket::new(3, Duration::from_secs(2)), Duration::from_secs(9));
        assert!((0..3).all(|_| bucket.take(start).is_ok()));
        assert_eq!(bucket.take(start), Err(start + Duration::from_secs(2)));
        assert_eq!(bucket.take(start + Duration::from_secs(2)), Ok(()));
        assert!(bucket.take(start + Duration::from_secs(3)).is_err());
        let later = start + Duration::from_hours(1);
        assert_eq!((0..10).filter(|_| bucket.take(later).is_ok()).count(), 3);
    }

    #[test]
    fn a_bucket_without_a_rate_limits_nothing() {
        let (mut bucket, now) = (Bucket::new(1, Duration::ZERO), Duration::ZERO);
        assert!((0..1000).all(|_| bucket.take(now).is_ok()));
    }

    proptest! {
        /// Between any two moments no more lines leave than burst + rate · time, and a promise holds.
        #[test]
        fn never_more_than_burst_and_rate(burst in 1u32..10, every_ms in 1u64..3000, steps in prop::collection::vec(0u64..4000, 1..80)) {
            let (every, start) = (Duration::from_millis(every_ms), Duration::ZERO);
            let (mut bucket, mut now, mut left) = (Bucket::new(burst, every), start, Vec::new());
            for step in steps {
                now += Duration::from_millis(step);
                match bucket.take(now) {
                    Ok(()) => left.push(now),
                    Err(at) => {
                        prop_assert!(at > now && at <= now + every);
                        prop_assert!(bucket.clone().take(at).is_ok());
                        prop_assert!(at.checked_sub(Duration::from_millis(1)).is_none_or(|at| bucket.clone().take(at).is_err()));
                    }
                }
            }
            for (i, from) in left.iter().enumerate() {
                for (j, to) in left.iter().enumerate().skip(i) {
                    let refilled = to.saturating_sub(*from).as_millis() / u128::from(every_ms);
                    prop_assert!((j - i + 1) as u128 <= u128::from(burst) + refilled);
                }
            }
        }
    }
}
