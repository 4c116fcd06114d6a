//! Words of one's own for commands.

use nuncio_sdk::policy::{AliasName, AliasView, Change, ManagedKey, Origin, Template};
use nuncio_sdk::prelude::*;
use nuncio_sdk::services::CommandTree;

use crate::rights::{list as page_of, room as this_room, shown, wrong};

plugin! {
    /// Lets a word of your own stand for a command.
    alias: add, remove, list, show
}

/// Lets a word stand for a command with some of what it takes.
///
/// `$1` to `$9` are words that are said behind it, `@1` to `@9` words behind those that may be left
/// out, `$*` is all the rest; `$$` is a dollar sign. Whoever says it runs the command only where he
/// may, and only as long as you may.
///
/// ```chat
/// > alias add hi alias show $1
/// `hi` stands for `alias show $1`. To undo it: alias remove hi.
/// > hi hi
/// hi <1> stands for alias show $1, by u:memory:owner (…).
/// > hi
/// That takes more words. Usage: `hi <1>`.
/// > alias add show alias list
/// `show` is a word of the command `show`; choose another name.
/// > alias add ho dance
/// There is no command dance.
/// ```
#[command(level = "everyone")]
fn add(
    ctx: &Context,
    /// The room in which it is to stand for that; everywhere, if none is named.
    place: Option<RoomId>,
    /// The word.
    name: &str,
    /// Only in the room in which this is said.
    room: bool,
    /// A command with what it takes.
    line: &Text,
) -> Result {
    let name: AliasName = name.parse().map_err(wrong)?;
    let place = place_of(ctx, place, room)?;
    let line = line.as_str().trim();
    Template::parse(line).map_err(wrong)?;
    let policy = ctx.policy().policy();
    let (commands, managed) = (ctx.policy().commands(), policy.managed());
    let Some(target) = commands.target(line, 0, managed, place.as_ref()) else {
        return Err(no_target(&commands, line));
    };
    if target.signature.has_secrets() {
        return Err(refuse![
            "`{path}` takes a secret, and no alias keeps one.",
            path = target.spoken()
        ]);
    }
    let Some(author) = policy.author(ctx.speaker()) else {
        return Err(refuse!["Nothing vouches for who you are; identify first."]);
    };
    let line = line.to_owned();
    Ok(Reply::none().change(Change::AddAlias { name, room: place, line, author: Box::new(author) }))
}

/// Lets a word stand for nothing any more. It is for whoever added it, for admins, and in a room for
/// its operators.
///
/// ```chat
/// > alias remove hi
/// There is nothing to remove: `hi` is no alias.
/// ```
#[command(level = "everyone")]
fn remove(
    ctx: &Context,
    /// The room in which it stands for something; everywhere, if none is named.
    place: Option<RoomId>,
    name: &str,
    /// Only in the room in which this is said.
    room: bool,
) -> Result {
    let name: AliasName = name.parse().map_err(wrong)?;
    let mut place = place_of(ctx, place, room)?;
    if place.is_none() {
        // What it stands for here is what is meant here.
        let policy = ctx.policy().policy();
        place = policy.managed().alias(&name, ctx.room()).and_then(|alias| alias.room.cloned());
    }
    Ok(Reply::none().change(Change::RemoveAlias { name, room: place }))
}

/// Lists the aliases that lead to what you may run: those of everywhere, and those of this room.
///
/// ```chat
/// > alias list
/// There are no aliases that you may use here.
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
fn list(ctx: &Context, #[range(1..)] page: Option<usize>) -> Reply {
    let policy = ctx.policy().policy();
    let (commands, managed) = (ctx.policy().commands(), policy.managed());
    let here = managed.aliases().filter(|it| it.room.is_none() || it.room == ctx.room());
    let mine = here.filter(|alias| {
        let target = commands.target(alias.line, 0, managed, ctx.room());
        target.is_some_and(|command| ctx.policy().may_run(ctx.speaker(), ctx.room(), &command.id))
    });
    page_of(
        ctx,
        mine.map(|alias| told(&alias)),
        page,
        "There are no aliases that you may use here.",
    )
}

/// Shows what a word stands for, and who said so.
///
/// ```chat
/// > alias show hi
/// hi is no alias.
/// ```
#[command(level = "everyone", repeat = "safe", late = "skip")]
fn show(ctx: &Context, name: &str) -> Result {
    let name: AliasName = name.parse().map_err(wrong)?;
    let policy = ctx.policy().policy();
    let Some(alias) = policy.managed().alias(&name, ctx.room()) else {
        return Err(refuse!["`{name}` is no alias."]);
    };
    let key = ManagedKey::alias(&name, alias.room);
    let audit = policy.managed().get(&key).map(|(_, audit)| audit).unwrap_or_default();
    let origin = shown(ctx, &policy, &Origin::Managed { key, audit });
    Ok(Reply::text(format!("{} ({origin}).", told(&alias))))
}

/// Why a line leads to no command: several have its name, or none.
fn no_target(commands: &CommandTree, line: &str) -> Error {
    match commands.resolve(line, 0, |_| true) {
        Err(error) if error.is_ambiguous() => wrong(error),
        _ => {
            let word = line.split_whitespace().next().unwrap_or_default();
            refuse!["There is no command `{word}`."]
        }
    }
}

/// The room that is meant, if one is.
fn place_of(ctx: &Context, named: Option<RoomId>, here: bool) -> Result<Option<RoomId>> {
    if named.is_none() && !here { Ok(None) } else { this_room(ctx, named).map(Some) }
}

/// What an alias stands for, where, and who wrote it.
fn told(alias: &AliasView<'_>) -> String {
    let AliasView { name, room, line, author } = alias;
    let usage = Template::parse(line).map(|line| line.usage()).unwrap_or_default();
    let blank = if usage.is_empty() { "" } else { " " };
    let place = room.map(|room| format!(" in {room}")).unwrap_or_default();
    let author = author.map_or_else(|| "somebody who is no more".to_owned(), ToString::to_string);
    format!("{name}{blank}{usage} stands for {line}{place}, by {author}")
}
