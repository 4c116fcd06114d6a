//! Each invariant in ARCHITECTURE.md names the tests that enforce it, each deviation in the guide to
//! policy those that show it, and they are there.

use std::fs;

use anyhow::Result;
use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};

use super::{Workspace, text};

/// The pages that name tests, each with the last column of the table that does.
const PAGES: [(&str, &str); 2] =
    [("ARCHITECTURE.md", "Enforced by"), ("docs/policy.md", "shown by")];

/// The rows without a test, and the tests that are not there.
///
/// The last cell of each row of such a table names one or more tests in backticks, each
/// `crate::path::name`, where `crate` is the crate's folder or package.
///
/// # Errors
/// When a page is missing, or git is.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let sources = text::files(workspace)?;
    let mut problems = Vec::new();
    for (page, column) in PAGES {
        let text = workspace.read(page)?;
        let rows = rows(&text, column);
        if rows.is_empty() {
            problems.push(format!("{page} has no table whose last column is `{column}`"));
        }
        for row in rows {
            if row.tests.is_empty() {
                problems.push(format!("{page}: `{}` names no test", row.text));
            }
            for test in row.tests {
                if !exists(workspace, &sources, test) {
                    problems.push(format!("{page} names the test `{test}`, which is not there"));
                }
            }
        }
    }
    Ok(problems)
}

struct Row<'a> {
    text: &'a str,
    tests: Vec<&'a str>,
}

/// The rows of the tables with such a last column.
fn rows<'a>(page: &'a str, column: &str) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        let Some((text, last)) = cells(line) else {
            inside = false;
            continue;
        };
        if last == column {
            inside = true;
        } else if inside && !last.starts_with("---") {
            let tests = last.split('`').skip(1).step_by(2).collect();
            rows.push(Row { text, tests });
        }
    }
    rows
}

/// A table's row: what stands before its last cell, and that.
fn cells(line: &str) -> Option<(&str, &str)> {
    let (text, last) = line.trim().strip_prefix('|')?.strip_suffix('|')?.rsplit_once('|')?;
    Some((text.trim(), last.trim()))
}

fn exists(workspace: &Workspace, sources: &[Utf8PathBuf], test: &str) -> bool {
    let (Some((package, _)), Some((_, name))) = (test.split_once("::"), test.rsplit_once("::"))
    else {
        return false;
    };
    let Some(folder) = folder(workspace, package) else { return false };
    // A function, perhaps generic; or a test that a macro makes of a row `name: …`.
    let marks = [format!("fn {name}("), format!("fn {name}<"), format!("    {name}: ")];
    sources
        .iter()
        .filter(|path| path.starts_with(folder) && path.extension() == Some("rs"))
        .filter_map(|path| fs::read_to_string(workspace.root().join(path)).ok())
        .any(|source| marks.iter().any(|mark| source.contains(mark)))
}

fn folder<'a>(workspace: &'a Workspace, package: &str) -> Option<&'a Utf8Path> {
    workspace.members().find_map(|(folder, member)| {
        let named = folder.file_name() == Some(package) || member.name.replace('-', "_") == package;
        named.then_some(folder)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_cell_names_the_tests() {
        let text = "\
## Invariants

| # | Invariant | Enforced by |
|---|---|---|
| 1 | Nothing acts without a `Permit`. | `core::gate::a`, `tests::b` |
| 2 | Nobody checks this. | hope |

| another | table |
|---|---|
| `core::x` | `core::y` |
";
        let rows: Vec<_> =
            rows(text, "Enforced by").into_iter().map(|row| (row.text, row.tests)).collect();
        assert_eq!(
            rows,
            [
                ("1 | Nothing acts without a `Permit`.", vec!["core::gate::a", "tests::b"]),
                ("2 | Nobody checks this.", vec![]),
            ]
        );
    }
}
