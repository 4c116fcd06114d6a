//! What a network answers: data that is bounded when it is made.

use nuncio_policy::{Power, RoomId, Speaker};
use smol_str::SmolStr;

use crate::file::Fetched;

/// The longest name of a person or a room, in bytes.
const MAX_NAME_BYTES: usize = 255;
/// The longest topic, in bytes.
const MAX_TOPIC_BYTES: usize = 1024;

/// What a network answers to a [`Query`](super::Query).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// What is in the file.
    File(Fetched),
    /// Who is in the room.
    Members(Members),
    /// Which rooms there are.
    Rooms(Listing),
}

/// Who is in a room, ourselves included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Members {
    list: Vec<Member>,
    truncated: bool,
}

/// Somebody who is in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What he is called there: shown, never trusted.
    pub name: SmolStr,
    /// Who he is, with what evidence.
    pub who: Speaker,
    /// What the network lets him do there, if it is more than everybody.
    pub power: Option<Power>,
    /// Whether it is the bot.
    pub own: bool,
}

impl Members {
    /// The most people that are told of: 1000.
    pub const MAX: usize = 1000;

    /// Takes the first [`Members::MAX`]; `more` says whether there are others beyond these.
    pub fn new(list: impl IntoIterator<Item = Member>, more: bool) -> Self {
        let bounded =
            |member: Member| Member { name: short(&member.name, MAX_NAME_BYTES), ..member };
        let (list, truncated) = first(list.into_iter().map(bounded), Self::MAX);
        Self { list, truncated: truncated || more }
    }

    /// They.
    pub fn list(&self) -> &[Member] {
        &self.list
    }

    /// Whether there are more.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}

/// Rooms that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    rooms: Vec<Listed>,
    truncated: bool,
}

/// A room that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub room: RoomId,
    /// What it is called, if anything: shown, never trusted.
    pub name: Option<SmolStr>,
    /// What it is about, if that is told.
    pub topic: Option<SmolStr>,
    /// How many are in it, if that is told.
    pub members: Option<u64>,
    /// Whether we are in it.
    pub joined: bool,
    /// Whether it holds other rooms itself.
    pub is_space: bool,
}

impl Listing {
    /// The most rooms that are told of: 500.
    pub const MAX: usize = 500;

    /// Takes the first [`Listing::MAX`]; `more` says whether the network has others beyond these.
    pub fn new(rooms: impl IntoIterator<Item = Listed>, more: bool) -> Self {
        let bounded = |listed: Listed| Listed {
            name: listed.name.map(|name| short(&name, MAX_NAME_BYTES)),
            topic: listed.topic.map(|topic| short(&topic, MAX_TOPIC_BYTES)),
            ..listed
        };
        let (rooms, truncated) = first(rooms.into_iter().map(bounded), Self::MAX);
        Self { rooms, truncated: truncated || more }
    }

    /// They.
    pub fn rooms(&self) -> &[Listed] {
        &self.rooms
    }

    /// Whether there are more.
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }
}

/// The first `most`, and whether there were more.
fn first<T>(mut all: impl Iterator<Item = T>, most: usize) -> (Vec<T>, bool) {
    let list = all.by_ref().take(most).collect();
    (list, all.next().is_some())
}

/// What somebody chose, on one line that is not too long.
fn short(text: &SmolStr, most: usize) -> SmolStr {
    let part = text.get(..text.floor_char_boundary(most)).unwrap_or_default();
    if part.contains(char::is_control) {
        return part.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    }
    if part.len() < text.len() { part.into() } else { text.clone() }
}

#[cfg(test)]
mod tests {
    use nuncio_policy::{CaseMapping, Network, UserId};

    use super::*;

    #[test]
    fn an_answer_has_an_end() {
        let network: Network = "irc".parse().expect("a network");
        let user = |number| UserId::new(&network, &format!("u{number}"), CaseMapping::Ascii);
        let member = |number| Member {
            name: "ż".repeat(200).into(),
            who: Speaker::claimed(user(number)),
            power: None,
            own: false,
        };
        let all = Members::new((0..Members::MAX).map(member), false);
        assert_eq!((all.list().len(), all.is_truncated()), (Members::MAX, false));
        let cut = Members::new((0..=Members::MAX).map(member), false);
        assert_eq!((cut.list().len(), cut.is_truncated()), (Members::MAX, true));
        assert_eq!(cut.list().first().map(|member| member.name.len()), Some(254));
        let lines = Members::new([Member { name: "ann\nbob".into(), ..member(1) }], false);
        assert_eq!(lines.list().first().map(|member| &*member.name), Some("ann bob"));
    }

    #[test]
    fn a_listing_says_that_there_is_more() {
        let room = RoomId::new(&"irc".parse().expect("a network"), "#a", CaseMapping::Ascii);
        let listed = Listed {
            room: room.expect("a room"),
            name: None,
            topic: Some("t".repeat(2000).into()),
            members: None,
            joined: false,
            is_space: false,
        };
        let listing = |count, more| Listing::new(std::iter::repeat_n(listed.clone(), count), more);
        assert!(!listing(Listing::MAX, false).is_truncated());
        assert!(listing(Listing::MAX + 1, false).is_truncated() && listing(1, true).is_truncated());
        let topic = listing(1, false).rooms().first().and_then(|listed| listed.topic.clone());
        assert_eq!(topic.map(|topic| topic.len()), Some(MAX_TOPIC_BYTES));
    }
}
