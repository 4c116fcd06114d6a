//! The name of a role.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ManagedKey;
use crate::{AccountName, Capability, IdentityError};

/// The name of a set of capabilities that accounts are given as one: ASCII letters, digits, `-`,
/// `_` and `.`, at most 64 bytes, kept in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleName(
    // The rule for names is the same.
    AccountName,
);

impl RoleName {
    /// The name.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl ManagedKey {
    /// What a role says of a capability; one key for it and its opposite.
    pub fn role(role: &RoleName, capability: &Capability) -> Self {
        let unsigned = Capability { positive: true, ..capability.clone() };
        Self::stored(&format!("role {role} {unsigned}"))
    }

    /// That an account has a role.
    pub fn member(account: &AccountName, role: &RoleName) -> Self {
        Self::stored(&format!("member {account} {role}"))
    }
}

impl FromStr for RoleName {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(':') {
            return Err(IdentityError::Account { text: text.into() });
        }
        text.parse().map(Self)
    }
}

impl TryFrom<String> for RoleName {
    type Error = IdentityError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RoleName> for String {
    fn from(role: RoleName) -> Self {
        role.as_str().to_owned()
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
