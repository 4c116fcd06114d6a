//! Changes of what is managed of the policy: one after another, each planned on the policy that the
//! one before it made, and in force before anybody hears of it.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use nuncio_policy::{
    AuditNumber, Change, CommandId, Fact, Level, Newcomer, Permit, Plan, Policy, Speaker,
};
use smol_str::format_smolstr;

use super::asked::Asked;
use super::commit::Pending;
use super::finish::Writes;
use super::lanes::LaneKey;
use super::{Dispatcher, Effect, words};
use crate::action::Output;
use crate::delivery::OutputKey;
use crate::event::EventKey;
use crate::evidence;
use crate::gate;
use crate::moment::Moment;
use crate::place::Place;
use crate::plugin::{Reply, SessionChange};
use crate::store::{AuditRow, Draft, OutboxRow, ValueWrite, WriteSet};

/// How many changes may wait for the one that is being written.
const MOST: usize = 256;
/// How long the calendar is not looked at while something is to end: it may be set forward.
const LOOK: Duration = Duration::from_mins(1);
/// The command under whose name a room is told that a grant has ended.
const NOTICE: CommandId = CommandId::literal("tsec.notice");

/// The change that is being written, and those that wait for it.
#[derive(Debug, Default)]
pub(super) struct Changes {
    busy: bool,
    waiting: VecDeque<Wish>,
    /// When the next grant or ignore ends.
    ends: Option<Timestamp>,
    /// When to look, as uptime; never while a change is being written, which looks again.
    wake_at: Option<Duration>,
    /// Nothing that the bot itself wishes is tried before: it failed.
    pause: Duration,
    /// The policy under which nobody more is registered without asking.
    full: Option<u64>,
    /// Whether that was said.
    told_full: bool,
}

/// A change that somebody wants, or the bot itself.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) change: Change,
    /// Who asked; the bot itself, if nobody.
    pub(super) asked: Option<Wisher>,
}

/// Who wants a change.
#[derive(Debug)]
pub(super) struct Wisher {
    pub(super) asked: Asked,
    /// What he is told beside what came of it.
    pub(super) replies: Vec<Reply>,
    /// What his plugin keeps with it.
    pub(super) values: Vec<ValueWrite>,
    /// What becomes of his session with it.
    pub(super) session: Option<Box<SessionChange>>,
    /// What he keeps waiting.
    pub(super) lane: LaneKey,
}

impl Changes {
    pub(super) fn of(policy: &Policy) -> Self {
        Self { ends: policy.managed().next_expiry(), ..Self::default() }
    }

    pub(super) fn wake_at(&self) -> Option<Duration> {
        self.wake_at
    }
}

impl Dispatcher {
    /// Makes a change, or lets it wait for the one before it.
    pub(super) fn wish(&mut self, wish: Wish, now: Moment, effects: &mut Vec<Effect>) {
        if !self.can_wish()
            && let Some(Wisher { asked, lane, .. }) = wish.asked
        {
            let writes = Writes { begun: true, ..asked.excuse(words::busy()) };
            return self.conclude(&asked, writes, Some(lane), now, effects);
        }
        self.changes.waiting.push_back(wish);
        self.next_wish(now, effects);
    }

    /// Whether another change may wait.
    pub(super) fn can_wish(&self) -> bool {
        self.changes.waiting.len() < MOST
    }

    /// Registers whoever was just permitted something, where the policy says so; one at a time, and
    /// whoever is passed over is seen when he asks for something again.
    pub(super) fn welcome(&mut self, permit: &Permit, now: Moment, effects: &mut Vec<Effect>) {
        let full = self.changes.full == Some(self.policy.generation());
        if self.changes.busy || !self.changes.waiting.is_empty() || full {
            return;
        }
        match self.policy.newcomer(permit, now.wall) {
            Newcomer::Nobody => {}
            Newcomer::Register(change) => {
                self.changes.waiting.push_back(Wish { change: *change, asked: None });
                self.next_wish(now, effects);
            }
            Newcomer::Full => {
                self.changes.full = Some(self.policy.generation());
                if !std::mem::replace(&mut self.changes.told_full, true) {
                    tracing::warn!(
                        "There are too many accounts that nobody asked for; the bot registers no more."
                    );
                }
            }
        }
    }

    /// Makes the changes that wait, up to one that is to be written.
    pub(super) fn next_wish(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        while !self.changes.busy
            && let Some(Wish { change, asked }) = self.changes.waiting.pop_front()
        {
            match asked {
                Some(wisher) => self.grant_wish(wisher, change, now, effects),
                None => self.own_wish(&change, now, effects),
            }
        }
    }

    /// Takes up the end of a change that was being written: the next policy holds, where it was.
    pub(super) fn enact(&mut self, plan: &Plan, number: AuditNumber, written: bool, now: Moment) {
        self.changes.busy = false;
        self.floods.settle(plan.change());
        if written {
            let generation = self.policy.generation().saturating_add(1);
            self.put_in_force(self.policy.after(plan, number, generation));
        } else if plan.by().is_none() {
            self.changes.pause = now.uptime.saturating_add(LOOK);
        }
    }

    /// Takes up what files say now; what is managed is ours to know.
    pub(super) fn adopt(&mut self, policy: Policy) {
        let managed = self.policy.managed();
        let generation = policy.generation().max(self.policy.generation().saturating_add(1));
        let as_it_is = policy.generation() == generation && policy.managed() == managed;
        let policy = if as_it_is { policy } else { policy.manage(managed, generation).0 };
        self.put_in_force(policy);
    }

    fn put_in_force(&mut self, policy: Policy) {
        self.changes.ends = policy.managed().next_expiry();
        self.revoke(&policy);
        self.policy = policy;
    }

    /// Plans when to look for what has had its time.
    pub(super) fn plan_expiry(&mut self, now: Moment) {
        let idle = !self.changes.busy && self.changes.waiting.is_empty();
        self.changes.wake_at = self.changes.ends.filter(|_| idle).map(|end| {
            let left = end.duration_since(now.wall).max(SignedDuration::ZERO);
            let left = Duration::try_from(left).unwrap_or(LOOK).min(LOOK);
            now.uptime.saturating_add(left).max(self.changes.pause)
        });
    }

    /// Ends what has had its time.
    pub(super) fn expire(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        let due = self.changes.ends.is_some_and(|end| end <= now.wall);
        if !due || self.changes.busy || now.uptime < self.changes.pause {
            return;
        }
        let expired = self.policy.managed().expired(now.wall).into_iter();
        let wishes = expired.map(|(_, change)| Wish { change, asked: None });
        self.changes.waiting.extend(wishes);
        self.next_wish(now, effects);
    }

    fn grant_wish(
        &mut self,
        wisher: Wisher,
        change: Change,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let Wisher { asked, replies, values, session, lane } = wisher;
        let asked = &asked;
        // It waited, and what came before it may have taken the command from him.
        let permit = match gate::ask(&self.policy, &self.sessions, &asked.attempt, now.wall) {
            Ok(permit) => permit,
            Err(refusal) => return self.refuse(asked, &refusal, Some(lane), now, effects),
        };
        let speaker = permit.speaker();
        let step = session.map(|step| self.plan_session(asked, *step, Some(&change), now));
        let step = match step.transpose() {
            Ok(step) => step.flatten(),
            Err(why) => {
                let writes = Writes { begun: true, ..Writes::instead(asked.answer(why)) };
                return self.conclude(asked, writes, Some(lane), now, effects);
            }
        };
        let by_alias = words::by_alias(&asked.attempt.trigger);
        let line = change.to_string() + &by_alias;
        // Whoever wrote an alias changes nothing by another's hand that he may not change himself.
        let unable = asked.attempt.trigger.used().iter().find_map(|used| {
            let author = gate::author(&self.policy, used);
            let error = self.policy.plan(&author, change.clone(), now.wall).err()?;
            Some((used, error))
        });
        if let Some((used, error)) = unable {
            let because = format!("{line}: who wrote `{}`: {error}", used.name);
            let audit = vec![row(asked, speaker, "deny", because, None, now)];
            let instead = Writes::instead(asked.answer(words::unchanged_by_author(used)));
            let writes = Writes { audit, begun: true, ..instead };
            return self.conclude(asked, writes, Some(lane), now, effects);
        }
        let plan = match self.policy.plan(speaker, change, now.wall) {
            Ok(plan) => plan,
            Err(error) => {
                let because = format!("{line}: {error}");
                let audit = vec![row(asked, speaker, "deny", because, None, now)];
                let instead = Writes::instead(asked.answer(words::unchanged(&error)));
                let writes = Writes { audit, begun: true, ..instead };
                return self.conclude(asked, writes, Some(lane), now, effects);
            }
        };
        let change = Some(Box::new(plan.change().clone()));
        // He is told even where he has just taken the right to ask from himself.
        let told = Draft { refusal: true, ..asked.answer(words::changed(&plan)) };
        let said = replies.into_iter().map(|reply| asked.reply(reply));
        let (session, in_session) = step.unzip();
        let because = plan.change().to_string() + &by_alias;
        let done = row(asked, speaker, "done", because, change, now);
        let writes = Writes {
            drafts: said.chain([told]).collect(),
            audit: in_session.into_iter().chain([done]).collect(),
            values,
            plan: Some(Box::new(plan)),
            session,
            begun: true,
            ..Writes::default()
        };
        self.changes.busy = true;
        self.conclude(asked, writes, Some(lane), now, effects);
    }

    fn own_wish(&mut self, change: &Change, now: Moment, effects: &mut Vec<Effect>) {
        let Ok(plan) = self.policy.plan_own(change.clone(), now.wall) else {
            self.floods.settle(change);
            // It is gone already; if it is not, it is looked at again.
            self.changes.pause = now.uptime.saturating_add(LOOK);
            return;
        };
        let number = self.next_audit();
        let outputs: Vec<_> = self.notice(&plan, number, now).into_iter().collect();
        let audit = AuditRow {
            number,
            at: now.wall,
            who: "nuncio".into(),
            evidence: "itself".into(),
            what: "core.policy".into(),
            place: String::new(),
            outcome: "done".into(),
            because: plan.change().to_string(),
            change: Some(Box::new(plan.change().clone())),
        };
        let set = WriteSet {
            audit: vec![audit],
            managed: plan.writes().to_vec(),
            outputs: outputs.clone(),
            ..WriteSet::default()
        };
        self.changes.busy = true;
        let pending =
            Pending::Change { plan: Box::new(plan), number, rows: outputs.clone(), left: None };
        let commit = self.commit(set, pending, effects);
        for output in outputs {
            self.outbox.hold(output, commit);
        }
    }

    /// What a room is told in which a grant was given that ends now: once, in the giver's name.
    fn notice(
        &mut self,
        plan: &Plan,
        number: AuditNumber,
        now: Moment,
    ) -> Option<std::sync::Arc<OutboxRow>> {
        let Change::Expire { key } = plan.change() else { return None };
        let (kept, _) = self.policy.managed().get(key)?;
        let Fact::Grant { to, what, lease: Some(lease), .. } = &kept.fact else { return None };
        let room = lease.room.clone()?;
        let giver = self.policy.networks().parse_user(kept.by.as_ref()?).ok()?;
        let network = room.network().clone();
        let key = EventKey::new(format_smolstr!("expired-{}", number.0));
        let draft = Draft {
            output: Output::say(Place::Room(room.clone()), words::grant_ended(to, what)),
            speaker: Speaker::verified(giver),
            room: Some(room),
            target: None,
            command: NOTICE,
            level: Level::Everyone,
            refusal: false,
            keep_as: None,
            used: Vec::new(),
        };
        Some(self.outgoing(OutputKey::of(&network, &key, 0), draft, now))
    }
}

pub(super) fn row(
    asked: &Asked,
    speaker: &Speaker,
    outcome: &str,
    because: String,
    change: Option<Box<Change>>,
    now: Moment,
) -> AuditRow {
    AuditRow {
        number: AuditNumber::default(),
        at: now.wall,
        who: speaker.to_string(),
        evidence: evidence::write(speaker),
        what: asked.attempt.command.to_string(),
        place: asked.place.to_string(),
        outcome: outcome.into(),
        because,
        change,
    }
}
