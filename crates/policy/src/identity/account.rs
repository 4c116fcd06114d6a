//! The name of an account.

use std::fmt;
use std::str::FromStr;

use smol_str::{SmolStr, StrExt};

use super::IdentityError;

/// A person's name in this house, `a:ann`: ASCII letters, digits, `-`, `_` and `.`, at most 64
/// bytes, kept in lower case.
///
/// ASCII alone, so that no two accounts look alike.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountName(SmolStr);

impl AccountName {
    /// The name without its `a:`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads a name, with or without its `a:`.
impl FromStr for AccountName {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.strip_prefix("a:").unwrap_or(text);
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if (1..=64).contains(&name.len()) && name.bytes().all(legal) {
            Ok(Self(name.to_ascii_lowercase_smolstr()))
        } else {
            Err(IdentityError::Account { text: name.into() })
        }
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a:{}", self.0)
    }
}

impl fmt::Debug for AccountName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
