//! ARCHITECTURE.md's code map names every crate, and no other.

use std::collections::BTreeSet;

use anyhow::Result;

use super::Workspace;

/// Where the code map and cargo disagree.
///
/// The map is the section `## Code map`, with a heading ``### `crates/name` `` for each member.
///
/// # Errors
/// When there is no ARCHITECTURE.md.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let architecture = workspace.read("ARCHITECTURE.md")?;
    let members = workspace.members().map(|(folder, _)| folder.to_string()).collect();
    Ok(compare(&mapped(&architecture), &members))
}

fn mapped(architecture: &str) -> BTreeSet<String> {
    section(architecture, "## Code map")
        .filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'))
        .map(str::to_owned)
        .collect()
}

fn compare(mapped: &BTreeSet<String>, members: &BTreeSet<String>) -> Vec<String> {
    let missing = members.difference(mapped);
    let gone = mapped.difference(members);
    missing
        .map(|folder| format!("`{folder}` is missing from ARCHITECTURE.md's code map"))
        .chain(gone.map(|folder| format!("ARCHITECTURE.md maps `{folder}`, which is gone")))
        .collect()
}

/// The lines of one section of a Markdown file.
pub(super) fn section<'a>(text: &'a str, heading: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines()
        .skip_while(move |line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
## Before
### `crates/elsewhere`
## Code map
### `crates/core`
Text.
### `crates/gone`
## Invariants
### `crates/late`
";

    #[test]
    fn both_disagreements_are_found() {
        let members = ["crates/core", "crates/new"].map(str::to_owned).into();
        assert_eq!(
            compare(&mapped(TEXT), &members),
            [
                "`crates/new` is missing from ARCHITECTURE.md's code map",
                "ARCHITECTURE.md maps `crates/gone`, which is gone",
            ]
        );
    }
}
