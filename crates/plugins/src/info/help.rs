//! `help`.

use nuncio_sdk::content::{Block, Inline};
use nuncio_sdk::policy::Template;
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::{Command, CommandTree};

use crate::rights::wrong;

/// How many lines of a list are shown in a room, where others read too.
const LINES: usize = 5;

/// Lists what you may ask of me, or explains a command.
///
/// ```chat
/// > help
/// - info: about, echo, help, ping, stats, uptime, why
///
/// Say help PLUGIN COMMAND to read more about one.
/// > help ping
/// ping: Shows that I am here and listening.
/// …
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn help(
    ctx: &Context,
    /// A command, or an alias.
    command: Option<&Text>,
) -> Result {
    let commands = ctx.policy().commands();
    let may_run = |id: &CommandId| ctx.policy().may_run(ctx.speaker(), ctx.room(), id);
    let Some(asked) = command else {
        let aliases = aliases(ctx, &commands, |command| may_run(&command.id));
        let help = commands.help(|command| may_run(&command.id), aliases);
        return Ok(Reply::from(brief(ctx, &help)));
    };
    let asked = asked.as_str().trim();
    if let Some(alias) = alias_help(ctx, &commands, asked) {
        return Ok(Reply::from(alias));
    }
    let resolved = commands.resolve(asked, 0, |command| may_run(&command.id)).map_err(wrong)?;
    if resolved.name.end < asked.len() {
        return Err(wrong(format_args!("`{asked}` is more than the name of one command")));
    }
    let id = resolved.command.id.clone();
    let Some(command) = commands.get(&id).filter(|_| may_run(&id)) else {
        let name = commands.spoken(&id);
        return Err(refuse!["You may not run `{name}` here. Ask `why {name}` for the reasons."]);
    };
    Ok(Reply::from(brief(ctx, &command.help(&commands.usage(command)))))
}

/// The aliases of here that lead to what somebody may run.
fn aliases(
    ctx: &Context,
    commands: &CommandTree,
    may_run: impl Fn(&Command) -> bool,
) -> Vec<String> {
    let policy = ctx.policy().policy();
    let managed = policy.managed();
    let here = managed.aliases().filter(|it| it.room.is_none() || it.room == ctx.room());
    let mine = here.filter(|alias| {
        let target = commands.target(alias.line, 0, managed, ctx.room());
        target.is_some_and(|command| !command.hidden && may_run(&command))
    });
    let mut names: Vec<_> = mine.map(|alias| alias.name.to_string()).collect();
    names.dedup();
    names
}

/// What there is to be known of an alias; none where a command has the name, or nothing.
fn alias_help(ctx: &Context, commands: &CommandTree, name: &str) -> Option<Content> {
    let policy = ctx.policy().policy();
    let managed = policy.managed();
    if commands.resolve(name, 0, |_| true).is_ok() {
        return None;
    }
    let alias = managed.alias(&name.parse().ok()?, ctx.room())?;
    let usage = Template::parse(alias.line).map(|line| line.usage()).unwrap_or_default();
    let usage = format!("{} {usage}", alias.name);
    let target = commands.target(alias.line, 0, managed, ctx.room());
    let more = target.map(|target| format!("help {}", commands.spoken(&target.id)));
    Some(text![
        "`{usage}`: stands for `{line}`. `{more}` tells more.",
        usage = usage.trim_end(),
        line = alias.line,
        more = more.unwrap_or_else(|| "alias list".to_owned()),
    ])
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
