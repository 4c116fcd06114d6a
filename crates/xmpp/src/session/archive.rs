//! Archives (XEP-0313): what was said while we were away is told before what is said now.
//!
//! There is one of our account, and one of each room. As soon as a stream is bound, or a room is
//! joined, it is asked for what came after the cursor, page by page, the oldest first; meanwhile
//! what is said live waits. Where there is no cursor we never were before, and nothing is late: the
//! newest message is the cursor then.

mod again;
mod catch;
mod passage;
mod query;
mod settled;

use std::{collections::VecDeque, time::Duration};

use jid::BareJid;
use jiff::Timestamp;
use nuncio_core::{
    cursor::{Cursor, Mark},
    event::Event,
};
use nuncio_policy::RoomId;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use xmpp_parsers::message::Message;

use passage::Passage;
use query::Asked;
pub(super) use query::{Finished, archived};
use settled::{Latest, Second};

use super::{Session, xml::Failure};

/// How long an archive may take to answer, as long as nothing of ours waits to be sent.
const PATIENCE: Duration = Duration::from_mins(1);

/// The position of a cursor where the archive holds nothing, or is not there: it goes by its time.
pub const NOWHERE: &str = "-";

/// Our account's archive and those of the rooms that we are in, by address.
#[derive(Debug, Default)]
pub(super) struct Archives {
    cursors: FxHashMap<BareJid, Reached>,
    open: FxHashMap<BareJid, Archive>,
    /// Where the stanza at hand stands.
    passage: Option<Passage>,
    /// How many live events wait, in all archives.
    held: usize,
    /// How many deliveries do.
    waiting: usize,
    ours: again::Ours,
    latest: Latest,
    /// Those of which it was said that they are not there.
    missed: FxHashSet<BareJid>,
}

/// How far an archive was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reached {
    at: SmolStr,
    time: Timestamp,
}

/// One archive, from the time when we come to where it is.
#[derive(Debug)]
struct Archive {
    stage: Stage,
    /// What is said live, until all that is late has been told.
    held: VecDeque<passage::Held>,
    /// What is to go there, until it is known what is there already.
    waiting: Vec<again::Waiting>,
    /// How many messages came late.
    late: usize,
    pages: u32,
    /// What is told when the domains of those who said it are known.
    page: Vec<(Reached, Message)>,
    /// How that page ended, while it waits for them.
    ended: Option<(SmolStr, Result<Finished, Failure>)>,
    /// Whether the latest message was reached without an event that says so.
    unmarked: Option<Reached>,
    /// How many were.
    passed: u32,
    second: Second,
}

/// How far we are with an archive.
#[derive(Debug)]
enum Stage {
    /// Whether it is there has been asked; given up at this time.
    Unknown(Duration),
    /// Asked; given up at this time.
    Catching { asked: Asked, question: SmolStr, until: Duration },
    /// All that was late has been told.
    Heard,
    /// There is none, or none that can be asked now; whether its names are known to be its own.
    Absent { named: bool },
}

impl Archive {
    fn new(until: Duration) -> Self {
        Self {
            stage: Stage::Unknown(until),
            held: VecDeque::new(),
            waiting: Vec::new(),
            late: 0,
            pages: 0,
            page: Vec::new(),
            ended: None,
            unmarked: None,
            passed: 0,
            second: Second::Never,
        }
    }

    fn deadline(&self) -> Option<Duration> {
        match self.stage {
            Stage::Unknown(until) | Stage::Catching { until, .. } => Some(until),
            Stage::Heard | Stage::Absent { .. } => None,
        }
    }

    /// Whether what it calls its messages is known to be its own.
    fn is_named(&self) -> bool {
        match self.stage {
            Stage::Unknown(_) => false,
            Stage::Catching { .. } | Stage::Heard => true,
            Stage::Absent { named } => named,
        }
    }
}

impl Archives {
    /// When the next one is given up.
    pub(super) fn deadline(&self) -> Option<Duration> {
        self.open.values().filter_map(Archive::deadline).min()
    }

    /// The last message of an archive that is heard to its end.
    pub(super) fn end_of(&self, archive: &BareJid) -> Option<SmolStr> {
        let known = self.open.get(archive).filter(|known| matches!(known.stage, Stage::Heard));
        let reached = known.and_then(|_| self.cursors.get(archive))?;
        (reached.at != NOWHERE).then(|| reached.at.clone())
    }

    /// Whether we were there before: what was said since then is late.
    pub(super) fn has_past(&self, archive: &BareJid) -> bool {
        self.cursors.contains_key(archive)
    }
}

impl Session {
    /// Takes up how far archives were heard before the process began.
    pub fn recall(&mut self, cursors: Vec<Cursor>) {
        for Cursor { mark: Mark { source, at }, time, .. } in cursors {
            if let Ok(archive) = BareJid::new(source.as_str()) {
                let reached = Reached { at: SmolStr::new(at.as_str()), time };
                if archive == self.settings.account {
                    self.archives.latest.reach(self.now.uptime, reached.clone());
                }
                self.archives.cursors.insert(archive, reached);
            }
        }
    }

    /// A stream begins, or one has ended: all archives are to be asked again.
    pub(super) fn close_archives(&mut self) {
        let open: Vec<BareJid> = self.archives.open.keys().cloned().collect();
        for archive in open {
            self.close_archive(&archive);
        }
    }

    /// We are not there any more. What waited was said while we were.
    pub(super) fn close_archive(&mut self, archive: &BareJid) {
        self.let_go(archive);
        self.give_back_waiting(archive);
        self.archives.open.remove(archive);
    }

    /// A room that we left of our own will, and join again, has no past.
    pub(super) fn forget_archive(&mut self, archive: &BareJid) {
        self.archives.cursors.remove(archive);
    }

    /// We have come to where an archive may be. Whoever calls this asks what there is.
    pub(super) fn open_archive(&mut self, archive: &BareJid) {
        self.close_archive(archive);
        let until = self.now.uptime + PATIENCE;
        self.archives.open.insert(archive.clone(), Archive::new(until));
    }

    /// Gives up archives that do not answer; not while what asks them may still wait to be sent.
    pub(super) fn expire_archives(&mut self) {
        self.settle_archive();
        let now = self.now.uptime;
        if self.archives.deadline().is_none_or(|at| at > now) {
            return;
        }
        let is_late =
            |(_, known): &(&BareJid, &Archive)| known.deadline().is_some_and(|at| at <= now);
        let late = self.archives.open.iter().filter(is_late);
        let mut late: Vec<BareJid> = late.map(|(archive, _)| archive.clone()).collect();
        late.sort_unstable();
        for archive in late {
            if self.out.is_empty() {
                self.on_silence(&archive, "it does not answer".to_owned());
            } else {
                self.be_patient_with(&archive);
            }
        }
    }

    /// The stream goes on: whoever was asked before has time again.
    pub(super) fn be_patient(&mut self) {
        let open: Vec<BareJid> = self.archives.open.keys().cloned().collect();
        for archive in open {
            self.be_patient_with(&archive);
        }
    }

    fn be_patient_with(&mut self, archive: &BareJid) {
        let later = self.now.uptime + PATIENCE;
        let known = self.archives.open.get_mut(archive);
        if let Some(Stage::Unknown(until) | Stage::Catching { until, .. }) =
            known.map(|known| &mut known.stage)
        {
            *until = later;
        }
    }

    /// Whose archive it is: a room's, or ours.
    fn room_of_archive(&self, archive: &BareJid) -> Option<RoomId> {
        self.room_id(archive).filter(|_| *archive != self.settings.account)
    }

    /// Puts an event where it stands in an archive, of which all before its mark is settled.
    fn place_in(&mut self, archive: &BareJid, event: &mut Event, mut reached: Reached) {
        event.at = reached.time;
        if *archive == self.settings.account {
            reached = self.archives.latest.reach(self.now.uptime, reached);
        }
        event.mark = passage::mark(archive, &reached.at);
        self.archives.cursors.insert(archive.clone(), reached);
    }
}
