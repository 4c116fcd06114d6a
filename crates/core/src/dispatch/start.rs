//! From a permit to a running call.

use std::time::Duration;

use nuncio_policy::{CommandId, Network, Outcome, Permit, Refusal};
use smol_str::SmolStr;

use super::finish::{Pending, Writes};
use super::lanes::{Entry, LaneKey};
use super::{CallId, Dispatcher, Effect, Impulse, Seed, words};
use crate::content::Content;
use crate::event::{EventKey, MessageId};
use crate::gate::{self, Attempt};
use crate::moment::Moment;
use crate::place::Place;
use crate::plugin::Cause;
use crate::store::{AuditRow, Draft, JournalRow, JournalState, WriteSet};

/// Who asked for what, where: all that an answer needs.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) attempt: Attempt,
    pub(super) network: Network,
    pub(super) key: EventKey,
    pub(super) place: Place,
    pub(super) name: SmolStr,
    pub(super) about: Option<MessageId>,
}

/// A permitted call that has not begun.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) asked: Asked,
    pub(super) permit: Permit,
    pub(super) cause: Cause,
}

/// A call that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) asked: Asked,
    pub(super) lane: LaneKey,
}

impl Asked {
    /// A text as an answer to it.
    pub(super) fn answer(&self, content: Content) -> Draft {
        let speaker = self.attempt.trigger.speaker();
        let mut output = crate::action::Output::say(self.place.clone(), content);
        output.about.clone_from(&self.about);
        Draft {
            output,
            speaker,
            room: self.attempt.room.clone(),
            target: self.attempt.target.clone(),
            command: self.attempt.command.clone(),
            level: self.attempt.level.clone(),
            refusal: false,
        }
    }

    pub(super) fn journal(&self, state: JournalState, now: Moment) -> JournalRow {
        JournalRow {
            network: self.network.clone(),
            key: self.key.clone(),
            at: now.wall,
            command: self.attempt.command.clone(),
            speaker: self.attempt.trigger.speaker().to_string(),
            state,
        }
    }
}

impl Dispatcher {
    /// Takes a run that no message asks for.
    pub(super) fn heed(&mut self, impulse: Impulse, now: Moment, effects: &mut Vec<Effect>) {
        let Impulse { attempt, key, place, name, cause } = impulse;
        let network = place.network().clone();
        let asked = Asked { attempt, network, key, place, name, about: None };
        self.attempt(asked, cause, now, effects);
    }

    /// Asks the gate, and runs or refuses.
    pub(super) fn attempt(
        &mut self,
        asked: Asked,
        cause: Cause,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if !self.active.insert((asked.network.clone(), asked.key.clone())) {
            return;
        }
        match gate::ask(&self.policy, &asked.attempt, now.wall) {
            Ok(permit) => self.queue(Job { asked, permit, cause }, now, effects),
            Err(refusal) => self.refuse(&asked, &refusal, now, effects),
        }
    }

    fn queue(&mut self, job: Job, now: Moment, effects: &mut Vec<Effect>) {
        let lane = LaneKey::new(job.permit.speaker(), &job.asked.place);
        match self.lanes.enter(&lane, job, self.limits.lane) {
            Entry::Run(job) => self.begin(*job, lane, now, effects),
            Entry::Wait => {}
            Entry::Full(job) => {
                let answer = job.asked.answer(words::too_many(self.limits.lane));
                self.conclude(&job.asked, Writes::answer(answer), None, now, effects);
            }
        }
    }

    /// Runs the next job of a lane whose last one ended.
    pub(super) fn leave(&mut self, lane: LaneKey, now: Moment, effects: &mut Vec<Effect>) {
        if let Some(job) = self.lanes.leave(&lane) {
            self.begin(job, lane, now, effects);
        }
    }

    /// Begins a job that has its lane: decided again where the policy changed while it waited.
    fn begin(&mut self, mut job: Job, lane: LaneKey, now: Moment, effects: &mut Vec<Effect>) {
        if job.permit.generation() != self.policy.generation() {
            match gate::ask(&self.policy, &job.asked.attempt, now.wall) {
                Ok(permit) => job.permit = permit,
                Err(refusal) => {
                    self.refuse(&job.asked, &refusal, now, effects);
                    return self.leave(lane, now, effects);
                }
            }
        }
        if self.calls.len() >= self.limits.calls {
            let answer = job.asked.answer(words::busy());
            return self.conclude(&job.asked, Writes::answer(answer), Some(lane), now, effects);
        }
        if let Err(left) = self.cool_down(&job, now) {
            let answer = job.asked.answer(words::cooling_down(left));
            return self.conclude(&job.asked, Writes::answer(answer), Some(lane), now, effects);
        }
        if self.repeats_safely(&job.asked.attempt.command) {
            return self.call(job, lane, now, effects);
        }
        let command = &job.asked.attempt.command;
        let notice = Box::new(job.asked.answer(words::interrupted(command)));
        let journal = job.asked.journal(JournalState::Started { notice }, now);
        let set = WriteSet { journal: Some(journal), ..WriteSet::default() };
        self.commit(set, Pending::Start { job: Box::new(job), lane }, effects);
    }

    /// Calls the plugin.
    pub(super) fn call(&mut self, job: Job, lane: LaneKey, now: Moment, effects: &mut Vec<Effect>) {
        let Job { asked, permit, cause } = job;
        let call = CallId(self.number());
        let plugin = SmolStr::new(permit.command().plugin());
        let seed = Seed {
            cause,
            place: asked.place.clone(),
            name: asked.name.clone(),
            about: asked.about.clone(),
            at: now,
        };
        self.counters.commands += 1;
        self.calls.insert(call, Running { asked, lane });
        let deadline = self.limits.deadline;
        effects.push(Effect::Run { call, plugin, permit, seed: Box::new(seed), deadline });
    }

    /// Tells of a refusal, unless silence is the answer, and writes it down.
    pub(super) fn refuse(
        &mut self,
        asked: &Asked,
        refusal: &Refusal,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        self.counters.refusals += 1;
        let explanation = refusal.explanation();
        let silent = refusal.outcome() == Outcome::Ignore;
        let audit = AuditRow {
            at: now.wall,
            who: refusal.speaker().to_string(),
            evidence: words::evidence(refusal.speaker()).into(),
            what: asked.attempt.command.to_string(),
            place: asked.place.to_string(),
            outcome: if silent { "ignore" } else { "deny" }.into(),
            because: format!("{}: {}", asked.attempt.trigger.name(), words::because(&explanation)),
        };
        let spoken = !silent && asked.attempt.trigger.is_spoken();
        let drafts =
            spoken.then(|| Draft { refusal: true, ..asked.answer(words::refused(refusal)) });
        let writes = Writes {
            drafts: drafts.into_iter().collect(),
            audit: vec![audit],
            ..Writes::default()
        };
        self.conclude(asked, writes, None, now, effects);
    }

    fn cool_down(&mut self, job: &Job, now: Moment) -> Result<(), Duration> {
        let command = &job.asked.attempt.command;
        let length = self.catalogue.commands.get(command).and_then(|command| command.cooldown);
        let person = job.permit.speaker().identities().next();
        match (length, person) {
            (Some(length), Some(person)) => {
                self.cooldowns.start(person, command, length, now.uptime)
            }
            _ => Ok(()),
        }
    }

    fn repeats_safely(&self, command: &CommandId) -> bool {
        let command = self.catalogue.commands.get(command);
        command.is_some_and(|command| command.repeat == crate::command::Repeat::Safe)
    }
}
