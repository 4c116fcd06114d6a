//! `nuncio policy test FILE`: what the operator expects of the policy, kept beside it.
//!
//! ```toml
//! [[expect]]
//! name = "bob never runs a shell"     # optional
//! ask = { user = "u:irc:bob", plugin = "shell", command = "run", level = "everyone" }
//! decision = "deny"                   # or "allow", or "ignore"
//! layer = "bw_list"                   # optional
//! ```
//!
//! `ask` has the fields of a line of `nuncio policy eval`.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;

use super::{Query, QueryError};
use crate::{Explanation, Layer, Outcome, Policy};

/// A file of expectations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    /// The expectations, in the order of the file.
    pub expect: Vec<Expectation>,
}

/// One `[[expect]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// What to call it when it fails.
    #[serde(default)]
    pub name: Option<String>,
    /// What is asked.
    pub ask: Query,
    /// What must be decided.
    pub decision: Outcome,
    /// Which layer must decide it; any, when it is left out.
    #[serde(default)]
    pub layer: Option<Layer>,
}

/// An expectation that the policy does not meet.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// Its place in the file, counted from 1.
    pub number: usize,
    /// The expectation.
    pub expectation: Expectation,
    /// What was decided instead, or why nothing could be asked.
    pub got: Result<Explanation, QueryError>,
}

impl Expectations {
    /// Asks everything, and gives back what went otherwise than expected.
    pub fn check(&self, policy: &Policy, now: Timestamp) -> Vec<Mismatch> {
        let check = |(index, expectation): (usize, &Expectation)| {
            let request = expectation.ask.request(policy, now);
            let got = request.map(|request| Explanation::of(policy, request));
            let met = got.as_ref().is_ok_and(|got| expectation.is_met(got));
            let mismatch = || Mismatch { number: index + 1, expectation: expectation.clone(), got };
            (!met).then(mismatch)
        };
        self.expect.iter().enumerate().filter_map(check).collect()
    }
}

impl Expectation {
    fn is_met(&self, got: &Explanation) -> bool {
        self.decision == got.outcome && self.layer.is_none_or(|layer| layer == got.layer())
    }
}

/// What was expected of whom, then the explanation of what was decided.
impl fmt::Display for Mismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Expectation { name, ask, decision, layer } = &self.expectation;
        write!(formatter, "expect {}", self.number)?;
        name.iter().try_for_each(|name| write!(formatter, " ({name})"))?;
        write!(formatter, ": {} {}.{}: wanted {decision}", ask.user, ask.plugin, ask.command)?;
        layer.iter().try_for_each(|layer| write!(formatter, " by {layer}"))?;
        match &self.got {
            Ok(explanation) => write!(formatter, ", got {explanation}"),
            Err(error) => write!(formatter, ", but it cannot be asked: {error}"),
        }
    }
}
