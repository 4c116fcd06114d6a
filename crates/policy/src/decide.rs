//! The one function that decides.

mod access;
mod bw_list;
mod owner;
mod trace;

pub(crate) use trace::{Cause, Finding, Trace};

use crate::permit::{Permit, Refusal, rule};
use crate::policy::{Compiled, Facts};
use crate::{Layer, Policy, Request};

/// Decides whether a speaker may run a command, in one fixed order of [`Layer`]s.
///
/// Total: it cannot fail, and what cannot be understood is denied.
///
/// # Errors
///
/// The refusal, which says whether the speaker is told or met with silence.
pub fn decide(policy: &Policy, request: Request) -> Result<Permit, Refusal> {
    let question = Question::new(policy.compiled(), &request);
    let trace = Trace::of(|layer| question.ask(layer));
    rule(policy, request, trace)
}

/// A request beside what the policy says of its speaker.
struct Question<'a> {
    policy: &'a Compiled,
    request: &'a Request,
    /// What is said of the verified identity, which alone gives.
    verified: Facts,
    /// What is said of the account that the verified identity names.
    account: Facts,
}

impl<'a> Question<'a> {
    fn new(policy: &'a Compiled, request: &'a Request) -> Self {
        let verified = request.speaker.verified_id();
        let verified = verified.map(|id| policy.people.facts(id)).unwrap_or_default();
        let account = policy.people.account_facts(verified);
        Self { policy, request, verified, account }
    }

    fn ask(&self, layer: Layer) -> Finding {
        match layer {
            Layer::Owner => owner::ask(self),
            Layer::BwList => bw_list::ask(self),
            Layer::Access => access::ask(self),
            Layer::Ignored | Layer::Disabled | Layer::Capability => {
                Finding::next(Cause::NothingDeclared)
            }
        }
    }
}
