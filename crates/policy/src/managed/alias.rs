//! Aliases: lines that somebody stored for others to run, and what is known of who did.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{Fact, Managed, ManagedKey};
use crate::policy::Identified;
use crate::{Person, Policy, RoomId, Speaker, UserId};

/// The longest name of an alias, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The longest line of an alias, in bytes.
pub const MAX_ALIAS_BYTES: usize = 512;

/// The name of an alias: one word of letters, digits, `-` and `_` that begins with a letter or a
/// digit, at most 64 bytes, kept in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AliasName(SmolStr);

/// What is no name of an alias.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no name for an alias; write one word of letters, digits, `-` and `_`, at most 64 bytes"
)]
pub struct AliasNameError(String);

/// Who stored something that is run later: what is looked up of him when it runs, so that it runs
/// with the rights that he has then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// What identifies him: his account where he had one, else his verified identity.
    person: Person,
    /// As which identity of his account he spoke; it counts as long as it is the account's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    via: Option<UserId>,
}

/// An alias, as whoever runs it needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AliasView<'a> {
    /// Its name.
    pub name: &'a AliasName,
    /// The room in which it is one; everywhere, if none.
    pub room: Option<&'a RoomId>,
    /// What it stands for.
    pub line: &'a str,
    /// Who wrote it; none whose account is no more.
    pub author: Option<&'a Author>,
}

impl AliasName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Author {
    /// The person: an account, or an identity of somebody who had none.
    pub fn person(&self) -> &Person {
        &self.person
    }
}

impl Managed {
    /// The aliases, by name; of one name, that of everywhere first.
    pub fn aliases(&self) -> impl Iterator<Item = AliasView<'_>> {
        self.of_kind("alias").filter_map(|(_, kept, _)| kept.fact.alias())
    }

    /// What a name stands for in a room; what is said there goes before what is said everywhere.
    pub fn alias(&self, name: &AliasName, room: Option<&RoomId>) -> Option<AliasView<'_>> {
        let at = |room| self.get(&ManagedKey::alias(name, room))?.0.fact.alias();
        room.and_then(|room| at(Some(room))).or_else(|| at(None))
    }
}

impl Fact {
    pub(crate) fn alias(&self) -> Option<AliasView<'_>> {
        let Self::Alias { name, room, line, author } = self else { return None };
        Some(AliasView { name, room: room.as_ref(), line, author: author.as_ref() })
    }
}

impl Policy {
    /// Whoever speaks, as the author of something; nobody whom nothing vouches for is one.
    pub fn author(&self, speaker: &Speaker) -> Option<Author> {
        let verified = speaker.verified_id();
        match self.identify(speaker) {
            Identified::Account { name, by } if by.is_enough() => {
                Some(Author { person: name.clone().into(), via: verified.cloned() })
            }
            _ => verified.map(|id| Author { person: id.clone().into(), via: None }),
        }
    }

    /// An author as if he spoke now; none where he is no more: nothing vouches for his identity any
    /// more, or his account is gone, or somebody else's by now.
    pub fn author_speaks(&self, author: &Author) -> Option<Speaker> {
        let name = match &author.person {
            Person::User(id) => return self.vouched(id),
            Person::Account(name) => name,
        };
        // A file declares that name by now, and means somebody else.
        if self.compiled().is_overruled(&ManagedKey::account(name)) {
            return None;
        }
        let is_he =
            |speaker: &Speaker| self.author(speaker).is_some_and(|he| he.person == author.person);
        let via = author.via.as_ref().and_then(|id| self.vouched(id)).filter(is_he);
        via.or_else(|| Some(Speaker::claimed([]).in_session(name.clone())).filter(is_he))
    }

    fn vouched(&self, id: &UserId) -> Option<Speaker> {
        let claimed_only = self.networks().is_claimed_only(id);
        (!claimed_only).then(|| Speaker::verified(id.clone()))
    }
}

impl FromStr for AliasName {
    type Err = AliasNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let legal = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
        let begins = text.starts_with(char::is_alphanumeric);
        let folded = text.to_lowercase();
        if begins && text.chars().all(legal) && folded.len() <= MAX_NAME_BYTES {
            return Ok(Self(folded.into()));
        }
        Err(AliasNameError(text.chars().take(MAX_NAME_BYTES).collect()))
    }
}

impl TryFrom<String> for AliasName {
    type Error = AliasNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AliasName> for String {
    fn from(name: AliasName) -> Self {
        name.0.into()
    }
}

impl fmt::Display for AliasName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// As the audit log names him.
impl fmt::Display for Author {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.person.fmt(formatter)
    }
}
