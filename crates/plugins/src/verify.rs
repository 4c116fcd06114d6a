//! Whether a device is whose it seems to be: both sides are shown the same, and an owner says
//! whether it is.
//!
//! The network that is to be trusted afterwards must not have a say in it. So it shows nobody what
//! is to be compared, and the owner's word is not taken from there.

mod ask;
mod judge;

use nuncio_sdk::action::Action;
use nuncio_sdk::event::{Event, EventKind, Question, QuestionState, Verdict};
use nuncio_sdk::place::{Address, Place};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::{Handler, Note};
use nuncio_sdk::{Level, Native, Network};

/// The commands alone.
mod commands {
    use nuncio_sdk::prelude::*;

    use super::{ask, judge};

    plugin! {
        /// Has devices prove whose they are, by what an owner compares.
        verify: ask::start, ask::list, judge::same, judge::differ, judge::cancel
    }
}

/// The plugin, which also takes up what an owner's device asks and tells whoever asked how it goes.
pub fn plugin() -> Native {
    let handler = Handler { path: "question".into(), level: Level::Owner, wants: is_told };
    commands::plugin().on(handler, told)
}

/// Whether there is something to do about it, or somebody to tell.
fn is_told(event: &Event) -> bool {
    let EventKind::Question(question) = &event.kind else { return false };
    match question.state {
        QuestionState::Requested => true,
        QuestionState::Open { .. } | QuestionState::Ended(_) => question.place.is_some(),
        QuestionState::Asked | QuestionState::Confirmed => false,
    }
}

/// Called for owners alone.
fn told(ctx: &Context, event: &Event) -> Result {
    let EventKind::Question(question) = &event.kind else { return Ok(Reply::none()) };
    Ok(match &question.state {
        QuestionState::Requested => answer(question, Verdict::TakeUp, Reply::none()),
        QuestionState::Open { .. } => {
            let (what, name) = (to_compare(ctx.network(), question), &question.id);
            if ctx.network() == question.about.network() {
                return Ok(Reply::text(what));
            }
            reply!["{what} Then say `verify same {name}`, or `verify differ {name}`."]
        }
        QuestionState::Ended(outcome) => {
            let whose = whose(question);
            reply!["{whose}: {outcome}."]
        }
        QuestionState::Asked | QuestionState::Confirmed => Reply::none(),
    })
}

/// A reply that gives an answer to a question as well; the audit log has it.
fn answer(question: &Question, verdict: Verdict, reply: Reply) -> Reply {
    let what = match verdict {
        Verdict::TakeUp => "takes up what is asked by",
        Verdict::Same => "says that it is the same:",
        Verdict::Differs => "says that it is not the same:",
        Verdict::Cancel => "asks no more of",
    };
    let note = Note::Done(format!("{what} {}", whose(question)));
    reply
        .note(note)
        .act(towards(&question.about), Action::Judge { question: question.id.clone(), verdict })
}

/// Where it is asked of somebody's devices.
fn towards(who: &UserId) -> Place {
    Place::private(who.network().clone(), Address::new(who.user()))
}

/// Whose device, and which. What it is called is its owner's own word, and is left out.
fn whose(question: &Question) -> String {
    match &question.device {
        Some(device) => format!("{}, device {device}", question.about),
        None => question.about.to_string(),
    }
}

/// What is to be compared, told on a network.
fn to_compare(on: &Network, question: &Question) -> String {
    let (whose, proven) = (whose(question), question.about.network());
    match &question.state {
        QuestionState::Open { .. } if on == proven => format!(
            "{whose} shows something to compare. {proven} itself could change what it shows you: \
             see `verify list` on the console or on another network."
        ),
        QuestionState::Open { shown, until } => {
            let until = crate::words::time(*until);
            format!("{whose} should show the same, in this order, until {until}: {shown}.")
        }
        QuestionState::Confirmed => {
            format!("{whose}: you said that it is the same; the other side is yet to.")
        }
        _ => format!("{whose} is asked, and has yet to answer."),
    }
}
