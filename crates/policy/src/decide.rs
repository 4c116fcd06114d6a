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
mod power;
mod question;
mod trace;

use std::ops::ControlFlow;

pub(crate) use asker::Asker;
pub(crate) use held::Source;
pub use holds::{Ground, Hold, Without};
use question::Question;
pub(crate) use trace::{Cause, Finding, Trace};

#[cfg(doc)]
use crate::Layer;
use crate::permit::{Permit, Refusal, rule};
use crate::{Policy, Request};

/// Decides whether a speaker may run a command, in one fixed order of [`Layer`]s.
///
/// Total: it cannot fail, and what cannot be understood is denied.
///
/// # Errors
///
/// The refusal, which says whether the speaker is told or met with silence.
pub fn decide(policy: &Policy, request: Request) -> Result<Permit, Refusal> {
    let question = Question::new(policy.compiled(), &request);
    let mut trace = Trace::new();
    // Either way, the trace says what was decided.
    let (ControlFlow::Continue(()) | ControlFlow::Break(())) = ask(&question, &mut trace);
    rule(policy, request, trace)
}

/// Asks the layers, in the order of [`Layer::ALL`], until one decides.
fn ask(question: &Question<'_>, trace: &mut Trace) -> ControlFlow<()> {
    trace.note(ignored::ask(question))?;
    trace.note(disabled::ask(question))?;
    trace.note(owner::ask(question))?;
    trace.note(bw_list::ask(question))?;
    trace.note(capability::ask(question))?;
    trace.note(access::ask(question))
}
