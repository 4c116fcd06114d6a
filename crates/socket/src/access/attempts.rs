//! How often somebody may try to get in.

use std::collections::HashMap;
use std::time::Duration;

use nuncio_core::bucket::Bucket;

use super::Source;

/// Counts the attempts of each source: [`Attempts::BURST`] at once, then one each
/// [`Attempts::INTERVAL`]. One that succeeds is given back, so that only failures count, and so do
/// those under way.
///
/// At most [`Attempts::MAX_SOURCES`] are told apart; what comes beyond shares one bucket.
#[derive(Debug)]
pub struct Attempts {
    by_source: HashMap<Source, Bucket>,
    others: Bucket,
}

impl Attempts {
    /// How many attempts a source has at once.
    pub const BURST: u32 = 8;
    /// How long it waits for another.
    pub const INTERVAL: Duration = Duration::from_secs(10);
    /// How many sources are told apart.
    pub const MAX_SOURCES: usize = 4_096;

    /// Nobody has tried yet.
    pub fn new() -> Self {
        Self { by_source: HashMap::new(), others: bucket() }
    }

    /// Counts an attempt.
    ///
    /// # Errors
    /// How long the source has to wait.
    pub fn begin(&mut self, source: Source, now: Duration) -> Result<(), Duration> {
        if self.by_source.len() >= Self::MAX_SOURCES && !self.by_source.contains_key(&source) {
            self.by_source.retain(|_, bucket| !bucket.is_full(now));
            if self.by_source.len() >= Self::MAX_SOURCES {
                return self.others.take(now).map_err(|ready| ready.saturating_sub(now));
            }
        }
        let bucket = self.by_source.entry(source).or_insert_with(bucket);
        bucket.take(now).map_err(|ready| ready.saturating_sub(now))
    }

    /// Gives back an attempt that succeeded.
    pub fn succeeded(&mut self, source: Source) {
        self.by_source.get_mut(&source).unwrap_or(&mut self.others).give_back();
    }
}

impl Default for Attempts {
    fn default() -> Self {
        Self::new()
    }
}

fn bucket() -> Bucket {
    Bucket::new(Attempts::BURST, Attempts::INTERVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(100);

    #[test]
    fn failures_count_and_successes_do_not() {
        let (mut attempts, ann, eve) = (Attempts::new(), Source::User(1), Source::User(2));
        for _ in 0..100 {
            assert_eq!(attempts.begin(ann, NOW), Ok(()));
            attempts.succeeded(ann);
        }
        for _ in 0..Attempts::BURST {
            assert_eq!(attempts.begin(eve, NOW), Ok(()));
        }
        assert_eq!(attempts.begin(eve, NOW), Err(Attempts::INTERVAL));
        assert_eq!(attempts.begin(ann, NOW), Ok(()));
        assert_eq!(attempts.begin(eve, NOW + Attempts::INTERVAL), Ok(()));
    }

    #[test]
    fn many_sources_take_bounded_memory_and_share_what_is_left() {
        let mut attempts = Attempts::new();
        let let_in = (0..5_000).filter(|&n| attempts.begin(Source::V6(n), NOW).is_ok()).count();
        assert_eq!(let_in, Attempts::MAX_SOURCES + 8);
        assert_eq!(attempts.by_source.len(), Attempts::MAX_SOURCES);
        assert_eq!(attempts.begin(Source::User(1), NOW + Attempts::INTERVAL), Ok(()));
        assert_eq!(attempts.by_source.len(), 1);
    }
}
