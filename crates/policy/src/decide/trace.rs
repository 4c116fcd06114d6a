//! What each layer found, as small numbers until somebody asks for the words.

mod reason;

use std::ops::ControlFlow;

use super::capability::Anticapability;
use crate::explanation::{Explanation, Layer, Outcome, Reason, Step};
use crate::policy::Compiled;
use crate::{Policy, Request};

/// What the layers found, in order, up to the one that decided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trace {
    causes: [Cause; Layer::ALL.len()],
    /// How many layers were asked.
    asked: usize,
    outcome: Outcome,
}

/// What one layer found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finding {
    /// The outcome, when the layer decides; else the next layer is asked.
    verdict: Option<Outcome>,
    cause: Cause,
}

/// Why a layer found what it found; numbers are places in the policy's lists.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cause {
    NothingDeclared,
    Introduction,
    NotIgnored,
    Trusted,
    AccountIgnored(u32),
    Unregistered,
    Ignored(u32),
    Lobotomized,
    NotDisabled,
    Disabled(u32),
    NotOwner,
    Owner(u32),
    Rule(u32),
    NoAnticapability,
    Anticapability(Anticapability),
    Lifted(Anticapability),
    Nobody,
    Everyone,
    Sudoer(u32),
    Listed(u32),
    Grant(u32),
    Held(u8),
    /// The place of the level among those that are asked for, and the entry of the power.
    Power {
        level: u8,
        worth: u32,
    },
    EntryAllowsNot(u32),
    NothingAllows,
}

impl Finding {
    pub(crate) fn next(cause: Cause) -> Self {
        Self { verdict: None, cause }
    }

    pub(crate) fn allow(cause: Cause) -> Self {
        Self { verdict: Some(Outcome::Allow), cause }
    }

    pub(crate) fn deny(cause: Cause) -> Self {
        Self { verdict: Some(Outcome::Deny), cause }
    }

    pub(crate) fn ignore(cause: Cause) -> Self {
        Self { verdict: Some(Outcome::Ignore), cause }
    }
}

impl Trace {
    /// Of no layer: that denies.
    pub(crate) fn new() -> Self {
        let causes = [Cause::NothingDeclared; Layer::ALL.len()];
        Self { causes, asked: 0, outcome: Outcome::Deny }
    }

    /// Keeps what the next layer found, and breaks if that decides.
    pub(crate) fn note(&mut self, finding: Finding) -> ControlFlow<()> {
        if let Some(slot) = self.causes.get_mut(self.asked) {
            *slot = finding.cause;
        }
        self.asked += 1;
        match finding.verdict {
            Some(outcome) => {
                self.outcome = outcome;
                ControlFlow::Break(())
            }
            None => ControlFlow::Continue(()),
        }
    }

    /// What was decided.
    pub(crate) fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Puts what one layer found into words.
    pub(crate) fn reason(cause: Cause, policy: &Compiled, request: &Request) -> Reason {
        cause.reason(policy, request)
    }

    /// Puts the trace into words.
    pub(crate) fn explain(&self, policy: &Policy, request: &Request) -> Explanation {
        let steps = Layer::ALL.into_iter().zip(self.causes).take(self.asked);
        let words = |(layer, cause): (Layer, Cause)| Step {
            layer,
            reason: cause.reason(policy.compiled(), request),
        };
        Explanation::new(self.outcome, steps.map(words).collect(), request)
    }
}
