//! The `bw_list` as it is changed from chat.

use nuncio_sdk::policy::{Change, Layer};
use nuncio_sdk::prelude::*;

use crate::rights::{entry, in_room, list as page_of, wrong};

plugin! {
    /// Forbids commands by rules, of which the last that matches counts.
    bw: list, add, remove, test
}

/// Lists the rules in their order, those from chat with their numbers, with where each comes from.
///
/// ```chat
/// > bw list
/// There are no rules.
/// ```
#[command(level = "owner", repeat = "safe", late = "skip")]
fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    let lines = policy.rules().map(|(rule, number)| match number {
        Some(number) => format!("{number}: {}", entry(ctx, &policy, rule)),
        None => entry(ctx, &policy, rule),
    });
    page_of(ctx, lines, page, "There are no rules.")
}

/// Adds a rule behind all others: `b` forbids, `w` lifts what rules before it forbid.
///
/// ```chat
/// > bw add b u:memory:bob *
/// Rule `b u:memory:bob *` stands last. To undo it: bw remove 1.
/// > bw add b bob
/// …
/// ```
#[command(level = "owner")]
fn add(
    ctx: &Context,
    /// `b WHO WHAT` or `w WHO WHAT`, as in `b u:irc:bob,r:irc:#tea games.*`.
    rule: &Text,
) -> Result {
    let rule = ctx.policy().policy().read_rule(rule.as_str().trim()).map_err(wrong)?;
    Ok(Reply::none().change(Change::AddRule { rule }))
}

/// Removes a rule that was added from chat.
///
/// ```chat
/// > bw remove 7
/// There is nothing to remove: no rule from chat has the number 7.
/// ```
#[command(level = "owner")]
fn remove(
    ctx: &Context,
    /// Its number, or all that it says.
    rule: &Text,
) -> Result {
    let said = rule.as_str().trim();
    let number = if let Ok(number) = said.parse() {
        number
    } else {
        let policy = ctx.policy().policy();
        let rule = policy.read_rule(said).map_err(wrong)?;
        let number = policy.managed().rule_number(&rule);
        number.ok_or_else(|| refuse!["No rule from chat says that."])?
    };
    Ok(Reply::none().change(Change::RemoveRule { number }))
}

/// Says which rule decides on somebody and a command, here or in another room.
///
/// ```chat
/// > bw test bob bw list
/// bw_list: nothing declared.
/// > bw test owner bw list
/// No rule is asked: owner …
/// ```
#[command(level = "owner", repeat = "safe", late = "skip")]
fn test(
    ctx: &Context,
    /// A user.
    who: &str,
    /// A command.
    command: &CommandId,
    /// `in` and a room.
    place: Option<&Text>,
) -> Result {
    let who = ctx.policy().read_user(who, ctx.network()).map_err(Error::usage)?;
    let room = in_room(ctx, place)?;
    let explanation = ctx.policy().why(&who, room.as_ref(), command);
    let step = explanation.trace.iter().find(|step| step.layer == Layer::BwList);
    let said = match step {
        Some(step) => format!("{step}."),
        None => format!("No rule is asked: {}.", explanation.because()),
    };
    Ok(Reply::text(said))
}
