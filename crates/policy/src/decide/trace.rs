//! What each layer found, as small numbers until somebody asks for the words.

use crate::explanation::{Explanation, Layer, Outcome, Reason, Step};
use crate::policy::{Compiled, Standing};
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
    NotOwner,
    Owner(u32),
    Rule(u32),
    Everyone,
    Sudoer(u32),
    Listed(u32),
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
        self.last().and_then(|(_, finding)| finding.verdict).unwrap_or(Outcome::Deny)
    }

    fn last(&self) -> Option<(Layer, Finding)> {
        self.steps().last()
    }

    fn steps(&self) -> impl Iterator<Item = (Layer, Finding)> {
        Layer::ALL.into_iter().zip(self.findings).filter_map(|(layer, found)| Some((layer, found?)))
    }

    /// Puts the trace into words.
    pub(crate) fn explain(&self, policy: &Policy, request: &Request) -> Explanation {
        let words = |(layer, finding): (Layer, Finding)| Step {
            layer,
            reason: finding.cause.reason(policy.compiled(), request),
        };
        Explanation::new(self.outcome(), self.steps().map(words).collect(), request)
    }
}

impl Cause {
    fn reason(self, policy: &Compiled, request: &Request) -> Reason {
        let person = |standing, place| policy.people.entry(standing, place).cloned();
        let access = |number| policy.access.entry(number).map(|access| access.entry.clone());
        let reason = match self {
            Self::NothingDeclared => Some(Reason::NothingDeclared),
            Self::NotOwner => Some(Reason::NotOwner),
            Self::Owner(place) => person(Standing::Owner, place).map(Reason::Owner),
            Self::Rule(number) => Some(match policy.rules.rule(number) {
                Some(rule) => Reason::Rule(rule.entry.clone()),
                None => Reason::ImplicitRule,
            }),
            Self::Everyone => Some(Reason::Everyone),
            Self::Sudoer(place) => person(Standing::Sudoer, place).map(Reason::Sudoer),
            Self::Listed(number) => access(number).map(Reason::Listed),
            Self::EntryAllowsNot(number) => access(number).map(Reason::EntryAllowsNot),
            Self::NothingAllows if request.command.is_reserved() => Some(Reason::Reserved),
            Self::NothingAllows => Some(Reason::NothingAllows(request.level.clone())),
        };
        reason.unwrap_or(Reason::NothingDeclared)
    }
}
