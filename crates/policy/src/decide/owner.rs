//! Layer 3: an owner may run everything that is not switched off.

use super::{Cause, Finding, Question};

pub(super) fn ask(question: &Question<'_>) -> Finding {
    match question.owner() {
        Some(place) => Finding::allow(Cause::Owner(place)),
        None => Finding::next(Cause::NotOwner),
    }
}
