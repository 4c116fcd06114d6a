//! From a call's end to what is written of it.

use std::sync::Arc;

use nuncio_policy::{AuditNumber, Plan, Refusal, Speaker};

use super::asked::Asked;
use super::change::{Wish, Wisher};
use super::commit::{Conclusion, Pending};
use super::lanes::LaneKey;
use super::sessions::Step;
use super::start::Running;
use super::{CallId, Dispatcher, Effect, Notice, words};
use crate::action::Output;
use crate::content::Content;
use crate::delivery::OutputKey;
use crate::evidence;
use crate::gate;
use crate::moment::Moment;
use crate::plugin::{Effects, Failure, Order};
use crate::store::{
    AuditRow, Draft, JournalState, OutboxRow, OutboxState, Scope, SettingWrite, ValueWrite,
    WriteSet,
};

/// What a handled event writes.
#[derive(Debug, Default)]
pub(super) struct Writes {
    pub(super) drafts: Vec<Draft>,
    pub(super) values: Vec<ValueWrite>,
    pub(super) settings: Vec<SettingWrite>,
    pub(super) audit: Vec<AuditRow>,
    pub(super) orders: Vec<Order>,
    /// Whether it is journalled that it began. Then a crash is told of until it is journalled that
    /// it ended, and nobody hears the answer before.
    pub(super) begun: bool,
    /// The change of the policy that it makes.
    pub(super) plan: Option<Box<Plan>>,
    /// What becomes of the session of whoever asked.
    pub(super) session: Option<Step>,
}

impl Writes {
    /// An answer that says why nothing was done.
    pub(super) fn instead(mut draft: Draft) -> Self {
        draft.output.failed = true;
        Self { drafts: vec![draft], ..Self::default() }
    }
}

impl Dispatcher {
    /// Takes the end of a call.
    pub(super) fn finish(
        &mut self,
        call: CallId,
        result: Result<Effects, Failure>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Some(Running { asked, lane }) = self.calls.remove(&call) else { return };
        let writes = match result {
            Ok(Effects { change: Some(change), replies, values, session, .. })
                if self.is_trusted(&asked) =>
            {
                let values = kept(&asked, values);
                let wisher = Wisher { asked, replies, values, session, lane };
                let wish = Wish { change: *change, asked: Some(wisher) };
                return self.wish(wish, now, effects);
            }
            Ok(mut done) => match (done.note.take(), self.permitted(&asked, done, now)) {
                (Some(note), Ok(writes)) if self.is_trusted(&asked) => {
                    return self.conclude_noted(&asked, note, writes, lane, now, effects);
                }
                (_, Ok(writes)) => writes,
                (_, Err(refusal)) => {
                    return self.refuse(&asked, &refusal, Some(lane), now, effects);
                }
            },
            Err(failure) => self.failed(&asked, failure, effects),
        };
        let begun = !self.repeats_safely(&asked.attempt.command);
        let writes = Writes { begun, ..writes };
        self.conclude(&asked, writes, Some(lane), now, effects);
    }

    /// What a call wants done, where the gate lets all of it through.
    fn permitted(&self, asked: &Asked, done: Effects, now: Moment) -> Result<Writes, Refusal> {
        let Effects { replies, reactions, outputs, values, orders, session, change: _, note: _ } =
            done;
        let mut writes = Writes::default();
        let has_reply = !replies.is_empty();
        let takes_files = self.outbox.takes_files(&asked.network);
        let reply = |reply| if takes_files { reply } else { words::without_file(reply) };
        writes.drafts.extend(replies.into_iter().map(|each| asked.reply(reply(each))));
        match asked.about.as_ref().filter(|_| self.outbox.reacts(&asked.network)) {
            Some(target) => {
                let react = |emoji| asked.reaction(target, emoji);
                writes.drafts.extend(reactions.into_iter().map(react));
            }
            None if has_reply || reactions.is_empty() => {}
            None => writes.drafts.push(asked.answer(Content::text(reactions.join(" ")))),
        }
        for output in outputs {
            let draft = acts(asked, output);
            gate::release(&self.policy, &self.sessions, &draft, now.wall)?;
            writes.drafts.push(draft);
        }
        writes.values = kept(asked, values);
        if self.is_trusted(asked) {
            writes.settings =
                orders.iter().filter_map(|order| setting(asked, order, now)).collect();
            if !orders.is_empty() {
                let speaker = self.recognise(&asked.attempt.trigger.speaker(), now);
                writes.audit.push(administered(asked, &speaker, &orders, now));
            }
            writes.orders = orders;
            let step = session.map(|step| self.plan_session(asked, *step, None, now));
            match step.transpose() {
                Ok(step) => {
                    let (step, audit) = step.flatten().unzip();
                    writes.session = step;
                    writes.audit.extend(audit);
                }
                Err(why) => return Ok(Writes::instead(asked.answer(why))),
            }
        }
        Ok(writes)
    }

    /// Whether more is heeded of what a command wants done: it is one of the standard plugins'.
    fn is_trusted(&self, asked: &Asked) -> bool {
        self.trusts(asked.attempt.command.plugin())
    }

    fn failed(&mut self, asked: &Asked, failure: Failure, effects: &mut Vec<Effect>) -> Writes {
        match failure {
            Failure::Usage(content) => {
                let speaker = asked.attempt.trigger.speaker();
                if let Some(person) = speaker.identities().next() {
                    self.cooldowns.give_back(person, &asked.attempt.command);
                }
                Writes::instead(asked.answer(content))
            }
            Failure::User(content) => Writes::instead(asked.answer(content)),
            Failure::Internal(why) => {
                self.counters.failures += 1;
                let number = format!("{}-{}", asked.network, asked.key);
                let command = asked.attempt.command.to_string();
                let content = words::broken(&number);
                effects.push(Effect::Report(Notice::CallFailed { number, command, why }));
                asked.excuse(content)
            }
        }
    }

    /// Commits what a handled event writes. An answer alone does not wait for that, where the
    /// command may be repeated.
    pub(super) fn conclude(
        &mut self,
        asked: &Asked,
        writes: Writes,
        lane: Option<LaneKey>,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Writes { mut drafts, values, settings, audit, orders, begun, plan, session } = writes;
        if let Some(last) = drafts.iter_mut().rfind(|draft| draft.output.to == asked.place) {
            last.output.last = true;
        }
        let rows: Vec<_> = drafts
            .into_iter()
            .zip(0..)
            .map(|(draft, number)| self.row(asked, draft, number, now))
            .collect();
        let journal = Some(asked.journal(JournalState::Done, now));
        let set = WriteSet {
            journal,
            outputs: rows.clone(),
            values,
            settings,
            audit,
            managed: plan.as_ref().map(|plan| plan.writes().to_vec()).unwrap_or_default(),
            ..WriteSet::default()
        };
        let event = (asked.network.clone(), asked.key.clone());
        // Whoever reads an answer may not see it before what it speaks of is done.
        let only_answers = rows.iter().all(|row| row.draft.command == asked.attempt.command);
        if only_answers && set.is_bookkeeping() && orders.is_empty() && !begun {
            let conclusion =
                Conclusion { event, rows: Vec::new(), orders, lane: None, session, asked: None };
            let pending = Pending::Conclude(Box::new(conclusion));
            let commit = self.commit(set, pending, effects);
            for row in rows {
                if let Some(row) = self.outbox.pass(row, commit) {
                    self.release(&row, now, effects);
                }
            }
            if let Some(lane) = lane {
                self.leave(lane, now, effects);
            }
            return;
        }
        let held = rows.clone();
        let asked = Some(asked.clone());
        let left = Box::new(Conclusion { event, rows, orders, lane, session, asked });
        // What changes the policy is the last of its rows.
        let number = AuditNumber(self.audited.0.saturating_add(set.audit.len() as u64));
        let pending = match plan {
            Some(plan) => Pending::Change { plan, number, rows: Vec::new(), left: Some(left) },
            None => Pending::Conclude(left),
        };
        let commit = self.commit(set, pending, effects);
        for row in held {
            self.outbox.hold(row, commit);
        }
    }

    fn row(&mut self, asked: &Asked, draft: Draft, number: u32, now: Moment) -> Arc<OutboxRow> {
        self.outgoing(OutputKey::of(&asked.network, &asked.key, number), draft, now)
    }

    /// Takes an output into the outbox.
    pub(super) fn outgoing(&mut self, key: OutputKey, draft: Draft, now: Moment) -> Arc<OutboxRow> {
        let state = self.outbox.admit(&draft.output.to, self.limits.window, self.limits.outbox);
        let attempts = u32::from(state == OutboxState::Handed);
        let row = Arc::new(OutboxRow { key, draft, at: now.wall, state, attempts });
        self.outbox.take(&row);
        row
    }
}

/// An output besides the answer: decided under its own name, in the room that it acts on, at the
/// level of the command that asks.
fn acts(asked: &Asked, output: Output) -> Draft {
    let room = output.action.room().or_else(|| output.to.room()).cloned();
    Draft {
        speaker: asked.attempt.trigger.speaker(),
        target: room.clone(),
        room,
        command: output.action.command(),
        level: asked.attempt.level.clone(),
        refusal: false,
        keep_as: None,
        used: asked.attempt.trigger.used().to_vec(),
        output,
    }
}

/// What the plugin of a command keeps.
fn kept(asked: &Asked, values: Vec<(String, Option<Vec<u8>>)>) -> Vec<ValueWrite> {
    let scope = Scope::plugin(asked.attempt.command.plugin());
    let kept = |(key, value)| ValueWrite { scope: scope.clone(), key, value };
    values.into_iter().map(kept).collect()
}

fn setting(asked: &Asked, order: &Order, now: Moment) -> Option<SettingWrite> {
    let Order::Set { key, value } = order else { return None };
    let by = asked.attempt.trigger.speaker().to_string();
    Some(SettingWrite { key: key.clone(), value: value.clone(), by, at: now.wall })
}

fn administered(asked: &Asked, speaker: &Speaker, orders: &[Order], now: Moment) -> AuditRow {
    let orders: Vec<_> = orders.iter().map(words::order).collect();
    AuditRow {
        number: AuditNumber::default(),
        at: now.wall,
        who: speaker.to_string(),
        evidence: evidence::write(speaker),
        what: asked.attempt.command.to_string(),
        place: asked.place.to_string(),
        outcome: "done".into(),
        because: orders.join(", ") + &words::by_alias(&asked.attempt.trigger),
        change: None,
    }
}
