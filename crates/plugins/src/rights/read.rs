//! Whom and what somebody means.

use std::fmt::Display;

use nuncio_sdk::Timestamp;
use nuncio_sdk::argument::{Argument, Kind, Value};
use nuncio_sdk::config::Period;
use nuncio_sdk::policy::{
    AccountName, Capability, ChangeError, CommandPattern, Identified, Identity, Person, RoleName,
    Scope,
};
use nuncio_sdk::prelude::*;

/// When something ends: after a while (`300s`, `5m`, `2h`, `1d`, a bare number is seconds), or at a
/// time (`2026-12-01T00:00:00Z`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// So long after it was said.
    After(Duration),
    /// Then.
    At(Timestamp),
}

impl Argument for End {
    const KIND: Kind = Kind::Word;

    fn read(value: Value) -> Result<Self> {
        let word = String::read(value)?;
        if let Ok(period) = word.parse::<Period>() {
            return Ok(Self::After(period.duration()));
        }
        word.parse().map(Self::At).map_err(|_| {
            Error::usage(text![
                "`{word}` is no time: write `300s`, `5m`, `2h`, `1d` or `2026-12-01T00:00:00Z`."
            ])
        })
    }
}

impl End {
    /// The time, of something that begins now; a while ends with a whole second.
    pub(crate) fn from(self, now: Timestamp) -> Result<Timestamp> {
        let time = match self {
            Self::At(time) => return Ok(time),
            Self::After(time) => time,
        };
        let far = |_| Error::usage("That is longer than any calendar goes.");
        let end = now.checked_add(time).map_err(far)?;
        let begun = i64::from(end.subsec_nanosecond() > 0);
        Timestamp::from_second(end.as_second().saturating_add(begun)).map_err(far)
    }
}

/// Whether something is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub(crate) enum Switch {
    /// It is.
    True,
    /// It is not.
    False,
}

impl From<Switch> for bool {
    fn from(switch: Switch) -> Self {
        switch == Switch::True
    }
}

/// What is wrong with an argument, as the person is told.
pub(crate) fn wrong(error: impl Display) -> Error {
    let text = error.to_string();
    let end = if text.ends_with('?') { "" } else { "." };
    Error::usage(text!["{text}{end}"])
}

/// Why a change cannot be made, as the person is told.
pub(crate) fn refused(error: &ChangeError) -> Error {
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    refuse!["{text}."]
}

/// A user or an account: `u:irc:bob`, `a:bob`, or `bob` for the user of the network where it is
/// said. Where somebody is to be ignored, it may be a mask.
pub(crate) fn person(ctx: &Context, text: &str) -> Result<Person> {
    let policy = ctx.policy().policy();
    let networks = policy.networks();
    match networks.parse(text) {
        Ok(Identity::User(user)) => Ok(Person::User(user)),
        Ok(Identity::Account(account)) => Ok(Person::Account(account)),
        Ok(_) => Err(wrong(format_args!("`{text}` is no person"))),
        Err(error) if text.starts_with("u:") || text.starts_with("a:") => Err(wrong(error)),
        Err(_) => {
            let mapping = networks.case_mapping(ctx.network());
            UserId::new(ctx.network(), text, mapping).map(Person::User).map_err(wrong)
        }
    }
}

/// An account: `a:bob`, `bob`, or `u:irc:bob` for the one whose identity that is.
pub(crate) fn account(ctx: &Context, text: &str) -> Result<AccountName> {
    if !text.starts_with("u:") {
        return text.parse().map_err(wrong);
    }
    let policy = ctx.policy().policy();
    let user = policy.networks().parse_user(text).map_err(wrong)?;
    match policy.identify(&Speaker::verified(user)) {
        Identified::Account { name, .. } => Ok(name.clone()),
        Identified::Nobody => Err(refuse!["`{text}` is no account's identity."]),
        Identified::Several(_) => Err(refuse!["`{text}` may be several accounts; name the one."]),
    }
}

/// The account that is named, or else the speaker's own.
pub(crate) fn named_or_own(ctx: &Context, text: Option<&str>) -> Result<AccountName> {
    if let Some(text) = text {
        return account(ctx, text);
    }
    match ctx.policy().policy().identify(ctx.speaker()) {
        Identified::Account { name, .. } => Ok(name.clone()),
        Identified::Nobody => {
            Err(refuse!["You have no account; `user register NAME` makes you one."])
        }
        Identified::Several(_) => Err(refuse!["You may be several accounts; name the one."]),
    }
}

/// The name of a role.
pub(crate) fn role(text: &str) -> Result<RoleName> {
    text.parse().map_err(wrong)
}

/// A capability; `#tea,op` is held in the room of the network where it is said.
pub(crate) fn capability(ctx: &Context, text: &str) -> Result<Capability> {
    let policy = ctx.policy().policy();
    Capability::parse_said(text, policy.networks(), ctx.network()).map_err(wrong)
}

/// A capability that is held in a room.
pub(crate) fn room_capability(ctx: &Context, room: RoomId, text: &str) -> Result<Capability> {
    let said = capability(ctx, text)?;
    if said.room().is_some() {
        return Err(wrong(format_args!(
            "`{text}` names a room, which is to stand before it alone"
        )));
    }
    Capability::new(Some(room), said.name(), !said.is_anticapability()).map_err(wrong)
}

/// The room that is named, or else the one in which it is said.
pub(crate) fn room(ctx: &Context, named: Option<RoomId>) -> Result<RoomId> {
    let room = named.or_else(|| ctx.room().cloned());
    room.ok_or_else(|| Error::usage("Which room? Name it, or say it there."))
}

/// The room behind `in`, or else the one in which it is said.
pub(crate) fn in_room(ctx: &Context, rest: Option<&Text>) -> Result<Option<RoomId>> {
    let Some(rest) = rest else { return Ok(ctx.room().cloned()) };
    let said = rest.as_str().trim();
    let Some(room) = said.strip_prefix("in ") else {
        return Err(wrong(format_args!("`{said}` is more than I understand; write `in ROOM`")));
    };
    ctx.policy().read_room(room.trim(), ctx.network()).map(Some).map_err(Error::usage)
}

/// The command that a whole text names, whoever may run it; `None`: it names none.
///
/// # Errors
/// When several have the name; which, and how each is typed.
pub(crate) fn command(ctx: &Context, text: &str) -> Result<Option<CommandId>> {
    match ctx.policy().commands().resolve(text, 0, |_| true) {
        Ok(found) if found.name.end == text.len() => Ok(Some(found.command.id.clone())),
        Err(error) if error.is_ambiguous() && error.span().end == text.len() => Err(wrong(error)),
        _ => Ok(None),
    }
}

/// Commands as `disable` and rules name them: `dice`, `games.dice`, `games.*`, `*`.
pub(crate) fn pattern(text: &str) -> Result<CommandPattern> {
    dotted(text).parse().map_err(wrong)
}

/// What is granted: a plugin, or a command; an alias, or the path alone, names the command too.
pub(crate) fn scope(ctx: &Context, text: &str) -> Result<Scope> {
    let scope: Scope = dotted(text).parse().map_err(wrong)?;
    let commands = ctx.policy().commands();
    let plugin = scope.as_str().split('.').next().unwrap_or_default();
    if commands.iter().any(|command| command.id.plugin() == plugin) {
        return Ok(scope);
    }
    match command(ctx, scope.as_str())? {
        Some(id) => id.as_str().parse().map_err(wrong),
        None => Ok(scope),
    }
}

/// What was granted: as [`scope`], and under the name that it had then, whatever has it now.
pub(crate) fn granted(ctx: &Context, text: &str) -> Result<Scope> {
    scope(ctx, text).or_else(|_| dotted(text).parse().map_err(wrong))
}

/// A command as policy writes it, of one that was typed in quotes: `rooms.list`.
fn dotted(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(".")
}
