//! Cooldowns: how soon a person may run a command again.

use std::time::Duration;

use nuncio_policy::{CommandId, UserId};
use rustc_hash::FxHashMap;

/// When each person may run each command again, as uptime.
#[derive(Debug, Default)]
pub(super) struct Cooldowns {
    until: FxHashMap<(UserId, CommandId), Duration>,
}

impl Cooldowns {
    /// Beyond this many, those that have passed are forgotten.
    const SWEEP: usize = 4096;

    /// Starts a cooldown.
    ///
    /// # Errors
    /// How long the one that runs still lasts.
    pub(super) fn start(
        &mut self,
        person: &UserId,
        command: &CommandId,
        length: Duration,
        now: Duration,
    ) -> Result<(), Duration> {
        if self.until.len() >= Self::SWEEP {
            self.until.retain(|_, until| *until > now);
        }
        let until = self.until.entry((person.clone(), command.clone())).or_default();
        if *until > now {
            return Err(until.saturating_sub(now));
        }
        *until = now.saturating_add(length);
        Ok(())
    }

    /// Gives a cooldown back: what was asked for did not happen.
    pub(super) fn give_back(&mut self, person: &UserId, command: &CommandId) {
        self.until.remove(&(person.clone(), command.clone()));
    }
}
