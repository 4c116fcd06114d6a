//! From a permit to a running call.

use std::collections::hash_map::Entry;
use std::time::Duration;

use nuncio_policy::{AuditNumber, CommandId, Outcome, Permit, Refusal};
use smol_str::SmolStr;

use super::asked::{Asked, Job, Task};
use super::commit::Pending;
use super::finish::Writes;
use super::lanes::{self, LaneKey};
use super::{CallId, Dispatcher, Effect, Impulse, Seed, words};
use crate::command::Used;
use crate::evidence;
use crate::gate;
use crate::moment::Moment;
use crate::plugin::Cause;
use crate::store::{AuditRow, Draft, JournalState, WriteSet};

/// A permitted call that is about to begin.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) asked: Asked,
    permit: Permit,
    cause: Cause,
    pub(super) lane: LaneKey,
}

/// A call that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) asked: Asked,
    pub(super) lane: LaneKey,
}

impl Dispatcher {
    /// Takes a run that no message asks for.
    pub(super) fn heed(&mut self, impulse: Impulse, now: Moment, effects: &mut Vec<Effect>) {
        let Impulse { attempt, key, place, name, cause } = impulse;
        let network = place.network().clone();
        let asked = Asked {
            attempt,
            network,
            key,
            place,
            name,
            about: None,
            files: Vec::new(),
            begun: false,
        };
        self.attempt(asked, cause, now, effects);
    }

    /// Takes a call that is asked for.
    pub(super) fn attempt(
        &mut self,
        asked: Asked,
        cause: Cause,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        self.queue(Job { asked, task: Task::Call(cause) }, now, effects);
    }

    /// Begins a job, or lets it wait behind what the same person asked for in the same place. The
    /// same event is taken once.
    pub(super) fn queue(&mut self, job: Job, now: Moment, effects: &mut Vec<Effect>) {
        let asked = &job.asked;
        let Entry::Vacant(active) = self.active.entry((asked.network.clone(), asked.key.clone()))
        else {
            return;
        };
        active.insert(self.hearing.clone());
        if let Some(hold) = &self.hearing {
            self.cursors.hold(hold);
        }
        let lane = asked.lane();
        match self.lanes.enter(&lane, job, self.limits.lane) {
            lanes::Entry::Run(job) => self.begin(*job, lane, now, effects),
            lanes::Entry::Wait => {}
            lanes::Entry::Full(job) => {
                match gate::ask(&self.policy, &self.sessions, &job.asked.attempt, now.wall) {
                    Ok(_permit) if job.asked.waits() || self.tallies.count(lane, now.uptime) => {
                        let writes = job.asked.excuse(words::too_many(self.limits.lane));
                        self.conclude(&job.asked, writes, None, now, effects);
                    }
                    Ok(_permit) => self.pass_over(&job.asked, None, now, effects),
                    Err(refusal) => self.refuse(&job.asked, &refusal, None, now, effects),
                }
            }
        }
    }

    /// Begins the next job of a lane whose last one ended.
    pub(super) fn leave(&mut self, lane: LaneKey, now: Moment, effects: &mut Vec<Effect>) {
        if let Some(job) = self.lanes.leave(&lane) {
            self.begin(job, lane, now, effects);
        }
    }

    /// Begins a job that has its lane: asks the gate, and runs, answers or refuses.
    fn begin(&mut self, job: Job, lane: LaneKey, now: Moment, effects: &mut Vec<Effect>) {
        let Job { mut asked, task } = job;
        let permit = match gate::ask(&self.policy, &self.sessions, &asked.attempt, now.wall) {
            Ok(permit) => permit,
            Err(refusal) => return self.refuse(&asked, &refusal, Some(lane), now, effects),
        };
        if matches!(task, Task::Call(_)) && asked.attempt.trigger.is_spoken() {
            self.welcome(&permit, now, effects);
        }
        let command = &asked.attempt.command;
        let instead = match task {
            Task::Answer(content) => Writes::instead(asked.answer(content)),
            Task::Call(_) if self.calls.len() + self.starting >= self.limits.calls => {
                asked.excuse(words::busy())
            }
            Task::Call(cause) => match self.cool_down(&permit, now) {
                Err(left) => asked.excuse(words::cooling_down(left)),
                Ok(()) if self.repeats_safely(command) => {
                    return self.call(Ready { asked, permit, cause, lane }, now, effects);
                }
                Ok(()) => {
                    let notice = Box::new(
                        asked.answer(words::interrupted(command, &self.catalogue.commands)),
                    );
                    asked.begun = true;
                    let journal = Some(asked.journal(JournalState::Started { notice }, now));
                    let set = WriteSet { journal, ..WriteSet::default() };
                    let ready = Box::new(Ready { asked, permit, cause, lane });
                    self.starting += 1;
                    self.commit(set, Pending::Start(ready), effects);
                    return;
                }
            },
        };
        self.conclude(&asked, instead, Some(lane), now, effects);
    }

    /// Calls a plugin, once it is written that it will be: decided again where the policy changed
    /// meanwhile, or where a session may have ended.
    pub(super) fn call_if_still_permitted(
        &mut self,
        mut ready: Ready,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let in_session = !ready.permit.speaker().sessions().is_empty();
        if in_session || ready.permit.generation() != self.policy.generation() {
            match gate::ask(&self.policy, &self.sessions, &ready.asked.attempt, now.wall) {
                Ok(permit) => ready.permit = permit,
                Err(refusal) => {
                    let Ready { asked, lane, .. } = ready;
                    return self.refuse(&asked, &refusal, Some(lane), now, effects);
                }
            }
        }
        self.call(ready, now, effects);
    }

    /// Calls the plugin.
    fn call(&mut self, ready: Ready, now: Moment, effects: &mut Vec<Effect>) {
        let Ready { asked, permit, cause, lane } = ready;
        let call = CallId(self.number());
        let plugin = SmolStr::new(permit.command().plugin());
        let seed = Seed {
            cause,
            place: asked.place.clone(),
            name: asked.name.clone(),
            about: asked.about.clone(),
            at: now,
            files: asked.files.clone(),
        };
        self.counters.commands += 1;
        self.calls.insert(call, Running { asked, lane });
        let deadline = self.limits.deadline;
        effects.push(Effect::Run { call, plugin, permit, seed: Box::new(seed), deadline });
    }

    /// Tells of a refusal, unless silence is the answer, and writes it down: of what was asked, or
    /// of an output that it was to lead to. Either way it is told where it was asked, and released
    /// as an answer there. One who is refused again and again is no longer told but by a machine's
    /// network, where whoever asks waits for an answer, and is counted.
    pub(super) fn refuse(
        &mut self,
        asked: &Asked,
        refusal: &Refusal,
        lane: Option<LaneKey>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let (audit, author, silent) = self.write_refusal(asked, refusal, now);
        if audit.is_none() && !asked.waits() {
            return self.pass_over(asked, lane, now, effects);
        }
        let spoken = !silent && asked.attempt.trigger.is_spoken();
        let commands = &self.catalogue.commands;
        let refused = || words::refused(refusal, commands);
        let told = || author.map_or_else(refused, words::refused_author(refusal, commands));
        let drafts = spoken.then(|| Draft { refusal: true, ..asked.answer(told()) });
        let writes = Writes {
            drafts: drafts.into_iter().collect(),
            audit: audit.into_iter().collect(),
            ..Writes::default()
        };
        self.conclude(asked, writes, lane, now, effects);
    }

    /// Counts a refusal. Its row of the audit log, where that is to be written now; the alias whose
    /// author it is of; and whether silence is the answer.
    pub(super) fn write_refusal<'a>(
        &mut self,
        asked: &'a Asked,
        refusal: &Refusal,
        now: Moment,
    ) -> (Option<AuditRow>, Option<&'a Used>, bool) {
        self.counters.refusals += 1;
        let explanation = refusal.explanation();
        let silent = self.is_ignored_by(asked, refusal, now);
        if silent {
            self.uncount(refusal.speaker());
        }
        let author = self.refused_author(asked, refusal, now);
        let trigger = &asked.attempt.trigger;
        let speaker = self.recognise(&trigger.speaker(), now);
        let whose = author.map(|used| format!(": who wrote `{}`", used.name)).unwrap_or_default();
        let audit = AuditRow {
            number: AuditNumber::default(),
            at: now.wall,
            who: speaker.to_string(),
            evidence: evidence::write(&speaker),
            what: refusal.command().to_string(),
            place: asked.place.to_string(),
            outcome: if silent { "ignore" } else { "deny" }.into(),
            because: format!("{trigger}{whose}: {}", words::because(&explanation)),
            change: None,
        };
        let audit = self.tallies.refuse(asked.lane(), audit, now.uptime);
        (audit, author, silent)
    }

    /// Whether whoever asked is met with silence; that the author of an alias is, is told.
    pub(super) fn is_ignored_by(&self, asked: &Asked, refusal: &Refusal, now: Moment) -> bool {
        refusal.outcome() == Outcome::Ignore && self.is_of_asker(asked, refusal, now)
    }

    /// Whether it is whoever asked that may not; he is asked before any author.
    fn is_of_asker(&self, asked: &Asked, refusal: &Refusal, now: Moment) -> bool {
        *refusal.speaker() == self.recognise(&asked.attempt.trigger.speaker(), now)
    }

    /// The alias whose author a refusal is of; none, where it is of whoever asked.
    fn refused_author<'a>(
        &self,
        asked: &'a Asked,
        refusal: &Refusal,
        now: Moment,
    ) -> Option<&'a Used> {
        if self.is_of_asker(asked, refusal, now) {
            return None;
        }
        let used = asked.attempt.trigger.used();
        let is_he = |used: &&Used| gate::author(&self.policy, used) == *refusal.speaker();
        used.iter().find(is_he).or_else(|| used.first())
    }

    /// Passes over what is neither done nor told nor written, but that it ended, if it had begun.
    fn pass_over(
        &mut self,
        asked: &Asked,
        lane: Option<LaneKey>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if asked.begun {
            let writes = Writes { begun: true, ..Writes::default() };
            return self.conclude(asked, writes, lane, now, effects);
        }
        self.put_away(&(asked.network.clone(), asked.key.clone()), now);
        if let Some(lane) = lane {
            self.leave(lane, now, effects);
        }
    }

    fn cool_down(&mut self, permit: &Permit, now: Moment) -> Result<(), Duration> {
        let command = permit.command();
        let length = self.catalogue.commands.get(command).and_then(|command| command.cooldown);
        match (length, permit.speaker().identities().next()) {
            (Some(length), Some(person)) => {
                self.cooldowns.start(person, command, length, now.uptime)
            }
            _ => Ok(()),
        }
    }

    /// Whether a command may be run again after a crash cut it off.
    pub(super) fn repeats_safely(&self, command: &CommandId) -> bool {
        let command = self.catalogue.commands.get(command);
        command.is_some_and(|command| command.repeat == crate::command::Repeat::Safe)
    }
}
