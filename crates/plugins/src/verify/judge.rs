//! `verify same`, `differ` and `cancel`.

use nuncio_sdk::event::{Question, QuestionState, Verdict};
use nuncio_sdk::prelude::*;

use super::{answer, whose};

/// Says that both sides show the same, in the same order: I sign his keys.
///
/// ```chat
/// > verify same k7f2
/// Nothing is asked under k7f2. …
/// ```
#[command(level = "owner")]
pub(super) fn same(ctx: &Context, name: &str) -> Result {
    let question = find(ctx, name)?;
    let network = question.about.network();
    if ctx.network() == network {
        return Err(refuse![
            "{network} itself could have said that for you. Say it on the console or on another \
             network, where you have seen what is to be compared."
        ]);
    }
    if !is_open(ctx, &question) {
        return Err(refuse!["There is nothing to compare in `{name}`. `verify list` says more."]);
    }
    let whose = whose(&question);
    let reply = reply!["I say that it is the same; {whose} is to say so too."];
    Ok(answer(&question, Verdict::Same, reply))
}

/// Says that the two sides do not show the same. Nothing is signed.
///
/// ```chat
/// > verify differ k7f2
/// Nothing is asked under k7f2. …
/// ```
#[command(level = "owner")]
pub(super) fn differ(ctx: &Context, name: &str) -> Result {
    let question = find(ctx, name)?;
    if !is_open(ctx, &question) {
        return Err(refuse!["There is nothing to compare in `{name}`. `verify list` says more."]);
    }
    let whose = whose(&question);
    Ok(answer(&question, Verdict::Differs, reply!["I say to {whose} that it is not the same."]))
}

/// Asks no more.
///
/// ```chat
/// > verify cancel k7f2
/// Nothing is asked under k7f2. …
/// ```
#[command(level = "owner")]
pub(super) fn cancel(ctx: &Context, name: &str) -> Result {
    let question = find(ctx, name)?;
    let whose = whose(&question);
    Ok(answer(&question, Verdict::Cancel, reply!["I ask {whose} no more."]))
}

/// The one question of this name: where two networks chose the same, neither is meant.
fn find(ctx: &Context, name: &str) -> Result<Question> {
    let mut open = ctx.status().questions();
    open.retain(|open| open.id.as_str().eq_ignore_ascii_case(name));
    match (open.pop(), open.is_empty()) {
        (Some(question), true) => Ok(question),
        (None, _) => Err(refuse!["Nothing is asked under `{name}`. `verify list` shows what is."]),
        (Some(_), false) => Err(refuse!["`{name}` is asked twice: begin one of them anew."]),
    }
}

fn is_open(ctx: &Context, question: &Question) -> bool {
    matches!(question.state, QuestionState::Open { until, .. } if ctx.now() < until)
}
