//! Tallies: what one person in one place is told, and what is written of it, when he is refused
//! again and again.

use std::collections::VecDeque;
use std::time::Duration;

use rustc_hash::FxHashMap;

use super::lanes::LaneKey;
use crate::store::AuditRow;

/// How long a tally runs, from the first refusal that it counts.
const SPAN: Duration = Duration::from_mins(1);
/// How many refusals of a tally are told and written one by one. Those beyond are counted, and
/// written together when it ends: each row is a wait for the disk, and each notice a line that
/// others wait behind, and a stranger could ask for a thousand a second.
const SINGLY: u64 = 10;
/// How many tallies run at once; who comes beyond shares one.
const MOST: usize = 4096;
/// How many commands of a tally are told apart; those beyond are counted with the last of these.
const COMMANDS: usize = 16;

/// Whose refusals: of all those for whom there was no room, where there is none.
type Whose = Option<LaneKey>;

/// The refusals of the last minute, by person and place.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    running: FxHashMap<Whose, Tally>,
    // INVARIANT: each that runs, in order of its end.
    ends: VecDeque<(Duration, Whose)>,
}

#[derive(Debug, Default)]
struct Tally {
    refusals: u64,
    /// Those that are not written yet: of each command how many, and the last one.
    unwritten: Vec<(u64, AuditRow)>,
}

impl Tallies {
    /// Counts something that is refused. Whether it is still told.
    pub(super) fn count(&mut self, lane: LaneKey, now: Duration) -> bool {
        self.tally(lane, now).count()
    }

    /// Counts a refusal. Gives its row back where that is to be written now; then it is told, too.
    pub(super) fn refuse(
        &mut self,
        lane: LaneKey,
        row: AuditRow,
        now: Duration,
    ) -> Option<AuditRow> {
        let tally = self.tally(lane, now);
        if tally.count() {
            return Some(row);
        }
        tally.put_off(row);
        None
    }

    /// Ends the tallies whose time has come. Gives what is to be written of them.
    pub(super) fn end(&mut self, now: Duration) -> Vec<AuditRow> {
        let mut rows = Vec::new();
        while let Some((_, whose)) = self.ends.pop_front_if(|(end, _)| *end <= now) {
            let tally = self.running.remove(&whose).unwrap_or_default();
            rows.extend(tally.unwritten.into_iter().map(|(count, row)| match count {
                1 => row,
                _ => AuditRow {
                    because: format!("{} (the last of {count} within a minute)", row.because),
                    ..row
                },
            }));
        }
        rows
    }

    /// When the next one ends.
    pub(super) fn next_end(&self) -> Option<Duration> {
        self.ends.front().map(|(end, _)| *end)
    }

    fn tally(&mut self, lane: LaneKey, now: Duration) -> &mut Tally {
        let mut whose = Some(lane);
        if self.running.len() >= MOST && !self.running.contains_key(&whose) {
            whose = None;
        }
        if !self.running.contains_key(&whose) {
            self.ends.push_back((now.saturating_add(SPAN), whose.clone()));
        }
        self.running.entry(whose).or_default()
    }
}

impl Tally {
    fn count(&mut self) -> bool {
        self.refusals = self.refusals.saturating_add(1);
        self.refusals <= SINGLY
    }

    fn put_off(&mut self, row: AuditRow) {
        let full = self.unwritten.len() >= COMMANDS;
        let same = self.unwritten.iter_mut().find(|(_, other)| other.what == row.what);
        match same {
            Some((count, last)) => (*count, *last) = (count.saturating_add(1), row),
            None if full => {
                if let Some((count, last)) = self.unwritten.last_mut() {
                    (*count, *last) = (count.saturating_add(1), row);
                }
            }
            None => self.unwritten.push((1, row)),
        }
    }
}
