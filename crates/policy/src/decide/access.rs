//! Layer 6: access, by the level that the command declares.

use super::{Cause, Finding, Question};
use crate::Level;

pub(super) fn ask(question: &Question<'_>) -> Finding {
    match (&question.request.level, question.verified.sudoer) {
        (Level::Everyone, _) => Finding::allow(Cause::Everyone),
        (Level::Sudo, Some(place)) => Finding::allow(Cause::Sudoer(place)),
        (Level::Sudo | Level::Owner | Level::Capability(_), _) => {
            Finding::deny(Cause::NothingAllows)
        }
    }
}
