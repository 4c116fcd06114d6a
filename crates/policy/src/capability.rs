//! Capabilities: names that are held, explicitly not held, or not spoken of, on their own or in a
//! room.

mod set;

use smol_str::SmolStr;

pub(crate) use set::{CapabilitySet, Lengths};

use crate::identity::{IdentityError, fold_rfc1459};
use crate::{Networks, RoomId};

/// A capability as a set holds it: `admin`, `-games.dice`, `r:irc:#linux,op`, `r:irc:#linux,-op`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Capability {
    /// The room that it is held in; none for one that is held on its own. The two never mix.
    pub(crate) room: Option<RoomId>,
    pub(crate) name: SmolStr,
    /// False for an anticapability.
    pub(crate) positive: bool,
}

impl Capability {
    /// Reads what a file says; a room is named with its network there.
    pub(crate) fn parse(text: &str, networks: &Networks) -> Result<Self, CapabilityError> {
        let Some((place, capability)) = text.split_once(',') else {
            let (name, positive) = signed(text)?;
            return Ok(Self { room: None, name, positive });
        };
        if let Some(place) = place.strip_prefix('-') {
            let right = format!("{place},-{capability}");
            return Err(CapabilityError::Sign { text: text.into(), right: right.into() });
        }
        if !place.starts_with("r:") {
            return Err(CapabilityError::Place {
                text: text.into(),
                capability: capability.into(),
            });
        }
        let room = networks.parse_room(place)?;
        let (name, positive) = signed(capability)?;
        Ok(Self { room: Some(room), name, positive })
    }
}

fn signed(text: &str) -> Result<(SmolStr, bool), CapabilityError> {
    let (name, positive) = text.strip_prefix('-').map_or((text, true), |name| (name, false));
    name_of(name)
        .map(|name| (name, positive))
        .ok_or_else(|| CapabilityError::Name { text: text.into() })
}

/// The canonical form of a capability's name; IRC's folding, as in Limnoria's sets.
pub(crate) fn name_of(text: &str) -> Option<SmolStr> {
    let legal = |character: char| {
        !character.is_whitespace() && !character.is_control() && !",;:&()!%".contains(character)
    };
    let starts = !text.is_empty() && !text.starts_with('-');
    (starts && text.chars().all(legal)).then(|| text.chars().map(fold_rfc1459).collect())
}

/// Why a text is no capability.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CapabilityError {
    #[error(
        "`{text}` is not a capability; write `NAME`, `-NAME`, `r:NETWORK:ROOM,NAME` or `r:NETWORK:ROOM,-NAME`"
    )]
    Name { text: SmolStr },
    #[error("`{text}` names no network; write `r:NETWORK:ROOM,{capability}`")]
    Place { text: SmolStr, capability: SmolStr },
    #[error("`{text}` has its sign before the room; write `{right}`")]
    Sign { text: SmolStr, right: SmolStr },
    #[error(transparent)]
    Room(#[from] IdentityError),
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
        let wrong = "is not a capability; write `NAME`, `-NAME`, `r:NETWORK:ROOM,NAME` or `r:NETWORK:ROOM,-NAME`";
        for (text, part) in
            [("", ""), ("-", "-"), ("--a", "--a"), ("a b", "a b"), ("r:irc:#a,", "")]
        {
            check(text, &format!("`{part}` {wrong}"));
        }
        check("r:irc:#a,r:irc:#b,op", &format!("`r:irc:#b,op` {wrong}"));
    }
}
