//! Numbers, times and lists as people read them.

use std::fmt::Display;

use nuncio_sdk::Timestamp;
use nuncio_sdk::prelude::*;

/// `1 room`, `2 rooms`.
pub(crate) fn count(number: impl TryInto<u64>, noun: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The two largest units of a length of time: `3 days and 2 hours`.
pub(crate) fn length(length: Duration) -> String {
    let mut seconds = length.as_secs();
    let mut parts = Vec::new();
    for (unit, size) in [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)] {
        let whole = seconds / size;
        seconds %= size;
        if whole > 0 {
            parts.push(count(whole, unit));
        } else if !parts.is_empty() {
            break;
        }
    }
    parts.truncate(2);
    if parts.is_empty() { "less than a second".to_owned() } else { parts.join(" and ") }
}

/// A time to the second, in UTC.
pub(crate) fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Lines of one message.
pub(crate) fn lines(lines: impl IntoIterator<Item = impl Display>) -> Content {
    let lines: Vec<String> = lines.into_iter().map(|line| line.to_string()).collect();
    Content::text(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_two_units() {
        for (seconds, words) in [
            (0, "less than a second"),
            (1, "1 second"),
            (61, "1 minute and 1 second"),
            (3_600, "1 hour"),
            (3_601, "1 hour"),
            (93_784, "1 day and 2 hours"),
        ] {
            assert_eq!(length(Duration::from_secs(seconds)), words);
        }
    }

    #[test]
    fn nouns_have_plurals() {
        assert_eq!(count(1_u64, "room"), "1 room");
        assert_eq!(count(0_u64, "room"), "0 rooms");
    }
}
