//! One decision of the policy crate, from the table that its example prints, and the rows after it.

use anyhow::{Context as _, Result};

use super::row::{self, Row};

/// A line of that table.
struct Line {
    rules: u64,
    accounts: u64,
    rooms: u64,
    median_ns: u64,
    p99_ns: u64,
}

/// The rows of the table: each population, and the largest beside the one that is 100× smaller.
pub(super) fn rows(printed: &str) -> Result<Vec<Row>> {
    let (table, rest) = printed.split_at(printed.find('{').unwrap_or(printed.len()));
    let lines: Vec<Line> = table.lines().skip(1).map(parse).collect::<Result<_>>()?;
    let smaller = |than: &Line| {
        let is_it =
            |line: &&Line| line.rules * 100 == than.rules && line.accounts * 100 == than.accounts;
        lines.iter().find(is_it).map(|line| line.median_ns)
    };
    let mut rows: Vec<Row> = lines.iter().map(|line| row(line, smaller(line))).collect();
    rows.extend(row::rows(rest)?);
    Ok(rows)
}

fn parse(line: &str) -> Result<Line> {
    let mut fields = line.split_whitespace().map(str::parse);
    let mut next = || fields.next().and_then(Result::ok).with_context(|| format!("`{line}`"));
    Ok(Line {
        rules: next()?,
        accounts: next()?,
        rooms: next()?,
        median_ns: next()?,
        p99_ns: next()?,
    })
}

#[expect(clippy::cast_precision_loss, reason = "nobody waits 2^52 nanoseconds")]
fn row(line: &Line, smaller: Option<u64>) -> Row {
    let Line { rules, accounts, rooms, median_ns, p99_ns } = line;
    let (ratio, aim) = match smaller {
        Some(ns @ 1..) => (
            format!("{:.2}× of 100× fewer", *median_ns as f64 / ns as f64),
            "at most 250 ns, at most 2×",
        ),
        _ => (String::new(), ""),
    };
    Row {
        work: format!("one decision: {rules} rules, {accounts} accounts, {rooms} rooms"),
        result: format!("median {median_ns} ns, 99 % within {p99_ns} ns"),
        ratio,
        aim: aim.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_population_is_compared_with_the_one_100_times_smaller() -> Result<()> {
        let printed = concat!(
            "rules accounts rooms median p99\n 100 1000 100 100 150\n",
            "10000 100000 10000 180 300\n{\"work\":\"memory\",\"result\":\"9 bytes\"}\n",
        );
        let found = rows(printed)?;
        let ratios: Vec<&str> = found.iter().map(|row| row.ratio.as_str()).collect();
        assert_eq!(ratios, ["", "1.80× of 100× fewer", ""]);
        assert!(rows("header\none two\n").is_err());
        Ok(())
    }
}
