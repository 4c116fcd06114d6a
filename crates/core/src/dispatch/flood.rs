//! Floods: whoever says too much to us is told so once, and met with silence for a while.
//!
//! That he is ignored is a row of what is managed of the policy, like any other ignore: it is
//! audited, ends by itself, survives a restart, and can be lifted. Here is only counted who says how
//! much.

use std::collections::VecDeque;
use std::time::Duration;

use nuncio_policy::{Change, Person, RoomId, Speaker};
use rustc_hash::{FxHashMap, FxHashSet};

use super::asked::Asked;
use super::change::Wish;
use super::finish::Writes;
use super::{Dispatcher, Effect, words};
use crate::event::Timing;
use crate::gate;
use crate::moment::Moment;
use crate::store::Draft;

/// How many people are counted within a span; who comes beyond is not.
const MOST: usize = 4096;

/// How much one person may say to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloodLimits {
    /// The time within which is counted.
    pub span: Duration,
    /// All commands, understood or not.
    pub commands: Allowance,
    /// Those that are not understood.
    pub invalid: Allowance,
}

/// How much is not too much, and what follows where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How many within the span; the next one is a flood. Without limit, if 0.
    pub most: usize,
    /// How long whoever floods is ignored.
    pub ignored: Duration,
}

impl FloodLimits {
    /// Nothing is a flood.
    pub const OFF: Self = {
        let allowance = Allowance { most: 0, ignored: Duration::ZERO };
        Self { span: Duration::ZERO, commands: allowance, invalid: allowance }
    };

    /// Whether nothing is a flood, so that nothing need be counted.
    fn is_off(&self) -> bool {
        self.commands.most == 0 && self.invalid.most == 0
    }
}

/// Limnoria's figures.
impl Default for FloodLimits {
    fn default() -> Self {
        Self {
            span: Duration::from_mins(1),
            commands: Allowance { most: 12, ignored: Duration::from_mins(5) },
            invalid: Allowance { most: 5, ignored: Duration::from_mins(10) },
        }
    }
}

/// What was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// A command.
    Command,
    /// What is no command.
    Nonsense,
    /// A command, counted already, that was to prove something and could not.
    Unproven,
}

/// Who said how much lately.
#[derive(Debug, Default)]
pub(super) struct Floods {
    recent: FxHashMap<Person, Tally>,
    // INVARIANT: nobody who is among the recent.
    before: FxHashMap<Person, Tally>,
    /// When the recent became those before, as uptime.
    turned: Duration,
    /// Those of whom is being written that they are ignored.
    silenced: FxHashSet<Person>,
}

/// What one person said within the span.
#[derive(Debug, Default)]
struct Tally {
    commands: Window,
    invalid: Window,
}

/// When something was said, and where.
#[derive(Debug, Default)]
struct Window {
    /// As uptime, in order.
    times: VecDeque<Duration>,
    /// Where the last of it was said; nowhere in particular, if in private.
    room: Option<RoomId>,
    /// How much was said there since something was said elsewhere.
    here: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Fine,
    /// It is too much.
    Flood {
        who: Person,
        allowance: Allowance,
        /// The room in which all of it was said.
        room: Option<RoomId>,
    },
    /// He is being silenced.
    Silenced,
}

impl Floods {
    /// Counts what a person says in a room, or in private.
    fn count(
        &mut self,
        who: &Person,
        room: Option<&RoomId>,
        said: Said,
        limits: &FloodLimits,
        now: Duration,
    ) -> Verdict {
        if self.silenced.contains(who) {
            return Verdict::Silenced;
        }
        self.turn(limits.span, now);
        let Some(tally) = self.tally(who) else { return Verdict::Fine };
        let Tally { commands, invalid } = tally;
        // Nonsense first: its silence is the longer one.
        let nonsense = (said != Said::Command).then_some((invalid, limits.invalid));
        let command = (said != Said::Unproven).then_some((commands, limits.commands));
        let counted = nonsense.into_iter().chain(command);
        let flood = counted.filter_map(|(window, allowance)| {
            let room = window.excess(room, allowance.most, limits.span, now)?;
            Some(Verdict::Flood { who: who.clone(), allowance, room })
        });
        flood.fold(Verdict::Fine, |first, next| if first == Verdict::Fine { next } else { first })
    }

    /// Forgets, twice in two spans, whoever said nothing in the last one.
    fn turn(&mut self, span: Duration, now: Duration) {
        if now.saturating_sub(self.turned) >= span {
            self.before = std::mem::take(&mut self.recent);
            self.turned = now;
        }
    }

    /// The tally of a person; none where there is no room for another.
    fn tally(&mut self, who: &Person) -> Option<&mut Tally> {
        if !self.recent.contains_key(who) {
            if self.recent.len() >= MOST {
                return None;
            }
            let tally = self.before.remove(who).unwrap_or_default();
            self.recent.insert(who.clone(), tally);
        }
        self.recent.get_mut(who)
    }

    /// Forgets what somebody said.
    fn forget(&mut self, who: &Person) {
        self.recent.remove(who);
        self.before.remove(who);
    }

    /// Takes up that it is written that somebody is ignored, or that it is not.
    pub(super) fn settle(&mut self, change: &Change) {
        if let Change::Flood { who, .. } = change {
            self.silenced.remove(who);
        }
    }
}

impl Window {
    /// Counts one more. Where that is too many, gives the room in which all of it was said, or none.
    #[expect(clippy::option_option, reason = "the outer one is whether it is too many")]
    fn excess(
        &mut self,
        room: Option<&RoomId>,
        most: usize,
        span: Duration,
        now: Duration,
    ) -> Option<Option<RoomId>> {
        let Self { times, room: last, here } = self;
        if last.as_ref() != room {
            (*last, *here) = (room.cloned(), 0);
        }
        *here = here.saturating_add(1);
        while times.pop_front_if(|time| now.saturating_sub(*time) >= span).is_some() {}
        if most == 0 || times.len() < most {
            times.push_back(now);
            times.truncate(most);
            return None;
        }
        Some(last.clone().filter(|_| *here > times.len()))
    }
}

impl Dispatcher {
    /// Counts what somebody says to us, and whether it is to be passed over because he says too
    /// much.
    ///
    /// What was said while we were away counts not: it arrives all at once. Neither does what
    /// somebody says whom a machines' network vouches for: he has what he asks with from the
    /// operator, and waits for each answer.
    pub(super) fn is_flood(
        &mut self,
        asked: &Asked,
        said: Said,
        timing: Timing,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> bool {
        if timing != Timing::Live {
            return false;
        }
        let (who, allowance, room) = match self.weigh(asked, said, now) {
            Verdict::Fine => return false,
            Verdict::Silenced => return true,
            Verdict::Flood { who, allowance, room } => (who, allowance, room),
        };
        let refusal = gate::ask(&self.policy, &self.sessions, &asked.attempt, now.wall).err();
        if refusal.is_some_and(|refusal| self.is_ignored_by(asked, &refusal, now)) {
            return false;
        }
        // Where it cannot be written, he is told nothing, and what is too much is passed over.
        if let Some((told, wish)) = self.silence(asked, who, room.as_ref(), allowance, now) {
            self.conclude(asked, Writes::instead(told), None, now, effects);
            self.wish(wish, now, effects);
        }
        true
    }

    /// Counts that somebody could not prove what he was to prove. Where that is too much, gives what
    /// he is told instead of an answer, and what is to be written after that.
    pub(super) fn count_unproven(&mut self, asked: &Asked, now: Moment) -> Option<(Draft, Wish)> {
        match self.weigh(asked, Said::Unproven, now) {
            Verdict::Fine | Verdict::Silenced => None,
            Verdict::Flood { who, allowance, room } => {
                self.silence(asked, who, room.as_ref(), allowance, now)
            }
        }
    }

    fn weigh(&mut self, asked: &Asked, said: Said, now: Moment) -> Verdict {
        let limits = self.limits.floods;
        if limits.is_off() {
            return Verdict::Fine;
        }
        let speaker = self.recognise(&asked.attempt.trigger.speaker(), now);
        let vouched_for = speaker.verified_id().is_some();
        if vouched_for && asked.attempt.trigger.is_of_socket() {
            return Verdict::Fine;
        }
        let Some(who) = self.policy.culprit(&speaker) else { return Verdict::Fine };
        let verdict = self.floods.count(&who, asked.place.room(), said, &limits, now.uptime);
        let is_flood = matches!(verdict, Verdict::Flood { .. });
        if is_flood && self.policy.is_exempt(&speaker) { Verdict::Fine } else { verdict }
    }

    /// What tells somebody that he is ignored from now on, and what makes it so; it is to be told
    /// before it is so, or would be kept from him. None, where it cannot be written.
    fn silence(
        &mut self,
        asked: &Asked,
        who: Person,
        room: Option<&RoomId>,
        allowance: Allowance,
        now: Moment,
    ) -> Option<(Draft, Wish)> {
        let until = now.wall.saturating_add(allowance.ignored).unwrap_or(now.wall);
        let change = Change::Flood { who: who.clone(), room: room.cloned(), until };
        if !self.can_wish() || self.policy.plan_own(change.clone(), now.wall).is_err() {
            return None;
        }
        self.floods.forget(&who);
        self.floods.silenced.insert(who);
        let told = words::flooded(allowance, self.limits.floods.span, room);
        let told = Draft { refusal: true, ..asked.answer(told) };
        Some((told, Wish { change, asked: None }))
    }

    /// Forgets what was counted of somebody who is met with silence.
    pub(super) fn uncount(&mut self, speaker: &Speaker) {
        if let Some(who) = self.policy.culprit(speaker) {
            self.floods.forget(&who);
        }
    }
}
