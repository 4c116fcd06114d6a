//! Capabilities: names that are held, explicitly not held, or not spoken of, on their own or in a
//! room.

mod account_set;
mod default_set;
mod error;
mod held;
mod set;
mod spelling;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use smol_str::SmolStr;

pub use account_set::AccountSet;
pub use default_set::{DefaultSet, Removed};
pub use error::{CapabilityError, SetError};
pub use held::Held;
pub(crate) use set::CapabilitySet;
pub use spelling::Spelling;

use crate::identity::{Identity, fold_rfc1459};
use crate::{Network, Networks, RoomId};

/// A capability as a set holds it: `admin`, `-games.dice`, `r:irc:#linux,op`, `r:irc:#linux,-op`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability {
    /// The room that it is held in; none for one that is held on its own. The two never mix.
    pub(crate) room: Option<RoomId>,
    pub(crate) name: SmolStr,
    /// False for an anticapability.
    pub(crate) positive: bool,
}

impl Capability {
    /// Names a capability, or its anticapability, on its own or in a room.
    ///
    /// # Errors
    ///
    /// When the name is empty, or holds a blank, a control character or one of `,;:&()!%`, or
    /// begins with a sign.
    pub fn new(room: Option<RoomId>, name: &str, positive: bool) -> Result<Self, CapabilityError> {
        let error = || {
            let text = Spelling { place: None, positive, name }.to_string().into();
            CapabilityError::Name { text }
        };
        Ok(Self { room, name: name_of(name).ok_or_else(error)?, positive })
    }

    /// Reads what a file says; a room is named with its network there.
    ///
    /// # Errors
    ///
    /// When the text has another form, or a part breaks the rules for such names.
    pub fn parse(text: &str, networks: &Networks) -> Result<Self, CapabilityError> {
        Self::read(text, |place, capability| {
            if !place.starts_with("r:") {
                let (text, capability) = (text.into(), capability.to_string().into());
                return Err(CapabilityError::Place { text, capability });
            }
            Ok(networks.parse_room(place)?)
        })
    }

    /// Reads what is said in chat on a network, where a bare `#linux,op` is the room there.
    ///
    /// # Errors
    ///
    /// As [`Capability::parse`].
    pub fn parse_said(
        text: &str,
        networks: &Networks,
        on: &Network,
    ) -> Result<Self, CapabilityError> {
        Self::read(text, |place, _| {
            if place.starts_with("r:") {
                return Ok(networks.parse_room(place)?);
            }
            Ok(RoomId::new(on, place, networks.case_mapping(on))?)
        })
    }

    fn read(
        text: &str,
        room: impl FnOnce(&str, Spelling<'_>) -> Result<RoomId, CapabilityError>,
    ) -> Result<Self, CapabilityError> {
        let spelling = Spelling::split(text, |_| true);
        let spelling = spelling.ok_or_else(|| CapabilityError::Name { text: text.into() })?;
        let Spelling { place, positive, name } = spelling;
        let Some(place) = place else { return Self::new(None, name, positive) };
        let capability = Spelling { place: None, ..spelling };
        if let Some(place) = place.strip_prefix('-') {
            let right = Spelling { place: Some(place), ..capability.inverted() };
            let (text, right) = (text.into(), right.to_string().into());
            return Err(CapabilityError::Sign { text, right });
        }
        Self::new(Some(room(place, capability)?), name, positive)
    }

    /// The room that it is held in; none for one that is held on its own.
    pub fn room(&self) -> Option<&RoomId> {
        self.room.as_ref()
    }

    /// The name in canonical case, without its sign.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this says that the capability of that name is not held.
    pub fn is_anticapability(&self) -> bool {
        !self.positive
    }

    /// The anticapability of a capability, and the capability of an anticapability.
    #[must_use]
    pub fn inverted(self) -> Self {
        Self { positive: !self.positive, ..self }
    }

    /// The same capability, held on its own.
    pub(crate) fn on_its_own(&self) -> Self {
        Self { room: None, ..self.clone() }
    }

    /// The same capability, for a set that is nobody's own.
    pub(crate) fn without_room(self) -> Result<Self, SetError> {
        match self.room.clone() {
            Some(room) => Err(SetError::Room { text: self.to_string().into(), room }),
            None => Ok(self),
        }
    }

    /// Whether this is `owner` or `-owner`, which sets hold apart from the rest.
    pub(crate) fn is_ownership(&self) -> bool {
        self.room.is_none() && self.name == "owner"
    }
}

/// As a file writes it.
impl fmt::Display for Capability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(room) = &self.room {
            write!(formatter, "{room},")?;
        }
        Spelling { place: None, positive: self.positive, name: &self.name }.fmt(formatter)
    }
}

impl Serialize for Capability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads what was stored; the room is trusted to be canonical.
impl<'de> Deserialize<'de> for Capability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(deserializer)?;
        let read = Self::read(&text, |place, _| match Identity::stored(place) {
            Ok(Identity::Room(room)) => Ok(room),
            Ok(_) => Err(CapabilityError::Name { text: text.clone() }),
            Err(error) => Err(error.into()),
        });
        read.map_err(de::Error::custom)
    }
}

/// The canonical form of a capability's name; IRC's folding, as in Limnoria's sets.
pub(crate) fn name_of(text: &str) -> Option<SmolStr> {
    let legal = |character: char| {
        !character.is_whitespace() && !character.is_control() && !",;:&()!%".contains(character)
    };
    let starts = !text.is_empty() && !text.starts_with('-');
    (starts && text.chars().all(legal)).then(|| text.chars().map(fold_rfc1459).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let said = match Capability::parse(text, &Networks::new()) {
            Ok(Capability { room, name, positive }) => {
                let room = room.map(|room| format!("{room} ")).unwrap_or_default();
                format!("{room}{}{name}", if positive { "+" } else { "-" })
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(said, expect, "{text}");
    }

    #[test]
    fn a_capability_has_a_sign_and_perhaps_a_room_with_its_network() {
        check("Admin", "+admin");
        check("-games.dice", "-games.dice");
        check("r:irc:#Linux,op", "r:irc:#linux +op");
        check("r:irc:#linux,-op", "r:irc:#linux -op");
        check("#linux,op", "`#linux,op` names no network; write `r:NETWORK:ROOM,op`");
        check(
            "-r:irc:#linux,op",
            "`-r:irc:#linux,op` has its sign before the room; write `r:irc:#linux,-op`",
        );
        check(
            "-r:irc:#linux,-op",
            "`-r:irc:#linux,-op` has its sign before the room; write `r:irc:#linux,op`",
        );
        let wrong = "is not a capability; write `NAME`, `-NAME`, `r:NETWORK:ROOM,NAME` or `r:NETWORK:ROOM,-NAME`";
        for (text, part) in
            [("", ""), ("-", "-"), ("--a", "--a"), ("a b", "a b"), ("r:irc:#a,", "r:irc:#a,")]
        {
            check(text, &format!("`{part}` {wrong}"));
        }
        check("r:irc:#a,r:irc:#b,op", &format!("`r:irc:#b,op` {wrong}"));
    }

    #[test]
    fn a_room_that_is_named_in_chat_is_on_that_network() {
        let said = |text| Capability::parse_said(text, &Networks::new(), &"irc".parse().unwrap());
        assert_eq!(said("#Linux,-Op").unwrap().to_string(), "r:irc:#linux,-op");
        assert_eq!(said("r:oftc:#a,op").unwrap().to_string(), "r:oftc:#a,op");
        assert_eq!(said("Games").unwrap().to_string(), "games");
        assert!(said("#a,#b,op").is_err());
    }
}
