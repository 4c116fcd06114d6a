//! How far our account's archive is sure to be whole.
//!
//! A server names a message when it comes, and may write it down later, from another process than the
//! next one's: ejabberd from that of the stream that it is for, which may be one that just ends. So a
//! message can come to stand before those that we have heard. The cursor therefore stays some seconds
//! behind, and after a pause the archive is heard twice; the journal knows what was done. Rooms write
//! down what they send out, in that order.

use std::{collections::VecDeque, time::Duration};

use jid::BareJid;
use nuncio_core::{event::ArchiveState, recent::Recent};
use smol_str::SmolStr;

use super::{Reached, Stage};
use crate::session::Session;

/// How long after it was caught up with an archive is heard once more.
const SECOND_LOOK: Duration = Duration::from_secs(10);

/// How long something may come to stand before a message: until the second look is over.
const SETTLES: Duration = Duration::from_secs(20);

/// The most messages by which the cursor stays behind; fewer than are read after a pause.
const MOST: usize = 256;

/// How many messages are kept in mind as told.
const MAX_TOLD: usize = 1024;

/// The latest of our account's archive.
#[derive(Debug)]
pub(super) struct Latest {
    // The first is settled, those after it may not be.
    reached: VecDeque<(Duration, Reached)>,
    told: Recent<SmolStr, ()>,
}

/// Whether an archive is to be heard once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Second {
    /// Not, or not yet.
    Never,
    /// At this time.
    At(Duration),
    /// It is, or it was.
    Begun,
}

impl Default for Latest {
    fn default() -> Self {
        Self { reached: VecDeque::new(), told: Recent::new(MAX_TOLD) }
    }
}

impl Latest {
    /// How far the archive is settled, now that this was reached.
    pub(super) fn reach(&mut self, now: Duration, reached: Reached) -> Reached {
        if self.reached.back().is_none_or(|(_, last)| last.at != reached.at) {
            self.reached.push_back((now, reached.clone()));
        }
        let settled = |&(at, _): &(Duration, Reached)| now.saturating_sub(at) >= SETTLES;
        while self.reached.len() > MOST || self.reached.get(1).is_some_and(settled) {
            self.reached.pop_front();
        }
        self.reached.front().map_or(reached, |(_, first)| first.clone())
    }

    /// When all that was reached is settled, if it is not.
    fn deadline(&self) -> Option<Duration> {
        let (last, _) = self.reached.back().filter(|_| self.reached.len() > 1)?;
        Some(*last + SETTLES)
    }

    /// Takes note that a message was told.
    pub(super) fn tell(&mut self, id: &SmolStr) {
        self.told.put(id.clone(), ());
    }

    /// Whether a message was told.
    pub(super) fn has_told(&self, id: &SmolStr) -> bool {
        self.told.get(id).is_some()
    }
}

impl Session {
    /// When our account's archive is to be heard once more, or settled.
    pub(in crate::session) fn archive_settles(&self) -> Option<Duration> {
        let known = self.archives.open.get(&self.settings.account)?;
        let second = match (&known.stage, known.second) {
            (Stage::Heard, Second::At(at)) => Some(at),
            (Stage::Heard, Second::Never | Second::Begun) => None,
            _ => return None,
        };
        second.into_iter().chain(self.archives.latest.deadline()).min()
    }

    /// Hears our account's archive once more, and tells how far it is settled, when it is time for that.
    pub(super) fn settle_archive(&mut self) {
        let now = self.now.uptime;
        if self.archive_settles().is_none_or(|at| at > now) {
            return;
        }
        let account = self.settings.account.clone();
        let Some(known) = self.archives.open.get_mut(&account) else { return };
        if matches!(known.second, Second::At(at) if at <= now) {
            known.second = Second::Begun;
            self.catch_up(&account);
        } else {
            let last = self.archives.latest.reached.back().map(|(_, last)| last.clone());
            self.report_archive(&account, ArchiveState::Heard { late: 0 }, last);
        }
    }

    /// Once all was told that came while we were away, what came to stand before that is to be heard.
    pub(super) fn look_again_later(&mut self, archive: &BareJid) {
        let at = self.now.uptime + SECOND_LOOK;
        let known = self.archives.open.get_mut(archive);
        let known = known.filter(|known| known.second == Second::Never);
        if let Some(known) = known.filter(|_| *archive == self.settings.account) {
            known.second = Second::At(at);
        }
    }
}
