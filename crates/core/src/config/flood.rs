//! How fast a bot may write.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use crate::bucket::Bucket;

/// The table `flood` of a network: how fast we may write there. Everything that leaves costs one
/// token.
///
/// What a network's servers commonly take is part of the type: `BURST` and `PER_SECOND` hold where
/// a file says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flood<const BURST: u32, const PER_SECOND: u32> {
    /// How much may leave at once.
    #[serde(default = "at_once::<BURST>")]
    pub burst: NonZeroU32,
    /// How much more may leave each second.
    #[serde(default = "Rate::usual::<PER_SECOND>")]
    pub per_second: Rate,
}

impl<const BURST: u32, const PER_SECOND: u32> Flood<BURST, PER_SECOND> {
    /// A full bucket that lets so much pass.
    pub fn bucket(&self) -> Bucket {
        Bucket::new(self.burst.get(), self.per_second.interval)
    }
}

impl<const BURST: u32, const PER_SECOND: u32> Default for Flood<BURST, PER_SECOND> {
    fn default() -> Self {
        Self { burst: at_once::<BURST>(), per_second: Rate::usual::<PER_SECOND>() }
    }
}

fn at_once<const BURST: u32>() -> NonZeroU32 {
    NonZeroU32::new(BURST).unwrap_or(NonZeroU32::MIN)
}

/// So many a second, fractions included; 0 lifts the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Rate {
    /// The time in which one may leave; zero where there is no limit.
    interval: Duration,
}

impl Rate {
    fn usual<const PER_SECOND: u32>() -> Self {
        Self { interval: Duration::from_secs(1).checked_div(PER_SECOND).unwrap_or_default() }
    }
}

/// Why a number is not a [`Rate`].
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("`{0}` is not so many a second: write a number, 0 or more")]
pub struct RateError(f64);

impl TryFrom<f64> for Rate {
    type Error = RateError;

    fn try_from(per_second: f64) -> Result<Self, RateError> {
        let interval = match per_second {
            0.0 => Ok(Duration::ZERO),
            rate if rate > 0.0 => Duration::try_from_secs_f64(rate.recip()),
            _ => return Err(RateError(per_second)),
        };
        interval.map(|interval| Self { interval }).map_err(|_| RateError(per_second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Flood<5, 2>, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        let flood = read("{}").expect("nothing");
        assert_eq!((flood.burst.get(), flood.per_second.interval), (5, Duration::from_millis(500)));
        let flood = read("{\"per_second\": 0.5}").expect("a rate");
        assert_eq!((flood.burst.get(), flood.per_second.interval), (5, Duration::from_secs(2)));
        let flood = read("{\"burst\": 9, \"per_second\": 0}").expect("no limit");
        assert_eq!((flood.burst.get(), flood.per_second.interval), (9, Duration::ZERO));
        assert_eq!(Flood::<5, 0>::default().per_second.interval, Duration::ZERO);
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for rate in [-1.0, f64::NAN, f64::NEG_INFINITY, f64::MIN_POSITIVE] {
            let error = Rate::try_from(rate).expect_err("no rate").to_string();
            assert!(error.ends_with("write a number, 0 or more"), "{error}");
        }
        assert!(read("{\"burst\": 0}").is_err() && read("{\"bursts\": 1}").is_err());
    }
}
