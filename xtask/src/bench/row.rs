//! One line of the table.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// What was measured, how much it is, and how that compares.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) work: String,
    pub(super) result: String,
    pub(super) ratio: String,
    pub(super) aim: String,
}

impl Row {
    /// Reads `{"work":"…","result":"…","ratio":"…","aim":"…"}`; the last two may be missing.
    fn parse(line: &str) -> Result<Self> {
        let row: Value = serde_json::from_str(line)?;
        let text = |name| row.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            work: text("work").context("a row names its `work`")?,
            result: text("result").context("a row has a `result`")?,
            ratio: text("ratio").unwrap_or_default(),
            aim: text("aim").unwrap_or_default(),
        })
    }
}

/// The rows that a measure prints, each a line.
pub(super) fn rows(printed: &str) -> Result<Vec<Row>> {
    printed.lines().map(|line| Row::parse(line).with_context(|| format!("`{line}`"))).collect()
}

/// The rows as a table in Markdown.
pub(super) fn table(rows: &[Row]) -> String {
    let mut table = String::from("| work | result | ratio | aim |\n|---|---|---|---|\n");
    for Row { work, result, ratio, aim } in rows {
        writeln!(table, "| {work} | {result} | {ratio} | {aim} |").ok();
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_and_shown() -> Result<()> {
        let row = Row::parse(r#"{"work":"one","result":"5 ns","ratio":"2×"}"#)?;
        assert_eq!(
            table(&[row]),
            "| work | result | ratio | aim |\n|---|---|---|---|\n| one | 5 ns | 2× |  |\n"
        );
        assert!(Row::parse(r#"{"work":"one"}"#).is_err());
        Ok(())
    }
}
