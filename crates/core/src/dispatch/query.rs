//! What a call asks a network, before a network hears of it.

use nuncio_policy::Permit;

use super::commit::Pending;
use super::start::Running;
use super::{CallId, Dispatcher, Effect, words};
use crate::gate::{self, Attempt};
use crate::moment::Moment;
use crate::query::{Query, QueryError};
use crate::store::WriteSet;

impl Dispatcher {
    /// Decides on what a call asks a network: as an output besides its answer, under its own name,
    /// in the room that it is about, at the level of the command that asks. A refusal is written
    /// down as every other; it is for the call to tell of it.
    pub(super) fn query(
        &mut self,
        call: CallId,
        number: u64,
        query: Box<Query>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let ruled = self.permit_query(call, &query, now, effects);
        let ruled = ruled.and_then(|permit| self.outbox.answers(&query).map(|()| (permit, query)));
        effects.push(Effect::Query { number, ruled });
    }

    fn permit_query(
        &mut self,
        call: CallId,
        query: &Query,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Result<Permit, QueryError> {
        let Some(Running { asked, .. }) = self.calls.get(&call) else {
            return Err(QueryError::Ended);
        };
        let room = query.room().cloned();
        let attempt = Attempt {
            trigger: asked.attempt.trigger.clone(),
            command: query.command(),
            level: asked.attempt.level.clone(),
            target: room.clone(),
            room,
        };
        let refusal = match gate::ask(&self.policy, &self.sessions, &attempt, now.wall) {
            Ok(permit) => return Ok(permit),
            Err(refusal) => refusal,
        };
        let asked = asked.clone();
        let (audit, author, _) = self.write_refusal(&asked, &refusal, now);
        let told = words::not_asked(&refusal, author);
        if let Some(row) = audit {
            let set = WriteSet { audit: vec![row], ..WriteSet::default() };
            self.commit(set, Pending::Nothing, effects);
        }
        Err(QueryError::Refused(told))
    }
}
