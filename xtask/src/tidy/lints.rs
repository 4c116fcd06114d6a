//! Every crate is held to the workspace's lints.

use std::fs;

use anyhow::Result;

use super::Workspace;

/// The crates that are not, and the clippy.toml files that drop a line of the root's.
///
/// # Errors
/// When there is no root clippy.toml.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let root = workspace.read("clippy.toml")?;
    let mut problems = Vec::new();
    for (folder, package) in workspace.members() {
        let manifest = fs::read_to_string(&package.manifest_path)?;
        if !manifest.contains("[lints]\nworkspace = true") {
            problems.push(format!("`{folder}` does not say `[lints] workspace = true`"));
        }
        // A crate's own file replaces the root's, it does not add to it.
        if let Ok(own) = workspace.read(folder.join("clippy.toml").as_str()) {
            let dropped = dropped(&root, &own).map(|line| {
                format!("{folder}/clippy.toml drops a line of the root's clippy.toml: {line}")
            });
            problems.extend(dropped);
        }
    }
    Ok(problems)
}

fn dropped<'a>(root: &'a str, own: &'a str) -> impl Iterator<Item = &'a str> {
    let is_kept = |line: &str| own.lines().any(|own| own.trim() == line);
    root.lines().map(str::trim).filter(move |line| !line.is_empty() && !is_kept(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_line_is_found_and_an_added_one_is_not() {
        let dropped: Vec<_> = dropped("one = 1\n\ntwo = 2\n", "three = 3\n  two = 2\n").collect();
        assert_eq!(dropped, ["one = 1"]);
    }
}
