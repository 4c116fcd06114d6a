//! The one function that decides.

mod access;
mod asker;
mod bw_list;
mod capability;
mod disabled;
mod held;
mod holds;
mod ignored;
mod owner;
mod question;
mod trace;

pub(crate) use asker::Asker;
pub(crate) use held::Source;
pub use holds::{Ground, Hold, Without};
use question::Question;
pub(crate) use trace::{Cause, Finding, Trace};

use crate::permit::{Permit, Refusal, rule};
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
    let trace = Trace::of(|layer| ask(layer, &question));
    rule(policy, request, trace)
}

fn ask(layer: Layer, question: &Question<'_>) -> Finding {
    match layer {
        Layer::Ignored => ignored::ask(question),
        Layer::Disabled => disabled::ask(question),
        Layer::Owner => owner::ask(question),
        Layer::BwList => bw_list::ask(question),
        Layer::Capability => capability::ask(question),
        Layer::Access => access::ask(question),
    }
}
