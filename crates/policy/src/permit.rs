//! The two answers: a permit, which lets one thing happen once, and a refusal, which is told once.

use std::sync::Arc;

use jiff::Timestamp;

use crate::decide::Trace;
use crate::policy::Compiled;
use crate::{CommandId, Explanation, Level, Outcome, Policy, Request, RoomId, Speaker};

/// The proof that one speaker may run one command in one place, under one policy.
///
/// Only [`decide`](crate::decide) makes one. It is neither `Clone` nor `Copy` and has no public
/// field: what asks for a permit by value runs once for it, and for nothing else.
#[derive(Debug)]
#[must_use = "a permit that is not used lets nothing happen"]
pub struct Permit(Box<Ruling>);

/// The proof that one speaker may not run one command; it authorises exactly one notice of that.
///
/// As [`Permit`], only [`decide`](crate::decide) makes one.
#[derive(Debug)]
#[must_use = "a refusal is audited, and told where its outcome is not to ignore"]
pub struct Refusal(Box<Ruling>);

/// A request with what was decided about it, and under which policy.
#[derive(Debug)]
struct Ruling {
    request: Request,
    policy: Arc<Compiled>,
    trace: Trace,
}

/// Ends a decision; the trace says which of the two it is.
pub(crate) fn rule(policy: &Policy, request: Request, trace: Trace) -> Result<Permit, Refusal> {
    let outcome = trace.outcome();
    let ruling = Box::new(Ruling { request, policy: policy.shared(), trace });
    match outcome {
        Outcome::Allow => Ok(Permit(ruling)),
        Outcome::Deny | Outcome::Ignore => Err(Refusal(ruling)),
    }
}

macro_rules! ruling_getters {
    () => {
        /// The person that it was decided for.
        pub fn speaker(&self) -> &Speaker {
            &self.0.request.speaker
        }

        /// The command.
        pub fn command(&self) -> &CommandId {
            &self.0.request.command
        }

        /// The room in which it was said; none in a private message.
        pub fn room(&self) -> Option<&RoomId> {
            self.0.request.room.as_ref()
        }

        /// The room that it acts on, where that is another than [`room`](Self::room).
        pub fn target(&self) -> Option<&RoomId> {
            self.0.request.target.as_ref()
        }

        /// The level that the command declared.
        pub fn level(&self) -> &Level {
            &self.0.request.level
        }

        /// The generation of the policy that decided.
        pub fn generation(&self) -> u64 {
            self.0.policy.generation
        }

        /// Why: every layer that was asked, and what would have to change.
        pub fn explanation(&self) -> Explanation {
            self.0.trace.explain(&Policy::of(Arc::clone(&self.0.policy)), &self.0.request)
        }
    };
}

impl Permit {
    ruling_getters!();

    /// Gives the permit up for the request that it came from, to be decided again at another time.
    ///
    /// After a change of policy, what waits is decided again.
    pub fn into_request(self, at: Timestamp) -> Request {
        Request { at, ..self.0.request }
    }
}

impl Refusal {
    ruling_getters!();

    /// Whether the speaker is told ([`Outcome::Deny`]) or met with silence ([`Outcome::Ignore`]).
    pub fn outcome(&self) -> Outcome {
        self.0.trace.outcome()
    }
}
