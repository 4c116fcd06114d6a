//! The `[policy]` table, typed, and what is wrong with it at its place in the files.

use nuncio_policy::{Declared, Diagnostic, Policy, Registry, Severity};

use crate::config::Config;
use crate::path::KeyPath;
use crate::problem::{Problem, Problems};

/// What a name means that nothing has: an unknown network, plugin or command in the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownNames {
    /// A warning: the bot starts, for what has that name may come.
    Warn,
    /// An error, as `nuncio check` has it.
    Fail,
}

impl Config {
    /// The `[policy]` table.
    ///
    /// # Errors
    ///
    /// What does not fit its type, at its place.
    pub fn policy(&self) -> Result<Declared, Problem> {
        self.merged.section(KeyPath::names(["policy"])).parse()
    }

    /// Compiles the policy for the commands there are, and returns it with its warnings.
    ///
    /// # Errors
    ///
    /// All that is wrong with it, each at its place in the files.
    pub fn compile_policy(
        &self,
        registry: &Registry,
        generation: u64,
        unknown: UnknownNames,
    ) -> Result<(Policy, Problems), Problems> {
        let declared = self.policy()?;
        let problems = |said: Vec<Diagnostic>| -> Problems {
            said.iter().map(|said| self.policy_problem(said, unknown)).collect::<Vec<_>>().into()
        };
        let compiled = Policy::compile(declared, self.identities(), registry, generation);
        let (policy, warnings) = compiled.map_err(problems)?;
        let warnings = problems(warnings);
        if warnings.any_error() { Err(warnings) } else { Ok((policy, warnings)) }
    }

    /// What the policy's compiler said, at its place.
    pub fn policy_problem(&self, said: &Diagnostic, unknown: UnknownNames) -> Problem {
        let path = KeyPath::from(&said.location.path);
        let place = match said.location.span.clone() {
            Some(part) => self.merged.place_within(&path, part),
            None => self.merged.key_place(&path),
        };
        let fails = match said.severity {
            Severity::Error => true,
            Severity::Unknown => unknown == UnknownNames::Fail,
            Severity::Warning => false,
        };
        let make = if fails { Problem::error } else { Problem::warning };
        let problem = make(said.message.clone(), place);
        match &said.help {
            Some(help) => problem.with_help(help.clone()),
            None => problem,
        }
    }
}
