//! What is so of a speaker whatever is asked for: who asks for a change of what is managed.

use jiff::Timestamp;

use super::power::InPower;
use super::{Question, Trace, Without, capability};
use crate::explanation::{Reason, Written};
use crate::policy::Compiled;
use crate::{Capability, CommandId, Policy, Request, RoomId, Speaker};

/// The command that nobody runs: what is asked here does not depend on one.
const NONE: CommandId = CommandId::literal("none.none");

/// Somebody, as a policy knows him.
#[derive(Debug)]
pub(crate) struct Asker<'a> {
    policy: &'a Policy,
    request: Request,
}

impl<'a> Asker<'a> {
    pub(crate) fn new(policy: &'a Policy, speaker: Speaker) -> Self {
        Self { policy, request: Request::new(speaker, NONE, Timestamp::MIN) }
    }

    fn question(&self) -> Question<'_> {
        Question::new(self.policy.compiled(), &self.request)
    }

    pub(crate) fn speaker(&self) -> &Speaker {
        &self.request.speaker
    }

    /// Whether the speaker is an owner; an account that is ignored owns nothing.
    pub(crate) fn is_owner(&self) -> bool {
        let ownership = Capability { room: None, name: "owner".into(), positive: true };
        self.policy.holds(&self.request, &ownership, Without::default()).holds
    }

    /// Whether anything vouches for the speaker: the network, or a session; or, where it is about a
    /// room, for his power in it that is worth something.
    pub(crate) fn is_vouched_for(&self, about: Option<&RoomId>) -> bool {
        let in_power = |room| InPower::of(&self.question(), room).is_some();
        let known = self.speaker().verified_id().is_some() || self.account().is_some();
        known || about.is_some_and(in_power)
    }

    /// The number of the account that the speaker is.
    pub(crate) fn account(&self) -> Option<u32> {
        self.question().verified.account
    }

    /// The numbers of all accounts that the speaker is or may be.
    pub(crate) fn accounts(&self) -> Vec<u32> {
        let question = self.question();
        let suspected = question.suspected.iter().map(|&(number, _)| number);
        question.verified.account.into_iter().chain(suspected).collect()
    }

    /// Whether a set says that the speaker holds a capability; no default counts.
    pub(crate) fn holds(&self, capability: &Capability) -> bool {
        let without = Without { owner: true, room_op: false, default_allow: true };
        self.policy.holds(&self.request, capability, without).holds
    }

    /// The written anticapability of a command that the speaker holds.
    pub(crate) fn written_against(&self, command: CommandId) -> Option<Written> {
        let request = Request { command, ..self.request.clone() };
        let policy: &Compiled = self.policy.compiled();
        let held = capability::written(&Question::new(policy, &request))?;
        match Trace::reason(super::Cause::Anticapability(held), policy, &request) {
            Reason::Anticapability(written) => Some(written),
            _ => None,
        }
    }
}
