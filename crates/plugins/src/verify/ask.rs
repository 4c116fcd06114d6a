//! `verify start` and `list`.

use nuncio_sdk::action::Action;
use nuncio_sdk::event::{LinkState, Question};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::Note;

use super::{to_compare, towards};
use crate::words;

/// Asks somebody's devices to prove that they are his. I say here what you are to compare with
/// what he sees, and how it ended.
///
/// ```chat
/// > verify start u:console:local
/// I am not on console.
/// > verify start ann
/// I ask u:memory:ann. There are 10 minutes for it.
/// ```
#[command(level = "owner")]
pub(super) fn start(ctx: &Context, who: UserId) -> Result {
    let network = who.network();
    let known = ctx.status().networks().into_iter().find(|known| known.network == *network);
    match known.map(|known| known.state) {
        None => return Err(refuse!["I am not on {network}."]),
        Some(LinkState::Online) => {}
        Some(_) => return Err(refuse!["I am not connected to {network} now."]),
    }
    if ctx.status().questions().iter().any(|open| open.about == who) {
        return Err(refuse!["`{who}` is asked already: `verify list` shows it."]);
    }
    let (tell, to) = (ctx.place().clone(), towards(&who));
    let reply = reply!["I ask `{who}`. There are 10 minutes for it."];
    let note = Note::Done(format!("asks the devices of {who}"));
    Ok(reply.note(note).act(to, Action::Verify { who, tell }))
}

/// Lists who is asked, and what is to be compared.
///
/// ```chat
/// > verify list
/// Nobody is asked.
/// ```
#[command(level = "owner", repeat = "safe", late = "skip")]
pub(super) fn list(ctx: &Context) -> Reply {
    let open = ctx.status().questions();
    if open.is_empty() {
        return Reply::text("Nobody is asked.");
    }
    let line =
        |question: Question| format!("{}: {}", question.id, to_compare(ctx.network(), &question));
    Reply::from(words::lines(open.into_iter().map(line)))
}
