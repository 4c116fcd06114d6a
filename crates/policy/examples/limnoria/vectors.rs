//! Vectors and what became of them.

mod checks;
mod converters;
mod identities;
mod names;
mod row;
mod sets;
mod settings;
mod state;
mod words;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

pub(crate) use row::{Outcome, Row};

/// What became of the rows so far.
#[derive(Default)]
pub(crate) struct Tally {
    failures: Vec<String>,
    kinds: BTreeMap<String, Counts>,
}

/// What became of the rows of one kind.
#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
    /// By the bug of Limnoria's for which our answer differs.
    apart: BTreeMap<String, usize>,
}

impl Tally {
    /// Runs the rows of a file: lines of JSON, or an object with `cases`.
    pub(crate) fn run(&mut self, text: &str) {
        if let Ok(Value::Object(mut file)) = serde_json::from_str(text)
            && let Some(Value::Array(cases)) = file.remove("cases")
        {
            return cases.into_iter().for_each(|case| self.row(case));
        }
        for (line, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            match serde_json::from_str(text) {
                Ok(row) => self.row(row),
                Err(error) => self.fail("unreadable", format!("line-{} a row {error}", line + 1)),
            }
        }
    }

    fn row(&mut self, row: Value) {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or("?").to_owned();
        let (id, kind) = (text("id"), text("kind"));
        let expected = row.get("expected").cloned().unwrap_or_default();
        let outcome = Row::run(row);
        let counts = self.kinds.entry(kind.clone()).or_default();
        match outcome {
            Outcome::Passed => counts.passed += 1,
            Outcome::Skipped => counts.skipped += 1,
            Outcome::Apart(bug) => *counts.apart.entry(bug).or_default() += 1,
            Outcome::Failed(got) => self.fail(&kind, format!("{id} {expected} {got}")),
        }
    }

    fn fail(&mut self, kind: &str, failure: String) {
        self.failures.push(failure);
        self.kinds.entry(kind.into()).or_default().failed += 1;
    }

    /// Whether no row failed.
    pub(crate) fn has_passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(formatter, "{failure}")?;
        }
        for (kind, counts) in &self.kinds {
            write!(formatter, "{kind}: {counts}")?;
            for (bug, count) in &counts.apart {
                write!(formatter, ", {count} apart under {bug}")?;
            }
            writeln!(formatter)?;
        }
        let sum = |of: fn(&Counts) -> usize| self.kinds.values().map(of).sum();
        let (passed, failed) = (sum(|counts| counts.passed), sum(|counts| counts.failed));
        let skipped = sum(|counts| counts.skipped);
        writeln!(formatter, "{}", Counts { passed, failed, skipped, apart: BTreeMap::new() })
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped, .. } = self;
        write!(formatter, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}
