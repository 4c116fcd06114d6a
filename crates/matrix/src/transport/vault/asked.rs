//! Which keys are asked for, and which may be.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use matrix_sdk::ruma::{OwnedRoomId, OwnedTransactionId, RoomId, TransactionId};
use serde::{Deserialize, Serialize};

/// The most keys that are asked for at once.
pub(super) const MOST: usize = 256;

/// The most of one room: whoever invents keys there leaves the others theirs.
pub(super) const MOST_OF_ROOM: usize = 64;

/// After which a key that has not come gives way to another.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// The keys that are asked for, oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Asked {
    open: VecDeque<Open>,
    /// The last one was refused.
    #[serde(skip)]
    is_full: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Open {
    request: OwnedTransactionId,
    room: OwnedRoomId,
    since: Timestamp,
}

/// No more is to be asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Full {
    /// Whether that was not so before.
    pub(super) is_news: bool,
}

impl Asked {
    /// Takes one in, and returns which gives way to it.
    pub(super) fn add(
        &mut self,
        request: &TransactionId,
        room: &RoomId,
        now: Timestamp,
    ) -> Result<Option<OwnedTransactionId>, Full> {
        let of_room = self.open.iter().filter(|open| open.room == room).count();
        let oldest = if of_room >= MOST_OF_ROOM {
            self.open.iter().position(|open| open.room == room)
        } else {
            (self.open.len() >= MOST).then_some(0)
        };
        let over = match oldest {
            None => None,
            Some(oldest) if self.open.get(oldest).is_some_and(|open| open.is_stale(now)) => {
                self.open.remove(oldest).map(|open| open.request)
            }
            Some(_) => return Err(Full { is_news: !std::mem::replace(&mut self.is_full, true) }),
        };
        self.is_full = false;
        self.open.push_back(Open { request: request.into(), room: room.into(), since: now });
        Ok(over)
    }

    /// Whether it was asked for.
    pub(super) fn remove(&mut self, request: &TransactionId) -> bool {
        let before = self.open.len();
        self.open.retain(|open| open.request != request);
        self.open.len() < before
    }
}

impl Open {
    /// A clock that was set back must keep nobody waiting for ever.
    fn is_stale(&self, now: Timestamp) -> bool {
        now < self.since || now.duration_since(self.since) >= PATIENCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(number: usize) -> OwnedRoomId {
        RoomId::parse(format!("!{number}:localhost")).expect("it is a room")
    }

    fn id(number: usize) -> OwnedTransactionId {
        number.to_string().into()
    }

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn one_room_takes_its_share_and_no_more() {
        let mut asked = Asked::default();
        for number in 0..MOST_OF_ROOM {
            assert_eq!(asked.add(&id(number), &room(1), NOW), Ok(None));
        }
        assert_eq!(asked.add(&id(1000), &room(1), NOW), Err(Full { is_news: true }));
        assert_eq!(asked.add(&id(1001), &room(1), NOW), Err(Full { is_news: false }));
        assert_eq!(asked.add(&id(1002), &room(2), NOW), Ok(None));
        assert_eq!(asked.add(&id(1003), &room(1), NOW), Err(Full { is_news: true }));
        // A key has come.
        assert!(asked.remove(&id(3)) && !asked.remove(&id(3)));
        assert_eq!(asked.add(&id(1004), &room(1), NOW), Ok(None));
    }

    #[test]
    fn all_rooms_have_so_many_together() {
        let mut asked = Asked::default();
        for number in 0..MOST {
            assert_eq!(asked.add(&id(number), &room(number), NOW), Ok(None));
        }
        assert_eq!(asked.add(&id(1000), &room(1000), NOW), Err(Full { is_news: true }));
        assert_eq!(asked.open.len(), MOST);
    }

    #[test]
    fn what_has_waited_long_gives_way() {
        let mut asked = Asked::default();
        let later = NOW + PATIENCE;
        assert_eq!(asked.add(&id(0), &room(2), NOW), Ok(None));
        for number in 1..=MOST_OF_ROOM {
            assert_eq!(asked.add(&id(number), &room(1), NOW), Ok(None));
        }
        // The oldest of its own room, and only where there is no place left.
        assert_eq!(asked.add(&id(1000), &room(1), later), Ok(Some(id(1))));
        assert_eq!(asked.add(&id(1001), &room(2), later), Ok(None));
        // The clock was set back.
        assert_eq!(asked.add(&id(1002), &room(1), NOW), Err(Full { is_news: true }));
        let before = NOW - SignedDuration::from_secs(1);
        assert_eq!(asked.add(&id(1002), &room(1), before), Ok(Some(id(2))));
    }
}
