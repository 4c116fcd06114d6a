//! Catching up with an archive, page by page.

use jid::BareJid;
use jiff::{SignedDuration, Timestamp};
use nuncio_core::event::{ArchiveState, EventKind, Timing};
use smol_str::SmolStr;

use super::{
    Archive, NOWHERE, PATIENCE, Reached, Second, Stage,
    query::{self, Asked, Finished},
};
use crate::session::{Session, disco::Description, xml::Failure};

/// The most pages that are asked for: with 50 messages on each, 1,000. What lies beyond is left out,
/// and reported.
const MAX_PAGES: u32 = 20;

/// Asked by time, so much more is asked for: the archive's clock is not ours. What was handled before
/// is known by its key.
const MARGIN: SignedDuration = SignedDuration::from_mins(1);

impl Session {
    /// It is known what there is (XEP-0030), or why that is not known.
    pub(in crate::session) fn on_archive_features(
        &mut self,
        archive: &BareJid,
        said: Result<&Description, &Failure>,
    ) {
        let Some(known) = self.archives.open.get(archive) else { return };
        match (said.map(query::lacks), &known.stage) {
            (Ok(Some(why)), _) => self.on_no_archive(archive, why.to_owned(), false),
            (Ok(None), Stage::Unknown(_) | Stage::Absent { .. }) => self.catch_up(archive),
            (Err(failure), Stage::Unknown(_)) => {
                let why = failure.explain("it does not say what it can do");
                self.on_silence(archive, why);
            }
            (Ok(None) | Err(_), _) => {}
        }
    }

    /// An archive that does not answer may be there all the same, if it was there before.
    pub(super) fn on_silence(&mut self, archive: &BareJid, why: String) {
        let before = self.archives.cursors.get(archive);
        let named = before.is_some_and(|reached| reached.at != NOWHERE)
            || self.archives.open.get(archive).is_some_and(Archive::is_named);
        self.on_no_archive(archive, why, named);
    }

    /// Looks for what a kill left open, and then asks for what came after the cursor, which may have
    /// passed that.
    pub(super) fn catch_up(&mut self, archive: &BareJid) {
        self.archives.missed.remove(archive);
        let Some(made) = self.doubts.made(archive) else { return self.go_on_from_cursor(archive) };
        if let Some(known) = self.archives.open.get_mut(archive) {
            known.pages = 0;
        }
        self.ask_archive(archive, Asked::Sought { time: shortly_before(made), after: None });
    }

    /// Asks for what came after the cursor.
    fn go_on_from_cursor(&mut self, archive: &BareJid) {
        if let Some(known) = self.archives.open.get_mut(archive) {
            (known.late, known.pages) = (0, 0);
        }
        let asked = match self.archives.cursors.get(archive) {
            None => Asked::Newest,
            Some(reached) if reached.at == NOWHERE => since(reached.time),
            // What we are in doubt of may stand before what others said meanwhile.
            Some(reached) => {
                Asked::After(self.doubts.end(archive).unwrap_or_else(|| reached.at.clone()))
            }
        };
        self.ask_archive(archive, asked);
    }

    fn ask_archive(&mut self, archive: &BareJid, asked: Asked) {
        let until = self.now.uptime + PATIENCE;
        let Some(question) = self.send_query(archive, &asked) else {
            return self.on_silence(archive, "too many questions are open".to_owned());
        };
        if let Some(archive) = self.archives.open.get_mut(archive) {
            archive.stage = Stage::Catching { asked, question, until };
        }
    }

    /// An archive says that a page is complete, or that there is none.
    pub(in crate::session) fn on_page(
        &mut self,
        archive: &BareJid,
        question: &str,
        answer: Result<Finished, Failure>,
    ) {
        let Some(known) = self.archives.open.get_mut(archive) else { return };
        let Stage::Catching { asked, question: ours, .. } = &known.stage else { return };
        if ours != question {
            return;
        }
        let asked = asked.clone();
        if !known.page.is_empty() && self.must_wait_for_domains(archive) {
            if let Some(known) = self.archives.open.get_mut(archive) {
                known.ended = Some((SmolStr::new(question), answer));
            }
            return;
        }
        self.tell_page(archive);
        let Some(known) = self.archives.open.get_mut(archive) else { return };
        known.pages += 1;
        let more = known.pages < MAX_PAGES;
        match (answer, asked) {
            (Ok(Finished { complete: false, last: Some(last) }), asked @ Asked::Sought { .. })
                if more && self.doubts.made(archive).is_some() =>
            {
                self.ask_archive(archive, asked.following(last));
            }
            (_, Asked::Sought { .. }) => self.go_on_from_cursor(archive),
            (Ok(_), Asked::Newest) => self.on_caught_up(archive),
            (Ok(Finished { complete: false, last: Some(last) }), asked) if more => {
                self.ask_archive(archive, asked.following(last));
            }
            // So much was said that the rest of it is left out: we go on from its end.
            (Ok(Finished { complete: false, last: Some(_) }), _) => {
                self.ask_archive(archive, Asked::Newest);
            }
            (Ok(_), _) => self.on_caught_up(archive),
            // What the cursor names was forgotten: it was too long ago.
            (Err(failure), Asked::After(_)) if failure.condition == "item-not-found" => {
                let time = self.archives.cursors.get(archive).map(|reached| reached.time);
                self.ask_archive(archive, time.map_or(Asked::Newest, since));
            }
            (Err(failure), _) => self.on_silence(archive, failure.explain("it was refused")),
        }
    }

    /// All that an archive has was told: from here on what comes live is the latest.
    fn on_caught_up(&mut self, archive: &BareJid) {
        let nowhere = Reached { at: SmolStr::new_static(NOWHERE), time: self.now.wall };
        let has_past = self.archives.has_past(archive);
        let Some(known) = self.archives.open.get_mut(archive) else { return };
        known.stage = Stage::Heard;
        let (late, cut) = (known.late, known.pages > MAX_PAGES);
        let second = known.second == Second::Begun;
        // What waits comes last, and says itself how far we are.
        let unmarked = known.unmarked.take().filter(|_| known.held.is_empty());
        let reached = unmarked.or_else(|| (!has_past).then_some(nowhere));
        let network = &self.network;
        if cut {
            tracing::warn!(%network, %archive, late, "More was said while we were away than is asked for; the rest is left out.");
        } else if second {
            tracing::debug!(%network, %archive, late, "Heard what was written down later.");
        } else if has_past {
            tracing::info!(%network, %archive, late, "Heard what was said while we were away.");
        } else {
            tracing::info!(%network, %archive, "From now on the archive keeps what we miss.");
        }
        let state = if cut { ArchiveState::Cut { late } } else { ArchiveState::Heard { late } };
        self.stay_in_doubt(archive, "the archive does not have it");
        if !second || cut || late > 0 || reached.is_some() {
            self.report_archive(archive, state, reached);
        }
        if has_past {
            self.look_again_later(archive);
        }
        self.release_waiting(archive);
        self.let_go(archive);
    }

    /// There is no archive, or none that can be asked.
    fn on_no_archive(&mut self, archive: &BareJid, why: String, named: bool) {
        if let Some(known) = self.archives.open.get_mut(archive) {
            known.stage = Stage::Absent { named };
            (known.page, known.ended) = (Vec::new(), None);
            // Whether we were there before says whether what the server kept for us is late.
            let nowhere = Reached { at: SmolStr::new_static(NOWHERE), time: self.now.wall };
            let is_new = *archive == self.settings.account && !self.archives.has_past(archive);
            let reached = is_new.then_some(nowhere);
            if self.archives.missed.insert(archive.clone()) {
                let network = &self.network;
                tracing::warn!(%network, %archive, %why, "What is said here while the bot is away is lost: there is no archive.");
            }
            self.report_archive(archive, ArchiveState::Absent { why }, reached);
        }
        self.stay_in_doubt(archive, "there is no archive to ask whether it arrived");
        self.release_waiting(archive);
        self.let_go(archive);
    }

    pub(super) fn report_archive(
        &mut self,
        archive: &BareJid,
        state: ArchiveState,
        reached: Option<Reached>,
    ) {
        let room = self.room_of_archive(archive);
        let mut event = self.event(Timing::Live, EventKind::Archive { room, state });
        if let Some(reached) = reached {
            self.place_in(archive, &mut event, reached);
        }
        self.push(event);
    }
}

fn since(time: Timestamp) -> Asked {
    Asked::Since { time: shortly_before(time), after: None }
}

fn shortly_before(time: Timestamp) -> Timestamp {
    time.saturating_sub(MARGIN).unwrap_or(time)
}
