//! Sessions: who has identified himself by password, from where, and until when.
//!
//! They are kept in memory alone: after a restart everybody identifies himself again.

use std::time::Duration;

use jiff::SignedDuration;
use nuncio_policy::{AccountName, AuditNumber, Change, Network, Policy, Presence, Speaker};

use super::asked::Asked;
use super::{Dispatcher, words};
use crate::content::Content;
use crate::evidence;
use crate::moment::Moment;
use crate::plugin::SessionChange;
use crate::store::AuditRow;

/// What becomes of a session as soon as it is written.
#[derive(Debug)]
pub(super) struct Step {
    presence: Presence,
    change: SessionChange,
}

impl Dispatcher {
    /// A speaker in the sessions that he is in now.
    pub(super) fn recognise(&self, speaker: &Speaker, now: Moment) -> Speaker {
        self.sessions.recognise(speaker, now.wall)
    }

    /// What a call makes of its speaker's session, perhaps with a change of the policy, and its row
    /// of the audit log: nothing where there is no session to end.
    ///
    /// # Errors
    /// Why none can begin, in words for whoever asked.
    pub(super) fn plan_session(
        &self,
        asked: &Asked,
        change: SessionChange,
        with: Option<&Change>,
        now: Moment,
    ) -> Result<Option<(Step, AuditRow)>, Content> {
        if !asked.attempt.trigger.used().is_empty() {
            // Else whoever wrote it could make others be somebody without their knowing.
            return Err(words::through_alias());
        }
        let speaker = self.recognise(&asked.attempt.trigger.speaker(), now);
        let Some(presence) = speaker.presence().cloned() else {
            return match change {
                SessionChange::Begin { .. } => Err(words::out_of_sight()),
                SessionChange::End => Ok(None),
            };
        };
        let because = match &change {
            SessionChange::Begin { account, password } => {
                // A change that comes with it may make it so.
                if with.is_none() && self.policy.password(account) != Some(password) {
                    return Err(words::another_password(account));
                }
                evidence::in_session([account])
            }
            SessionChange::End if speaker.sessions().is_empty() => return Ok(None),
            SessionChange::End => format!("no longer {}", evidence::in_session(speaker.sessions())),
        };
        let row = AuditRow {
            number: AuditNumber::default(),
            at: now.wall,
            who: speaker.to_string(),
            evidence: evidence::write(&speaker),
            what: asked.attempt.command.to_string(),
            place: asked.place.to_string(),
            outcome: "done".into(),
            because,
            change: None,
        };
        Ok(Some((Step { presence, change }, row)))
    }

    /// Takes up what becomes of a session, now that it is written.
    ///
    /// One that was begun by a password that the account does not have any more has ended already.
    pub(super) fn take_step(&mut self, step: Step, now: Moment) {
        let Step { presence, change } = step;
        match change {
            SessionChange::Begin { account, password } => {
                if self.policy.password(&account) == Some(&password) {
                    self.sessions.purge(now.wall);
                    self.sessions.begin(presence, account, now.wall);
                }
            }
            SessionChange::End => self.sessions.end(&presence),
        }
    }

    /// Ends the sessions of whoever is gone, of those whom the network may speak for.
    pub(super) fn lose(&mut self, network: &Network, gone: &[Presence]) {
        for presence in gone.iter().filter(|presence| presence.network() == network) {
            self.sessions.end(presence);
        }
    }

    /// Ends the sessions of a whole network: nobody would have told us who left meanwhile.
    pub(super) fn lose_all(&mut self, network: &Network) {
        self.sessions.keep(|presence, _| presence.network() != network);
    }

    /// Ends the sessions of accounts that another policy knows no more by the same password.
    pub(super) fn revoke(&mut self, next: &Policy) {
        let before = &self.policy;
        let stays = |account: &AccountName| {
            let password = next.password(account);
            password.is_some() && password == before.password(account)
        };
        self.sessions.keep(|_, account| stays(account));
    }
}

/// How long a session may last; for ever, if nothing is said.
pub(super) fn limit(limit: Option<Duration>) -> Option<SignedDuration> {
    limit.map(|limit| SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX))
}
