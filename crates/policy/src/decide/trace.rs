//! What each layer found, as small numbers until somebody asks for the words.

mod reason;

use super::capability::Anticapability;
use crate::explanation::{Explanation, Layer, Outcome, Reason, Step};
use crate::policy::Compiled;
use crate::{Policy, Request};

/// What the layers found, in order, up to the one that decided.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trace {
    findings: [Option<Finding>; Layer::ALL.len()],
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
    /// Asks the layers in order until one decides.
    pub(crate) fn of(ask: impl Fn(Layer) -> Finding) -> Self {
        let mut findings = [None; Layer::ALL.len()];
        for (slot, layer) in findings.iter_mut().zip(Layer::ALL) {
            let finding = ask(layer);
            *slot = Some(finding);
            if finding.verdict.is_some() {
                break;
            }
        }
        Self { findings }
    }

    /// What was decided; a trace in which no layer decided denies.
    pub(crate) fn outcome(&self) -> Outcome {
        let last = self.findings.iter().flatten().last();
        last.and_then(|finding| finding.verdict).unwrap_or(Outcome::Deny)
    }

    /// Puts what one layer found into words.
    pub(crate) fn reason(cause: Cause, policy: &Compiled, request: &Request) -> Reason {
        cause.reason(policy, request)
    }

    /// Puts the trace into words.
    pub(crate) fn explain(&self, policy: &Policy, request: &Request) -> Explanation {
        let steps = Layer::ALL.into_iter().zip(self.findings.iter().flatten());
        let words = |(layer, finding): (Layer, &Finding)| Step {
            layer,
            reason: finding.cause.reason(policy.compiled(), request),
        };
        Explanation::new(self.outcome(), steps.map(words).collect(), request)
    }
}
