//! `why`.

use nuncio_sdk::policy::{AliasName, Author};
use nuncio_sdk::prelude::*;

use crate::rights::command;
use crate::words;

/// Says why you may or may not run a command.
///
/// `why COMMAND` asks about yourself, `why USER COMMAND` about somebody else, as far as you may;
/// `in ROOM` at the end asks about another room than this.
///
/// ```chat
/// > why ping
/// allow by owner: …
/// > why ann ping in #tea
/// allow by access: …
/// > why dance
/// There is no command dance.
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
pub(super) fn why(
    ctx: &Context,
    /// A command, perhaps a user before it, perhaps `in` and a room behind it.
    question: &Text,
) -> Result {
    let question = Question::read(ctx, question.as_str())?;
    let is_own =
        question.who.verified_id().is_none_or(|id| ctx.speaker().verified_id() == Some(id));
    if is_own {
        return Ok(question.answer(ctx));
    }
    let about_others: CommandId = format!("{}.others", ctx.command()).parse()?;
    if ctx.policy().may_run(ctx.speaker(), ctx.room(), &about_others) {
        Ok(question.answer(ctx))
    } else {
        Err(refuse!["You may ask about yourself, and not about others."])
    }
}

/// Says why somebody else may or may not run a command; `why` does it too for whoever may run this.
///
/// ```chat
/// > why others ann ping
/// allow by access: …
/// ```
#[command(path = "why.others", hidden, repeat = "safe", late = "skip")]
pub(super) fn others(
    ctx: &Context,
    /// A user and a command, perhaps `in` and a room behind them.
    question: &Text,
) -> Result {
    Ok(Question::read(ctx, question.as_str())?.answer(ctx))
}

/// Who may run what, and where?
struct Question {
    who: Speaker,
    command: CommandId,
    room: Option<RoomId>,
    /// The aliases by which the command was named.
    used: Vec<(AliasName, Option<Author>)>,
}

/// What a text names.
struct Named {
    command: CommandId,
    used: Vec<(AliasName, Option<Author>)>,
}

impl Question {
    fn read(ctx: &Context, text: &str) -> Result<Self> {
        let (asked, room) = match text.rsplit_once(" in ") {
            Some((asked, room)) => (asked.trim(), Some(read_room(ctx, room)?)),
            None => (text.trim(), ctx.room().cloned()),
        };
        if let Some(Named { command, used }) = find(ctx, asked, room.as_ref())? {
            return Ok(Self { who: ctx.speaker().clone(), command, room, used });
        }
        let Some((user, name)) = asked.split_once(char::is_whitespace) else {
            return Err(refuse!["There is no command `{asked}`."]);
        };
        let name = name.trim();
        let unknown = || refuse!["There is no command `{name}`."];
        let Named { command, used } = find(ctx, name, room.as_ref())?.ok_or_else(unknown)?;
        let who = ctx.policy().read_user(user, ctx.network()).map_err(Error::user)?;
        Ok(Self { who, command, room, used })
    }

    fn answer(&self, ctx: &Context) -> Reply {
        let explanation = ctx.policy().why(&self.who, self.room.as_ref(), &self.command);
        let trace = self.of_aliases(ctx, explanation.to_string());
        if ctx.room().is_some() {
            // A room is not to be flooded: the same trace, in one line.
            return Reply::from(trace.lines().map(str::trim).collect::<Vec<_>>().join("; "));
        }
        Reply::from(words::lines(trace.lines()))
    }
}

impl Question {
    /// What is to be said of aliases around a trace: where they lead, and whose authors may not.
    fn of_aliases(&self, ctx: &Context, trace: String) -> String {
        let Some((alias, _)) = self.used.first() else { return trace };
        let policy = ctx.policy().policy();
        let mut lines = vec![format!("{alias} stands for {}", self.command), trace];
        for (alias, author) in &self.used {
            let speaks = author.as_ref().and_then(|author| policy.author_speaks(author));
            let may = |who| ctx.policy().may_run(who, self.room.as_ref(), &self.command);
            match (author, speaks) {
                (Some(_), Some(speaker)) if may(&speaker) => {}
                (Some(author), Some(_)) => {
                    lines.push(format!("but {alias} may not: its author, {author}, may not"));
                }
                _ => lines.push(format!("but {alias} may not: its author is no more")),
            }
        }
        lines.join("\n")
    }
}

fn read_room(ctx: &Context, text: &str) -> Result<RoomId> {
    ctx.policy().read_room(text.trim(), ctx.network()).map_err(Error::user)
}

/// The command that a whole text names, by itself or by an alias; `None`: it names none.
fn find(ctx: &Context, text: &str, room: Option<&RoomId>) -> Result<Option<Named>> {
    if let Some(command) = command(ctx, text)? {
        return Ok(Some(Named { command, used: Vec::new() }));
    }
    Ok(text.parse().ok().and_then(|alias| find_alias(ctx, &alias, room)))
}

/// The command that an alias leads to.
fn find_alias(ctx: &Context, alias: &AliasName, room: Option<&RoomId>) -> Option<Named> {
    let policy = ctx.policy().policy();
    let commands = ctx.policy().commands();
    let (way, command) = commands.way(alias.as_str(), 0, policy.managed(), room)?;
    let used = way.iter().map(|alias| (alias.name.clone(), alias.author.cloned())).collect();
    Some(Named { command: command.id.clone(), used })
}
