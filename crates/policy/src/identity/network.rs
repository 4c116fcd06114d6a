//! The name of a network.

use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

use super::IdentityError;

/// The name in `[network.<name>]`: lower-case ASCII letters, digits, `-` and `_`, at most 32 bytes.
///
/// `console` and `socket` always exist.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network(SmolStr);

impl Network {
    /// The console, at which the bot was started.
    pub fn console() -> Self {
        Self(SmolStr::new_static("console"))
    }

    /// The socket.
    pub fn socket() -> Self {
        Self(SmolStr::new_static("socket"))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the house itself owns this name: no configuration can give it to a network.
    pub fn is_reserved(&self) -> bool {
        [Self::console(), Self::socket()].contains(self)
    }
}

impl FromStr for Network {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let legal = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        };
        if (1..=32).contains(&text.len()) && text.bytes().all(legal) {
            Ok(Self(text.into()))
        } else {
            Err(IdentityError::Network { text: text.into() })
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
