//! A point in time as it is written.

use std::fmt;

use jiff::Timestamp;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// How TOML hands a date-time to whoever asked for no such type: a table with this one key.
const TOML_DATETIME: &str = "$__toml_private_datetime";

/// A point in time, `2026-11-22T12:00:00Z`: a text, or a date-time of TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment(String);

impl Moment {
    /// The point in time.
    ///
    /// # Errors
    ///
    /// When the text is no time, or one without an offset from UTC.
    pub fn timestamp(&self) -> Result<Timestamp, MomentError> {
        self.0.parse().map_err(|_| MomentError { text: self.0.clone() })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A text that is no point in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no time; write it with its offset, as `2026-11-22T12:00:00Z`")]
pub struct MomentError {
    text: String,
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MomentVisitor)
    }
}

struct MomentVisitor;

impl<'de> Visitor<'de> for MomentVisitor {
    type Value = Moment;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a time, as `2026-11-22T12:00:00Z`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
        Ok(Moment(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Moment, A::Error> {
        let wrong = || de::Error::invalid_type(de::Unexpected::Map, &self);
        match table.next_key::<String>()? {
            Some(key) if key == TOML_DATETIME => {
                let text = table.next_value()?;
                let more = table.next_entry::<IgnoredAny, IgnoredAny>()?;
                if more.is_none() { Ok(Moment(text)) } else { Err(wrong()) }
            }
            _ => Err(wrong()),
        }
    }
}
