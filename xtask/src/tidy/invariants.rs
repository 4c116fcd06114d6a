//! Each invariant in ARCHITECTURE.md names the tests that enforce it, and they are there.

use std::fs;

use anyhow::Result;
use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};

use super::{Workspace, map::section, text};

/// The invariants without a test, and the tests that are not there.
///
/// The section `## Invariants` holds a table. The last cell of each row names one or more tests in
/// backticks, each `crate::path::name`, where `crate` is the crate's folder or package.
///
/// # Errors
/// When there is no ARCHITECTURE.md, or git is missing.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let architecture = workspace.read("ARCHITECTURE.md")?;
    let sources = text::files(workspace)?;
    let mut problems = Vec::new();
    for row in rows(&architecture) {
        if row.tests.is_empty() {
            problems.push(format!("the invariant `{}` names no test", row.text));
        }
        for test in row.tests {
            if !exists(workspace, &sources, test) {
                problems.push(format!("an invariant names the test `{test}`, which is not there"));
            }
        }
    }
    Ok(problems)
}

struct Row<'a> {
    text: &'a str,
    tests: Vec<&'a str>,
}

fn rows(architecture: &str) -> impl Iterator<Item = Row<'_>> {
    section(architecture, "## Invariants")
        .filter(|line| line.starts_with('|'))
        // The names of the columns, and the rule below them.
        .skip(2)
        .filter_map(|line| {
            let (text, last) = line.trim().trim_matches('|').rsplit_once('|')?;
            let tests = last.split('`').skip(1).step_by(2).collect();
            Some(Row { text: text.trim(), tests })
        })
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
";
        let rows: Vec<_> = rows(text).map(|row| (row.text, row.tests)).collect();
        assert_eq!(
            rows,
            [
                ("1 | Nothing acts without a `Permit`.", vec!["core::gate::a", "tests::b"]),
                ("2 | Nobody checks this.", vec![]),
            ]
        );
    }
}
