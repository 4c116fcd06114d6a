//! How far each room was told without a gap. A message that waits for its key holds its room back:
//! what comes after it is told as it comes, but marked with the place before, so that a bot that is
//! killed meanwhile reads the message again.

use std::{collections::VecDeque, time::Duration};

use jiff::SignedDuration;
use nuncio_core::cursor::{Cursor, Mark, Position, Source};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::Session;

/// How long a message holds its room back, and how old it may be.
const PATIENCE: Duration = Duration::from_hours(1);
const OLDEST: SignedDuration = SignedDuration::from_hours(24);

/// The most that is told behind a message that holds its room back: all of it would be read again.
const MOST_BEHIND: usize = 1000;

/// Where each room stands.
#[derive(Debug, Default)]
pub(super) struct Marks {
    rooms: FxHashMap<SmolStr, Place>,
}

#[derive(Debug, Default)]
struct Place {
    /// The latest event of which we know.
    last: Option<Position>,
    /// What waits for its key, the oldest first.
    held: VecDeque<Held>,
    /// How much was told since the first of them.
    behind: usize,
}

#[derive(Debug)]
struct Held {
    event: SmolStr,
    before: Option<Position>,
    until: Duration,
}

impl Marks {
    /// An event is past: nobody needs it again.
    pub(super) fn pass(&mut self, room: &str, event: &str) {
        self.place(room).last = Position::new(event);
    }

    /// An event is told. What it is marked with.
    pub(super) fn tell(&mut self, room: &str, event: &str, now: Duration) -> Option<Mark> {
        let place = self.place(room);
        place.held.retain(|held| held.until > now);
        place.behind = if place.held.is_empty() { 0 } else { place.behind + 1 };
        if place.behind > MOST_BEHIND {
            place.held.clear();
        }
        place.last = Position::new(event);
        self.mark(room)
    }

    /// An event that is about to be told holds its room back until then.
    pub(super) fn hold(&mut self, room: &str, event: &str, until: Duration) {
        let place = self.place(room);
        let (event, before) = (SmolStr::new(event), place.last.clone());
        place.held.push_back(Held { event, before, until });
    }

    /// An event that held its room back does so no more. What it is marked with now: all that was
    /// told since stands before that.
    pub(super) fn release(&mut self, room: &str, event: &str) -> Option<Mark> {
        let held = &mut self.place(room).held;
        let at = held.iter().position(|held| held.event == event)?;
        held.remove(at);
        self.mark(room)
    }

    /// Up to where a room was told without a gap.
    pub(super) fn mark(&self, room: &str) -> Option<Mark> {
        let at = self.rooms.get(room)?.at()?.clone();
        Some(Mark { source: Source::new(room)?, at })
    }

    /// Forgets all rooms but these.
    pub(super) fn retain(&mut self, is_known: impl Fn(&str) -> bool) {
        self.rooms.retain(|room, _| is_known(room));
    }

    fn place(&mut self, room: &str) -> &mut Place {
        self.rooms.entry(SmolStr::new(room)).or_default()
    }
}

impl Place {
    fn at(&self) -> Option<&Position> {
        self.held.front().map_or(self.last.as_ref(), |held| held.before.as_ref())
    }
}

impl Session {
    /// Up to where the house has settled each room: what was said up to there is past.
    pub fn resume(&mut self, cursors: &[Cursor]) {
        for Cursor { mark, .. } in cursors {
            self.rooms.follow(mark.source.as_str());
            self.marks.pass(mark.source.as_str(), mark.at.as_str());
        }
    }

    /// Each room, and up to where it was told without a gap.
    pub fn heard(&self) -> impl Iterator<Item = (String, String)> {
        let place = |(room, place): (&SmolStr, &Place)| {
            Some((room.to_string(), place.at()?.as_str().to_owned()))
        };
        self.marks.rooms.iter().filter_map(place)
    }

    /// For how long an event of this age may hold its room back: no longer than it is of any use,
    /// however often we are started again.
    pub(super) fn until(&self, age: SignedDuration) -> Option<Duration> {
        let left = Duration::try_from(OLDEST.checked_sub(age)?).ok()?;
        (!left.is_zero()).then(|| self.now.uptime.saturating_add(left.min(PATIENCE)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &str = "!room:x.org";
    const LATER: Duration = Duration::from_hours(1);

    fn told(marks: &mut Marks, event: &str) -> String {
        show(marks.tell(ROOM, event, Duration::ZERO))
    }

    fn show(mark: Option<Mark>) -> String {
        mark.map_or("-".to_owned(), |mark| mark.at.as_str().to_owned())
    }

    #[test]
    fn a_closed_message_holds_its_room_back_until_it_is_opened() {
        let mut marks = Marks::default();
        assert_eq!(told(&mut marks, "$1"), "$1");
        for closed in ["$2", "$4"] {
            marks.hold(ROOM, closed, LATER);
            assert_eq!(told(&mut marks, closed), "$1");
            assert_eq!(told(&mut marks, "$3"), "$1");
        }
        assert_eq!(show(marks.release(ROOM, "$2")), "$3");
        assert_eq!(told(&mut marks, "$5"), "$3");
        assert_eq!(show(marks.release(ROOM, "$4")), "$5");
        assert_eq!(show(marks.release(ROOM, "$4")), "-");
        assert_eq!(told(&mut marks, "$6"), "$6");
    }

    #[test]
    fn the_oldest_is_what_counts() {
        let mut marks = Marks::default();
        marks.pass(ROOM, "$0");
        for closed in ["$1", "$2"] {
            marks.hold(ROOM, closed, LATER);
            told(&mut marks, closed);
        }
        assert_eq!(show(marks.release(ROOM, "$2")), "$0");
        assert_eq!(show(marks.release(ROOM, "$1")), "$2");
    }

    #[test]
    fn no_room_is_held_back_for_ever() {
        let mut marks = Marks::default();
        marks.pass(ROOM, "$0");
        marks.hold(ROOM, "$1", LATER);
        assert_eq!(show(marks.tell(ROOM, "$1", Duration::from_mins(59))), "$0");
        assert_eq!(show(marks.tell(ROOM, "$2", LATER)), "$2");
        marks.hold(ROOM, "$3", LATER);
        let held = (0..2 * MOST_BEHIND).take_while(|_| told(&mut marks, "$x") == "$2").count();
        assert_eq!(held, MOST_BEHIND);
    }
}
