//! Whether to knock, and what is said.

use serde::Deserialize;

use super::ConfigError;

/// What is said where nobody says what.
const REASON: &str = "I have been told to be in this room.";

/// Whether to knock at a room of `rooms` whose people have to let us in, or what to say to them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Knock {
    /// Whether to.
    Whether(bool),
    /// What is said; empty for nothing.
    Saying(String),
}

impl Default for Knock {
    fn default() -> Self {
        Self::Whether(true)
    }
}

impl Knock {
    /// The most bytes that are said.
    pub const MAX_BYTES: usize = 500;

    /// What is said; none not to knock.
    ///
    /// # Errors
    /// [`ConfigError::Knock`], where it is too long.
    pub(super) fn reason(&self) -> Result<Option<String>, ConfigError> {
        match self {
            Self::Whether(false) => Ok(None),
            Self::Whether(true) => Ok(Some(REASON.to_owned())),
            Self::Saying(reason) if reason.len() > Self::MAX_BYTES => {
                Err(ConfigError::Knock { bytes: reason.len() })
            }
            Self::Saying(reason) => Ok(Some(reason.clone())),
        }
    }
}
