//! A length of time as people write it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A length of time in whole seconds: `300s`, `5m`, `2h`, `1d`; a bare number is seconds.
///
/// ```
/// use nuncio_core::config::Period;
///
/// let period: Period = "5m".parse()?;
/// assert_eq!(period.duration().as_secs(), 300);
/// assert_eq!(period.to_string(), "5m");
/// # Ok::<(), nuncio_core::config::PeriodError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    seconds: u64,
}

/// The units, the longest first, with their seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

impl Period {
    /// A period of so many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self { seconds }
    }

    /// The same length as the standard library has it.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

/// Why a text is not a [`Period`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It is not a number with at most one unit.
    #[error("`{0}` is not a length of time: write `300s`, `5m`, `2h` or `1d`")]
    Malformed(String),
    /// It is more seconds than can be counted.
    #[error("`{0}` is too long a time")]
    TooLong(String),
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (digits, unit) = UNITS
            .iter()
            .find_map(|(name, unit)| Some((text.strip_suffix(*name)?, *unit)))
            .unwrap_or((text, 1));
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PeriodError::Malformed(text.to_owned()));
        }
        let seconds = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        seconds.map(Self::seconds).ok_or_else(|| PeriodError::TooLong(text.to_owned()))
    }
}

/// The shortest form that reads back as the same period.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole =
            |(_, unit): &(char, u64)| self.seconds != 0 && self.seconds.is_multiple_of(*unit);
        let (name, unit) = UNITS.into_iter().find(whole).unwrap_or(('s', 1));
        write!(f, "{}{name}", self.seconds / unit)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PeriodVisitor)
    }
}

struct PeriodVisitor;

impl Visitor<'_> for PeriodVisitor {
    type Value = Period;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a length of time such as \"5m\", or a number of seconds")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Period, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Period, E> {
        u64::try_from(seconds).map(Period::seconds).map_err(|_| E::custom("a time is not negative"))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Period, E> {
        Ok(Period::seconds(seconds))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_are_seconds_minutes_hours_and_days() {
        for (text, seconds) in [
            ("0", 0),
            ("0s", 0),
            ("300", 300),
            ("300s", 300),
            ("5m", 300),
            ("2h", 7200),
            ("1d", 86400),
        ] {
            assert_eq!(text.parse(), Ok(Period::seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "s", "-1s", "1.5h", "1w", "5 m", "+5m", "5m5s", "٣s", "m5"] {
            assert_eq!(text.parse::<Period>(), Err(PeriodError::Malformed(text.into())));
        }
        for text in ["18446744073709551616", "18446744073709551615d"] {
            assert_eq!(text.parse::<Period>(), Err(PeriodError::TooLong(text.into())));
        }
    }

    #[test]
    fn files_may_say_a_number_or_a_text() {
        assert_eq!(serde_json::from_str("90").ok(), Some(Period::seconds(90)));
        assert_eq!(serde_json::from_str("\"2h\"").ok(), Some(Period::seconds(7200)));
        assert!(serde_json::from_str::<Period>("-1").is_err());
    }

    proptest! {
        #[test]
        fn display_reads_back(seconds: u64) {
            let period = Period::seconds(seconds);
            prop_assert_eq!(period.to_string().parse(), Ok(period));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            drop(text.parse::<Period>());
        }
    }
}
