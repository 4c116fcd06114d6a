//! `help`.

use nuncio_sdk::content::{Block, Inline};
use nuncio_sdk::prelude::*;

/// How many lines of a list are shown in a room, where others read too.
const LINES: usize = 5;

/// Lists what you may ask of me, or explains a command.
///
/// ```chat
/// > help
/// - info: about, echo, help, ping, stats, uptime, why, why others
///
/// Say help COMMAND to read more about one.
/// > help ping
/// ping: Shows that I am here and listening.
/// …
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn help(ctx: &Context, command: Option<CommandId>) -> Result {
    let commands = ctx.policy().commands();
    let may_run = |id: &CommandId| ctx.policy().may_run(ctx.speaker(), ctx.room(), id);
    let Some(id) = command else {
        return Ok(Reply::from(brief(ctx, &commands.help(|command| may_run(&command.id)))));
    };
    let Some(command) = commands.get(&id).filter(|_| may_run(&id)) else {
        let name = commands.spoken(&id);
        return Err(refuse!["You may not run `{name}` here. Ask `why {name}` for the reasons."]);
    };
    Ok(Reply::from(brief(ctx, &command.help())))
}

/// In private all of it; in a room its beginning.
fn brief(ctx: &Context, help: &Content) -> Content {
    if ctx.place().is_private() {
        return help.clone();
    }
    let more = [Inline::text("I say more of it in private.")];
    let mut blocks = help.blocks().iter();
    match blocks.next() {
        Some(Block::List { first, items }) if items.len() > LINES => {
            let items = items.iter().take(LINES).cloned().collect();
            Content::new([Block::List { first: *first, items }, Block::paragraph(more)])
        }
        Some(Block::Paragraph(line)) if blocks.next().is_some() => {
            let blank = [Inline::text(" ")];
            Content::line(line.iter().cloned().chain(blank).chain(more))
        }
        _ => help.clone(),
    }
}
