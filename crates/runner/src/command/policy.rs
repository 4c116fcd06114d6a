//! `nuncio policy …`: reading and printing around the pure answers of the policy crate.

use std::io::BufRead;
use std::path::Path;

use jiff::Timestamp;
use nuncio_config::{Config, Loader, UnknownNames};
use nuncio_core::catalogue::Catalogue;
use nuncio_core::command::ResolveError;
use nuncio_policy::cli::{Expectations, Query, eval_line, expired, lint, who_can};
use nuncio_policy::{CommandId, Policy, decide};

use crate::cli::{Bot, PolicyCommand, PolicyFile};
use crate::exit::Exit;
use crate::load;
use crate::plugins::{self, Plugins};
use crate::say::{self, Failed};

/// Runs a subcommand of `nuncio policy`.
pub(crate) fn run(command: &PolicyCommand) -> Result<Exit, Failed> {
    let now = Timestamp::now();
    match command {
        PolicyCommand::Eval(file) => eval(&read(file)?.0, now),
        PolicyCommand::Explain { user, command, room, at, file } => {
            let known = read_known(file)?;
            let query = known.query(command, room.as_deref(), at.as_deref())?;
            explain(&known.policy, &Query { user: user.into(), ..query }, now)
        }
        PolicyCommand::WhoCan { command, room, file } => {
            let known = read_known(file)?;
            let query = known.query(command, room.as_deref(), None)?;
            let request = query.request(&known.policy, now).map_err(wrong)?;
            say::line(who_can(&known.policy, &request));
            Ok(Exit::Fine)
        }
        PolicyCommand::Test { expectations, file } => test(&read(file)?.0, expectations, now),
        PolicyCommand::Lint(file) => {
            let (policy, config) = read(file)?;
            let found = lint(&policy);
            for diagnostic in &found {
                say::problems(&config.policy_problem(diagnostic, UnknownNames::Warn).into());
            }
            Ok(if found.is_empty() { Exit::Fine } else { Exit::No })
        }
        PolicyCommand::Show { origin, file } => {
            let (_, config) = read(file)?;
            let shown = config.show(nuncio_config::Show { origin: *origin, room: None });
            shown.lines().filter(|line| line.starts_with("policy.")).for_each(say::line);
            Ok(Exit::Fine)
        }
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
            seen: None,
        })
    }

    /// A command as people type it, `ping` or `capability add`, or in full.
    fn spoken(&self, command: &str) -> Result<CommandId, ResolveError> {
        self.catalogue.commands.resolve(command, 0, |_| true).map(|found| found.command.id.clone())
    }
}

/// The policy of a file alone: plugins, commands and levels come with each question.
fn read(file: &PolicyFile) -> Result<(Policy, Config), Failed> {
    let config = config(file, &Plugins::standard())?;
    let registry = plugins::old_names(&config)?;
    let (policy, warnings) = config.compile_policy(&registry, 1, UnknownNames::Warn)?;
    say::problems(&warnings);
    for diagnostic in expired(&policy, Timestamp::now()) {
        say::problems(&config.policy_problem(&diagnostic, UnknownNames::Warn).into());
    }
    Ok((policy, config))
}

/// The policy of a file, for the commands that there are.
fn read_known(file: &PolicyFile) -> Result<Known, Failed> {
    let plugins = Plugins::standard();
    let config = config(file, &plugins)?;
    let catalogue = plugins.catalogue(&config)?;
    let registry = plugins::registry(&catalogue);
    let (policy, warnings) = config.compile_policy(&registry, 1, UnknownNames::Warn)?;
    say::problems(&warnings);
    Ok(Known { policy, catalogue })
}

/// The files, and nothing else: the environment is the running bot's business.
fn config(file: &PolicyFile, plugins: &Plugins) -> Result<Config, Failed> {
    let here = || Path::new("nuncio.toml").exists().then(|| ".".into());
    let bot = Bot { folder: file.config.clone().or_else(here), ..Bot::default() };
    let loader = Loader { environment: Vec::new(), ..load::loader(&bot, plugins, Vec::new()) };
    Ok(loader.load()?)
}

fn wrong(error: impl std::fmt::Display) -> Failed {
    Failed::saying(Exit::Usage, error)
}
