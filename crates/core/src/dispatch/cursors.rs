//! Cursors: how far each archive is settled.
//!
//! Marks come in the order of their archive. A cursor moves past those that nothing holds back any
//! more, and so a kill finds again all that was not settled, and perhaps some that was: the journal
//! knows that. It is written with the next write set, whatever that is about; alone only where there
//! was none for a while.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use nuncio_policy::Network;
use rustc_hash::FxHashMap;

use super::CommitId;
use crate::cursor::{Cursor, Mark, Position, Source};
use crate::store::CursorWrite;

/// How long a cursor that moved waits for something else to be written with it.
const LINGER: Duration = Duration::from_secs(5);

/// How many archives are kept in mind; then the one that nothing was heard of for longest makes way,
/// and has no past from then on.
const MOST: usize = 16_384;

type Name = (Network, Source);

/// The cursors of all networks.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    tracks: FxHashMap<Arc<Name>, Track>,
    latest: u64,
    /// What is to be written.
    moved: Vec<Arc<Name>>,
    removed: Vec<Arc<Name>>,
    /// What is being written, with which write set.
    under_way: FxHashMap<CommitId, Taken>,
    /// When it is, if nothing else is before.
    due: Option<Duration>,
}

/// What is written with one write set.
#[derive(Debug)]
struct Taken {
    moved: Vec<Arc<Name>>,
    removed: Vec<Arc<Name>>,
}

/// One archive.
#[derive(Debug, Default)]
struct Track {
    settled: Option<(Position, Timestamp)>,
    // INVARIANT: in order of their numbers; the first is held back by something.
    open: VecDeque<Open>,
    /// Whether it is among those that are to be written.
    moved: bool,
}

/// A mark that is not settled.
#[derive(Debug)]
struct Open {
    number: u64,
    at: Position,
    time: Timestamp,
    holds: u32,
}

/// Something holds a mark back, until it is [released](Cursors::release).
#[derive(Clone, Debug)]
pub(super) struct Hold {
    name: Arc<Name>,
    number: u64,
}

impl Cursors {
    /// Takes in what the store held.
    pub(super) fn restore(&mut self, cursors: Vec<Cursor>) {
        for Cursor { network, mark: Mark { source, at }, time } in cursors {
            let track = Track { settled: Some((at, time)), ..Track::default() };
            self.tracks.insert(Arc::new((network, source)), track);
        }
    }

    /// The cursors of one network.
    pub(super) fn of(&self, network: &Network) -> Vec<Cursor> {
        let ours = self.tracks.iter().filter(|(name, _)| name.0 == *network);
        let cursor = |(name, track): (&Arc<Name>, &Track)| {
            let (at, time) = track.settled.clone()?;
            let mark = Mark { source: name.1.clone(), at };
            Some(Cursor { network: network.clone(), mark, time })
        };
        ours.filter_map(cursor).collect()
    }

    /// An event with a mark is heard. It holds its own mark back until it is released.
    pub(super) fn hear(&mut self, network: &Network, mark: Mark, time: Timestamp) -> Hold {
        let name = Arc::new((network.clone(), mark.source));
        if !self.tracks.contains_key(&name) {
            self.make_room();
        }
        self.latest = self.latest.saturating_add(1);
        let number = self.latest;
        let track = self.tracks.entry(Arc::clone(&name)).or_default();
        // What nothing holds back is passed together with what comes after it: so there are no more
        // than were ever held at once, however long the first one is.
        while track.open.pop_back_if(|last| last.holds == 0).is_some() {}
        track.open.push_back(Open { number, at: mark.at, time, holds: 1 });
        Hold { name, number }
    }

    /// Something more holds the same mark back.
    pub(super) fn hold(&mut self, hold: &Hold) {
        if let Some(open) = self.open(hold) {
            open.holds = open.holds.saturating_add(1);
        }
    }

    /// Something holds a mark back no more.
    pub(super) fn release(&mut self, hold: &Hold, now: Duration) {
        if let Some(open) = self.open(hold) {
            open.holds = open.holds.saturating_sub(1);
        }
        let Some(track) = self.tracks.get_mut(&hold.name) else { return };
        let mut settled = None;
        while let Some(open) = track.open.pop_front_if(|open| open.holds == 0) {
            settled = Some((open.at, open.time));
        }
        if settled.is_none() {
            return;
        }
        track.settled = settled;
        if !std::mem::replace(&mut track.moved, true) {
            self.moved.push(Arc::clone(&hold.name));
        }
        self.due.get_or_insert(now.saturating_add(LINGER));
    }

    /// When what moved is to be written at the latest.
    pub(super) fn due(&self) -> Option<Duration> {
        self.due
    }

    /// Takes what is to be written with a write set.
    pub(super) fn take(&mut self, commit: CommitId) -> Vec<CursorWrite> {
        if self.due.take().is_none() {
            return Vec::new();
        }
        let (moved, removed) = (std::mem::take(&mut self.moved), std::mem::take(&mut self.removed));
        let mut writes: Vec<_> =
            removed.iter().map(|name| CursorWrite::remove(&name.0, &name.1)).collect();
        for name in &moved {
            let Some(track) = self.tracks.get_mut(name) else { continue };
            track.moved = false;
            if let Some((at, time)) = track.settled.clone() {
                let (network, source) = (name.0.clone(), name.1.clone());
                writes.push(CursorWrite { network, source, to: Some((at, time)) });
            }
        }
        self.under_way.insert(commit, Taken { moved, removed });
        writes
    }

    /// A write set is written, or it is not, and then what it had of ours is to be written again.
    pub(super) fn committed(&mut self, commit: CommitId, written: bool, now: Duration) {
        let Some(Taken { moved, removed }) = self.under_way.remove(&commit) else { return };
        if written {
            return;
        }
        for name in moved {
            let known = self.tracks.get_mut(&name);
            if known.is_some_and(|track| !std::mem::replace(&mut track.moved, true)) {
                self.moved.push(name);
            }
        }
        // One that was heard again meanwhile has a cursor of its own.
        self.removed.extend(removed.into_iter().filter(|name| !self.tracks.contains_key(name)));
        self.due.get_or_insert(now.saturating_add(LINGER));
    }

    fn open(&mut self, hold: &Hold) -> Option<&mut Open> {
        let open = &mut self.tracks.get_mut(&hold.name)?.open;
        let index = open.binary_search_by_key(&hold.number, |open| open.number).ok()?;
        open.get_mut(index)
    }

    fn make_room(&mut self) {
        if self.tracks.len() < MOST {
            return;
        }
        let idle = self.tracks.iter().filter(|(_, track)| track.open.is_empty());
        let oldest = idle.min_by_key(|(_, track)| track.settled.as_ref().map(|(_, time)| *time));
        if let Some(name) = oldest.map(|(name, _)| Arc::clone(name)) {
            self.tracks.remove(&name);
            self.removed.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_that_is_never_released_keeps_no_others_that_are() {
        let mut cursors = Cursors::default();
        let network: Network = "irc".parse().unwrap();
        let hear = |cursors: &mut Cursors| {
            let mark = Mark { source: Source::new("a").unwrap(), at: Position::new("1").unwrap() };
            cursors.hear(&network, mark, Timestamp::UNIX_EPOCH)
        };
        let stuck = hear(&mut cursors);
        for _ in 0..100 {
            // Side by side, and the first to come is the first to end.
            let (first, second) = (hear(&mut cursors), hear(&mut cursors));
            cursors.release(&first, Duration::ZERO);
            cursors.release(&second, Duration::ZERO);
        }
        let open = |cursors: &Cursors| cursors.tracks.values().map(|track| track.open.len()).sum();
        let kept: usize = open(&cursors);
        assert!(kept <= 3, "{kept}");
        cursors.release(&stuck, Duration::ZERO);
        let kept: usize = open(&cursors);
        assert_eq!(kept, 0);
    }
}
