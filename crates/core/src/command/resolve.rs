//! Which command a line means.

use std::fmt;
use std::sync::Arc;

use nuncio_policy::{CommandId, MAX_COMMAND_BYTES};

use super::suggest::distance;
use super::{Command, CommandTree, Span, folded};

/// How many commands an answer offers.
const MAX_OFFERED: usize = 3;

/// A command that was found in a line.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The command.
    pub command: Arc<Command>,
    /// Where its name stands; its arguments begin behind.
    pub name: Span,
}

/// Why a line means no command. What it offers is what the asker may see.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Nothing has this name.
    Unknown {
        /// Where the name stands.
        name: Span,
        /// The name.
        typed: String,
        /// What was probably meant, as it is typed.
        meant: Vec<String>,
    },
    /// The name goes on: it is the beginning of several.
    Incomplete {
        /// Where the name stands.
        name: Span,
        /// The name.
        typed: String,
        /// How it may go on, as it is typed.
        below: Vec<String>,
    },
    /// Several plugins have a command of this name.
    Ambiguous {
        /// Where the name stands.
        name: Span,
        /// The name.
        typed: String,
        /// The commands, as they are typed.
        all: Vec<String>,
    },
}

impl ResolveError {
    /// Whether several commands have the name.
    pub const fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Ambiguous { .. })
    }

    /// Where the name stands.
    pub const fn span(&self) -> Span {
        match self {
            Self::Unknown { name, .. }
            | Self::Incomplete { name, .. }
            | Self::Ambiguous { name, .. } => *name,
        }
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { typed, meant, .. } if meant.is_empty() => {
                write!(f, "there is no command `{typed}`")
            }
            Self::Unknown { typed, meant, .. } => {
                write!(f, "there is no command `{typed}`; did you mean {}?", quoted(meant))
            }
            Self::Incomplete { typed, below, .. } => {
                write!(f, "`{typed}` goes on: {}", quoted(below))
            }
            Self::Ambiguous { typed, all, .. } => {
                write!(f, "`{typed}` may be several commands: {}?", quoted(all))
            }
        }
    }
}

/// Names as a choice: `a`, `b` or `c`.
fn quoted(names: &[String]) -> String {
    let quoted = |names: &[String]| {
        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    match names.split_last() {
        Some((last, all @ [_, ..])) => format!("{} or `{last}`", quoted(all)),
        _ => quoted(names),
    }
}

impl CommandTree {
    /// Finds the command that begins at a byte of a line.
    ///
    /// Its name is the longest run of words that names one: its path (`capability add`), the path
    /// with its plugin (`admin capability add`), or the end of a path that no other has (`add`),
    /// with blanks or dots between, in any case. Where several commands have the name equally
    /// well, the only one that the asker may see is meant.
    ///
    /// # Errors
    ///
    /// When no command has the name, or several. Only commands for which `may_run` holds, and
    /// that are not hidden, are named then: nobody learns of others by guessing.
    pub fn resolve(
        &self,
        line: &str,
        at: usize,
        may_run: impl Fn(&Command) -> bool,
    ) -> Result<Resolved, ResolveError> {
        let names = self.names_at(line, at);
        let may_see = |command: &Command| !command.hidden && may_run(command);
        for (name, dotted) in names.iter().rev() {
            match self.meant(dotted) {
                Ok(command) => return Ok(Resolved { command: Arc::clone(command), name: *name }),
                Err(all) => {
                    let seen: Vec<_> = all.into_iter().filter(|command| may_see(command)).collect();
                    if let [one] = seen.as_slice() {
                        return Ok(Resolved { command: Arc::clone(one), name: *name });
                    }
                    if !seen.is_empty() {
                        let all = seen.iter().map(|command| self.spoken(&command.id)).collect();
                        let typed = name.of(line).into();
                        return Err(ResolveError::Ambiguous { name: *name, typed, all });
                    }
                }
            }
        }
        Err(self.explain(line, &names, may_see))
    }

    /// The names that may stand at a byte of a line: of one word, of two, …
    fn names_at(&self, line: &str, at: usize) -> Vec<(Span, String)> {
        let mut names: Vec<(Span, String)> = Vec::new();
        let mut dotted = String::new();
        let mut end = at;
        let mut start = None;
        for _ in 0..self.longest.max(1) {
            let rest = line.get(end..).unwrap_or_default();
            let trimmed = rest.trim_start();
            let word = trimmed.split(char::is_whitespace).next().unwrap_or_default();
            if word.is_empty() || dotted.len() + word.len() > MAX_COMMAND_BYTES {
                break;
            }
            let begin = line.len() - trimmed.len();
            end = begin + word.len();
            if !dotted.is_empty() {
                dotted.push('.');
            }
            dotted.push_str(&folded(word));
            names.push((Span { start: *start.get_or_insert(begin), end }, dotted.clone()));
        }
        names
    }

    /// Says why no command was found.
    fn explain(
        &self,
        line: &str,
        names: &[(Span, String)],
        may_see: impl Fn(&Command) -> bool,
    ) -> ResolveError {
        let seen: Vec<_> = self.iter().filter(|command| may_see(command)).collect();
        for (name, dotted) in names.iter().rev() {
            let group = format!("{dotted}.");
            let below = |command: &&&Arc<Command>| {
                command.id.as_str().starts_with(&group) || command.id.path().starts_with(&group)
            };
            let below: Vec<_> =
                seen.iter().filter(below).map(|command| self.spoken(&command.id)).collect();
            if !below.is_empty() {
                return ResolveError::Incomplete {
                    name: *name,
                    typed: name.of(line).into(),
                    below,
                };
            }
        }
        let whole = line.trim_end().len();
        let name = names.first().map_or(Span { start: whole, end: whole }, |(name, _)| *name);
        let meant = self.close_to(names, &seen);
        ResolveError::Unknown { name, typed: name.of(line).into(), meant }
    }

    /// The commands whose names are nearest to what was typed, the nearest first.
    fn close_to(&self, names: &[(Span, String)], seen: &[&Arc<Command>]) -> Vec<String> {
        let mut close: Vec<(usize, String)> = Vec::new();
        for command in seen {
            let aliases = command.aliases.iter().map(CommandId::path);
            let known = [command.id.as_str(), command.id.path()].into_iter().chain(aliases);
            let nearest = known.filter_map(|known| {
                let words = known.split('.').count();
                let typed = words.checked_sub(1).and_then(|last| names.get(last));
                typed.and_then(|(_, typed)| distance(typed, known))
            });
            close.extend(nearest.min().map(|nearest| (nearest, self.spoken(&command.id))));
        }
        close.sort();
        close.into_iter().map(|(_, name)| name).take(MAX_OFFERED).collect()
    }
}
