//! `nuncio policy …`: reading and printing around the pure answers of the policy crate.

mod diff;
mod show;
mod source;

use std::io::BufRead;
use std::path::Path;

use jiff::Timestamp;
use nuncio_core::catalogue::Catalogue;
use nuncio_core::command::ResolveError;
use nuncio_policy::cli::{Expectations, Query, eval_line, lint, who_can};
use nuncio_policy::{CommandId, Policy, decide};

use crate::cli::{PolicyCommand, PolicyFile};
use crate::exit::Exit;
use crate::say::{self, Failed};

use self::source::Source;

/// Runs a subcommand of `nuncio policy`.
pub(crate) async fn run(command: &PolicyCommand) -> Result<Exit, Failed> {
    let now = Timestamp::now();
    match command {
        PolicyCommand::Eval(file) => eval(&Source::read(file).await?.policy, now),
        PolicyCommand::Explain { user, command, room, at, file } => {
            let known = Known::read(file).await?;
            let query = known.query(command, room.as_deref(), at.as_deref())?;
            explain(&known.policy, &Query { user: user.into(), ..query }, now)
        }
        PolicyCommand::WhoCan { command, room, file } => {
            let known = Known::read(file).await?;
            let query = known.query(command, room.as_deref(), None)?;
            let request = query.request(&known.policy, now).map_err(wrong)?;
            say::line(who_can(&known.policy, &request));
            Ok(Exit::Fine)
        }
        PolicyCommand::Test { expectations, file } => {
            test(&Source::read(file).await?.policy, expectations, now)
        }
        PolicyCommand::Lint(file) => {
            let source = Source::read(file).await?;
            let found = lint(&source.policy);
            for diagnostic in &found {
                source.complain(diagnostic);
            }
            Ok(if found.is_empty() { Exit::Fine } else { Exit::No })
        }
        PolicyCommand::Show { origin, file } => {
            show::show(&Source::read(file).await?, *origin).await?;
            Ok(Exit::Fine)
        }
        PolicyCommand::Diff { old, new, audit: _, bot } => diff::diff(old, new, bot).await,
    }
}

/// Decides on each line of standard input.
fn eval(policy: &Policy, now: Timestamp) -> Result<Exit, Failed> {
    let mut exit = Exit::Fine;
    for line in std::io::stdin().lock().split(b'\n') {
        let unread = |error| Failed::saying(Exit::Broken, format_args!("standard input: {error}"));
        let line = line.map_err(unread)?;
        let line = String::from_utf8_lossy(&line);
        if line.trim().is_empty() {
            continue;
        }
        match eval_line(policy, &line, now) {
            Ok(answer) => say::line(answer),
            Err(error) => {
                say::line(error);
                exit = Exit::No;
            }
        }
    }
    Ok(exit)
}

fn explain(policy: &Policy, query: &Query, now: Timestamp) -> Result<Exit, Failed> {
    match decide(policy, query.request(policy, now).map_err(wrong)?) {
        Ok(permit) => say::line(permit.explanation()),
        Err(refusal) => say::line(refusal.explanation()),
    }
    Ok(Exit::Fine)
}

fn test(policy: &Policy, file: &Path, now: Timestamp) -> Result<Exit, Failed> {
    let shown = file.display();
    let failed = |why: &dyn std::fmt::Display| {
        Failed::saying(Exit::Config, format_args!("`{shown}`: {why}"))
    };
    let text = std::fs::read_to_string(file).map_err(|error| failed(&error))?;
    let expectations: Expectations = toml::from_str(&text).map_err(|error| failed(&error))?;
    let wrong = expectations.check(policy, now);
    for mismatch in &wrong {
        say::line(mismatch);
    }
    let passed = expectations.expect.len().saturating_sub(wrong.len());
    say::line(format_args!("{passed} passed, {} failed", wrong.len()));
    Ok(if wrong.is_empty() { Exit::Fine } else { Exit::No })
}

/// A policy together with the commands that there are.
struct Known {
    policy: Policy,
    catalogue: Catalogue,
}

impl Known {
    async fn read(file: &PolicyFile) -> Result<Self, Failed> {
        let (Source { policy, .. }, catalogue) = Source::read_known(file).await?;
        Ok(Self { policy, catalogue })
    }

    /// A question of the console's about a command, at the level that the command declares.
    fn query(&self, command: &str, room: Option<&str>, at: Option<&str>) -> Result<Query, Failed> {
        let id = match self.spoken(command) {
            Ok(id) => id,
            Err(error) => command.parse().map_err(|_| wrong(error))?,
        };
        let level = self.catalogue.level(&id);
        if level.is_none() {
            say::complain(format_args!(
                "nuncio: there is no command `{id}`; asking at level `sudo`"
            ));
        }
        let at = at.map(|at| serde_json::from_value(at.into())).transpose();
        let at = at.map_err(|_| wrong("`--at` takes a time such as 2026-12-01T00:00:00Z"))?;
        Ok(Query {
            user: "u:console:local".into(),
            plugin: id.plugin().into(),
            command: id.path().into(),
            verified: None,
            room: room.map(Into::into),
            target: None,
            level: level.map(|level| level.to_string()),
            requires: None,
            at,
            power: None,
            seen: None,
        })
    }

    /// A command as people type it, `ping` or `capability add`, or in full.
    fn spoken(&self, command: &str) -> Result<CommandId, ResolveError> {
        self.catalogue.commands.resolve(command, 0, |_| true).map(|found| found.command.id.clone())
    }
}

fn wrong(error: impl std::fmt::Display) -> Failed {
    Failed::saying(Exit::Usage, error)
}
