//! The hash of a password, as whoever made it writes it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest hash in bytes; an argon2id hash in PHC form has about a hundred.
const MAX_BYTES: usize = 512;

/// The hash of a password in its own text form (PHC); this crate neither makes nor checks one.
///
/// Neither `Debug` nor any explanation shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Takes a hash; none where it is longer than 512 bytes, which no password hash is.
    pub fn new(phc: impl Into<String>) -> Option<Self> {
        let phc = phc.into();
        (phc.len() <= MAX_BYTES).then_some(Self(phc))
    }

    /// In place of a hash that is kept elsewhere: no password has it.
    pub(super) const fn elsewhere() -> Self {
        Self(String::new())
    }

    /// What may be a hash: the value of a row of a password that cannot be read.
    pub(super) fn perhaps(value: String) -> Self {
        Self(value)
    }

    /// The hash, for whoever checks a password against it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PasswordHash(…)")
    }
}
