//! Whom a right is given to, or whom something is taken from.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use super::{AccountName, Identity, IdentityError, Networks, UserId};

/// One user, `u:NETWORK:USER`, or a person with all identities, `a:ACCOUNT`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Person {
    /// One identity, and no other of the same person; where it is ignored, it may be a mask.
    User(UserId),
    /// A person.
    Account(AccountName),
}

impl Networks {
    /// Reads `u:NETWORK:USER` or `a:ACCOUNT`.
    ///
    /// # Errors
    ///
    /// As [`Networks::parse`], and when the text names a room or a network.
    pub fn parse_person(&self, text: &str) -> Result<Person, IdentityError> {
        match self.parse(text)? {
            Identity::User(user) => Ok(Person::User(user)),
            Identity::Account(account) => Ok(Person::Account(account)),
            Identity::Room(_) | Identity::Network(_) => Err(IdentityError::Kind {
                text: text.into(),
                wanted: "a person, `u:NETWORK:USER` or `a:ACCOUNT`",
            }),
        }
    }
}

impl From<Person> for Identity {
    fn from(person: Person) -> Self {
        match person {
            Person::User(user) => Self::User(user),
            Person::Account(account) => Self::Account(account),
        }
    }
}

impl From<UserId> for Person {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

impl From<AccountName> for Person {
    fn from(account: AccountName) -> Self {
        Self::Account(account)
    }
}

impl fmt::Display for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(formatter),
            Self::Account(account) => account.fmt(formatter),
        }
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Person {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::User(user) => user.serialize(serializer),
            Self::Account(account) => account.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(deserializer)?;
        match Identity::stored(&text).map_err(D::Error::custom)? {
            Identity::User(user) => Ok(Self::User(user)),
            Identity::Account(account) => Ok(Self::Account(account)),
            Identity::Room(_) | Identity::Network(_) => {
                Err(D::Error::custom(IdentityError::Kind { text, wanted: "a person" }))
            }
        }
    }
}
