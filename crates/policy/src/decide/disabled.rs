//! Layer 2: a command that is switched off is off for owners too.

use super::{Cause, Finding, Question};

pub(super) fn ask(question: &Question<'_>) -> Finding {
    let command = &question.request.command;
    match question.policy.disables.find(command, question.request.room.as_ref()) {
        Some(number) if !command.is_introduction() && !command.is_switch() => {
            Finding::deny(Cause::Disabled(number))
        }
        _ => Finding::next(Cause::NotDisabled),
    }
}
