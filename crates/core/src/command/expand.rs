//! From the name of an alias to the command that it leads to.

use std::sync::Arc;

use nuncio_policy::{AliasName, AliasView, Author, Managed, RoomId};
use serde::{Deserialize, Serialize};

use super::line::Filled;
use super::suggest::distance;
use super::template::Misfit;
use super::{Command, CommandTree, Line, ResolveError, Resolved, Template, Words};

/// How many aliases one message may lead through.
const MAX_EXPANSIONS: usize = 16;
/// How long the lines may be together that one message is made into, in bytes.
const MAX_BYTES: usize = 4096;

/// An alias that was used, and whose permit it needs for that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// Its name.
    pub name: AliasName,
    /// Who wrote it; none whose account is no more.
    pub author: Option<Author>,
}

/// A command that was found in a line, and the line that it was found in.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// The command; its arguments stand behind its name in [`Expanded::line`].
    pub resolved: Resolved,
    /// The aliases that led to it, the one that was typed first; none, if a command was typed.
    pub used: Vec<Used>,
    filled: Option<Filled>,
}

/// Why a line means no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AliasError {
    /// Nothing has this name.
    #[error(transparent)]
    NotFound(ResolveError),
    /// An alias leads to no command.
    #[error("the alias `{alias}` leads nowhere: {error}")]
    LeadsNowhere {
        /// The last alias.
        alias: AliasName,
        /// Why there is no command.
        error: ResolveError,
    },
    /// What was said does not fit what an alias takes.
    #[error("{why}. Usage: `{usage}`")]
    Usage {
        /// What is wrong.
        why: String,
        /// How it is said.
        usage: String,
    },
    /// It goes on and on, or in a circle.
    #[error(
        "the alias `{alias}` leads too far: through more than 16 others, or to more than 4 KiB of text"
    )]
    TooFar {
        /// The alias that was typed.
        alias: AliasName,
    },
}

impl Expanded {
    /// The line in which the command stands, of what was typed.
    pub fn line<'a>(&'a self, typed: &'a str) -> Line<'a> {
        self.filled.as_ref().map_or_else(|| typed.into(), Filled::line)
    }
}

impl CommandTree {
    /// Finds the command that begins at a byte of a line, by its own name or through aliases.
    ///
    /// A command goes before an alias of its name. No input makes it run on: it ends after so many
    /// aliases and so much text.
    ///
    /// # Errors
    ///
    /// When nothing has the name, or an alias leads to nothing; as [`CommandTree::resolve`].
    pub fn expand(
        &self,
        typed: &str,
        at: usize,
        aliases: &Managed,
        room: Option<&RoomId>,
        may_run: impl Fn(&Command) -> bool,
    ) -> Result<Expanded, AliasError> {
        let (mut filled, mut used): (Option<Filled>, Vec<Used>) = (None, Vec::new());
        let (mut at, mut left) = (at, MAX_BYTES);
        loop {
            let line = filled.as_ref().map_or_else(|| typed.into(), Filled::line);
            let error = match self.resolve(line.text(), at, &may_run) {
                Ok(resolved) => return Ok(Expanded { resolved, used, filled }),
                Err(error) => error,
            };
            // A name that goes on, or means several, is that of commands.
            let unknown = matches!(error, ResolveError::Unknown { .. });
            let alias = alias_at(line, at, aliases, room).filter(|_| unknown);
            let Some((alias, behind)) = alias else {
                return Err(match used.pop() {
                    Some(Used { name: alias, .. }) => AliasError::LeadsNowhere { alias, error },
                    None => AliasError::NotFound(error.or_alias(self, aliases, room, &may_run)),
                });
            };
            let first = used.first().map_or(alias.name, |first| &first.name).clone();
            if used.len() >= MAX_EXPANSIONS {
                return Err(AliasError::TooFar { alias: first });
            }
            let next = match Template::parse(alias.line) {
                Ok(template) => {
                    template.fill(line, behind, left).map_err(|misfit| match misfit {
                        Misfit::Long => AliasError::TooFar { alias: first },
                        misfit => wrong(misfit, alias.name, &template),
                    })?
                }
                // It was read when it was added; who knows by what version.
                Err(why) => {
                    return Err(AliasError::Usage { why: why.to_string(), usage: String::new() });
                }
            };
            used.push(Used { name: alias.name.clone(), author: alias.author.cloned() });
            (left, at, filled) = (left.saturating_sub(next.len()), 0, Some(next));
        }
    }

    /// The command that a line leads to from a byte on, whatever is said behind it; none where it
    /// leads nowhere.
    pub fn target(
        &self,
        line: &str,
        at: usize,
        aliases: &Managed,
        room: Option<&RoomId>,
    ) -> Option<Arc<Command>> {
        self.way(line, at, aliases, room).map(|(_, command)| command)
    }

    /// The same, with the aliases that lead to it, the one in the line first.
    pub fn way<'a>(
        &self,
        line: &str,
        at: usize,
        aliases: &'a Managed,
        room: Option<&RoomId>,
    ) -> Option<(Vec<AliasView<'a>>, Arc<Command>)> {
        let mut way: Vec<AliasView<'a>> = Vec::new();
        while way.len() <= MAX_EXPANSIONS {
            let (line, at) = way.last().map_or((line, at), |alias| (alias.line, 0));
            if let Ok(resolved) = self.resolve(line, at, |_| true) {
                return Some((way, resolved.command));
            }
            way.push(alias_at(line.into(), at, aliases, room)?.0);
        }
        None
    }
}

/// The alias whose name stands at a byte of a line, and where what is said behind it begins.
fn alias_at<'a>(
    line: Line<'_>,
    at: usize,
    aliases: &'a Managed,
    room: Option<&RoomId>,
) -> Option<(AliasView<'a>, usize)> {
    let mut words = Words::new(line, at);
    let word = words.next_word().ok()??;
    let name = (!word.quoted && !word.inserted).then(|| word.text.parse().ok())??;
    Some((aliases.alias(&name, room)?, word.span.end))
}

fn wrong(misfit: Misfit, name: &AliasName, template: &Template) -> AliasError {
    let usage = template.usage();
    let blank = if usage.is_empty() { "" } else { " " };
    AliasError::Usage { why: misfit.to_string(), usage: format!("{name}{blank}{usage}") }
}

impl ResolveError {
    /// The same, which offers aliases too that lead to what the asker may see.
    fn or_alias(
        mut self,
        commands: &CommandTree,
        aliases: &Managed,
        room: Option<&RoomId>,
        may_run: impl Fn(&Command) -> bool,
    ) -> Self {
        let Self::Unknown { typed, meant, .. } = &mut self else { return self };
        let here = aliases.aliases().filter(|alias| alias.room.is_none() || alias.room == room);
        let close = here.filter(|alias| distance(typed, alias.name.as_str()).is_some());
        let seen = close.filter(|alias| {
            let target = commands.target(alias.line, 0, aliases, room);
            target.is_some_and(|command| !command.hidden && may_run(&command))
        });
        meant.extend(seen.take(1).map(|alias| alias.name.to_string()));
        self
    }
}
