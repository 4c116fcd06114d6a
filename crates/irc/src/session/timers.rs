//! What happens because time passes.

use std::time::Duration;

use super::{Effect, Ending, Phase, Session};
use crate::wire::{Line, Verb};

/// How long the server may take from the first line to the end of its message of the day.
const GREETING: Duration = Duration::from_mins(1);

/// How often we ask for a nick that somebody else has.
const REGAIN: Duration = Duration::from_secs(30);

/// Deadlines, as times since the process began.
#[derive(Debug, Default)]
pub(super) struct Timers {
    began: Duration,
    heard: Duration,
    asked: bool,
    silence: Duration,
    regain: Option<Duration>,
}

impl Timers {
    pub(super) fn begin(&mut self, now: Duration, silence: Duration) {
        *self = Self { began: now, heard: now, asked: false, silence, regain: None };
    }

    /// A line came.
    pub(super) fn hear(&mut self, now: Duration) {
        self.heard = now;
        self.asked = false;
    }

    pub(super) fn watch_for_nick(&mut self, on: bool, now: Duration) {
        self.regain = on.then(|| now + REGAIN);
    }

    /// When the server's silence means something.
    fn patience(&self) -> Duration {
        self.heard + if self.asked { self.silence } else { self.silence / 2 }
    }
}

impl Session {
    /// When to [`tick`](super::Input::Tick) at the latest; none while there is no connection.
    pub fn deadline(&self) -> Option<Duration> {
        let timers = &self.timers;
        let greeting = (self.phase != Phase::Online).then(|| timers.began + GREETING);
        let all = [
            Some(timers.patience()),
            greeting,
            timers.regain,
            self.rooms.due().filter(|_| self.phase == Phase::Online),
            self.awaited.deadline(),
        ];
        all.into_iter().flatten().min().filter(|_| self.phase != Phase::Offline)
    }

    pub(super) fn tick(&mut self) {
        let now = self.now.uptime;
        if self.phase == Phase::Offline {
            return;
        }
        if self.phase != Phase::Online && now >= self.timers.began + GREETING {
            let why = format!("the server did not welcome us within {} s", GREETING.as_secs());
            return self.close(Ending::Again(why));
        }
        if now >= self.timers.patience() {
            if self.timers.asked {
                let why = format!("the server was silent for {} s", self.timers.silence.as_secs());
                return self.close(Ending::Again(why));
            }
            self.timers.asked = true;
            self.send(Line::begin(Verb::Ping).last("nuncio"));
        }
        if self.timers.regain.is_some_and(|at| now >= at) {
            self.regain();
        }
        if self.phase == Phase::Online {
            self.join_due_rooms();
        }
        for (ticket, receipt) in self.awaited.expire(now) {
            self.effects.push(Effect::Settle(ticket, receipt));
        }
    }
}
