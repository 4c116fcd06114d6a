//! Power: what a network itself lets somebody do in a room.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a network lets somebody do in one of its rooms, in words that all networks share; each
/// includes those below it.
///
/// A network's transport maps its own ranks: IRC's `~ & @ % +` are these five, highest first.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// May speak where not everybody may.
    Voice,
    /// May do some of what an op may.
    Halfop,
    /// Keeps the room in order.
    Op,
    /// Says who else keeps it in order.
    Admin,
    /// It is the owner's room.
    Owner,
}

/// A text that is no power.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is none of `owner`, `admin`, `op`, `halfop` and `voice`")]
pub struct PowerError {
    text: String,
}

impl Power {
    /// Every power, the lowest first.
    pub const ALL: [Self; 5] = [Self::Voice, Self::Halfop, Self::Op, Self::Admin, Self::Owner];

    /// The name that files use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Halfop => "halfop",
            Self::Op => "op",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Power {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Power {
    type Err = PowerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |power: &Self| power.as_str() == text;
        Self::ALL.into_iter().find(named).ok_or_else(|| PowerError { text: text.to_owned() })
    }
}
