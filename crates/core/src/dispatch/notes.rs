//! What a command puts into the audit log, and what follows where somebody could not prove who he is.

use super::asked::Asked;
use super::change::row;
use super::finish::Writes;
use super::lanes::LaneKey;
use super::{Dispatcher, Effect};
use crate::moment::Moment;
use crate::plugin::Note;

impl Dispatcher {
    /// Commits what a handled event writes, with a note on it.
    ///
    /// Of those who fail again and again not every row is written at once, and whoever does so too
    /// often is told that he is ignored, in place of the answer. What the plugin keeps is written
    /// whatever he is told: it may be the count of his tries.
    pub(super) fn conclude_noted(
        &mut self,
        asked: &Asked,
        note: Note,
        writes: Writes,
        lane: LaneKey,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let begun = !self.repeats_safely(&asked.attempt.command);
        let mut writes = Writes { begun, ..writes };
        let speaker = self.recognise(&asked.attempt.trigger.speaker(), now);
        let mut silence = None;
        match note {
            Note::Done(what) => writes.audit.push(row(asked, &speaker, "done", what, None, now)),
            Note::Failed(why) => {
                let audit = row(asked, &speaker, "deny", why, None, now);
                writes.audit.extend(self.tallies.refuse(asked.lane(), audit, now.uptime));
                for draft in &mut writes.drafts {
                    draft.output.failed = true;
                }
                if let Some((told, wish)) = self.count_unproven(asked, now) {
                    writes.drafts = vec![told];
                    silence = Some(wish);
                }
            }
        }
        self.conclude(asked, writes, Some(lane), now, effects);
        if let Some(wish) = silence {
            self.wish(wish, now, effects);
        }
    }
}
