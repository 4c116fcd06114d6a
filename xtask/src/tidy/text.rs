//! What no file may hold.

use std::fs;

use anyhow::Result;
use cargo_metadata::camino::{Utf8Path, Utf8PathBuf};

use super::Workspace;
use crate::{
    say,
    shell::{command, output},
};

/// A long file is a question; one longer than [`TOO_LONG`] is an answer.
const LONG: usize = 350;
const TOO_LONG: usize = 600;

/// Never in our code. Written in pieces, for this file is read too.
const BANNED: [(&str, &str); 2] = [
    (concat!("#[", "ignore"), "a test runs, or it goes"),
    (concat!("#[", "should_panic"), "assert what happens instead"),
];

/// Never in a test.
const BANNED_IN_TESTS: [(&str, &str); 1] = [(concat!("sleep", "("), "wait for the event")];

/// The folders of somebody's own machine.
const PRIVATE: [&str; 3] = [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/")];

/// Everything in files that should not be there. Long files are only mentioned.
///
/// # Errors
/// When git is missing.
pub fn check(workspace: &Workspace) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in files(workspace)? {
        // Not text, or removed and not yet committed.
        let Ok(text) = fs::read_to_string(workspace.root().join(&path)) else { continue };
        let lines = text.lines().count();
        if path.extension() == Some("rs") && lines > LONG && lines <= TOO_LONG {
            say!("tidy: {path} has {lines} lines, which is long");
        }
        problems.extend(check_file(&path, &text));
    }
    Ok(problems)
}

/// The files that git knows or would add, relative to the root.
pub(super) fn files(workspace: &Workspace) -> Result<Vec<Utf8PathBuf>> {
    let mut list = command("git", "ls-files --cached --others --exclude-standard")?;
    let list = output(list.current_dir(workspace.root()))?;
    Ok(list.lines().map(Utf8PathBuf::from).collect())
}

fn check_file(path: &Utf8Path, text: &str) -> Vec<String> {
    if is_data(path) {
        return Vec::new();
    }
    let mut problems = Vec::new();
    let is_rust = path.extension() == Some("rs");
    if is_rust && text.lines().count() > TOO_LONG {
        problems.push(format!("{path} has more than {TOO_LONG} lines; split it by concept"));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        problems.push(format!("{path} does not end with a newline"));
    }
    let mut in_tests = path.components().any(|part| part.as_str() == "tests");
    for (number, line) in text.lines().enumerate() {
        in_tests |= line.starts_with("mod tests {");
        let mut found = |what: &str| problems.push(format!("{path}:{}: {what}", number + 1));
        // In Rust, rustfmt sees to it, and knows what is text.
        if !is_rust && line.ends_with([' ', '\t']) {
            found("blanks at the end of the line");
        }
        if PRIVATE.iter().any(|folder| line.contains(folder)) {
            found("a folder of somebody's own machine");
        }
        if !is_rust {
            continue;
        }
        let tests_only = BANNED_IN_TESTS.iter().filter(|_| in_tests);
        for (text, instead) in BANNED.iter().chain(tests_only) {
            if line.contains(text) {
                found(&format!("`{text}`: {instead}"));
            }
        }
    }
    problems
}

/// What others wrote, or programs; and what tests compare byte by byte.
fn is_data(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("lock" | "snap" | "stderr" | "jsonl" | "json"))
        || path.starts_with("fuzz/corpus")
        || path.starts_with("LICENSE-APACHE")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str) -> Vec<String> {
        check_file(Utf8Path::new(path), text)
    }

    #[test]
    fn each_fault_is_found_where_it_is() {
        let ignore = format!("{}]\n", concat!("#[", "ignore"));
        assert_eq!(
            check("src/a.rs", &ignore),
            [format!("src/a.rs:1: `{}`: a test runs, or it goes", concat!("#[", "ignore"))]
        );
        assert_eq!(check("a.md", "one \n"), ["a.md:1: blanks at the end of the line"]);
        assert_eq!(check("a.md", "one"), ["a.md does not end with a newline"]);
        assert_eq!(check("a.rs", &"\n".repeat(601)).len(), 1);
        assert_eq!(check("a.sh", concat!("cd /ro", "ot/x\n")).len(), 1);
    }

    #[test]
    fn waiting_for_time_is_banned_in_tests_alone() {
        let wait = concat!("sleep", "(one).await;\n");
        assert!(check("src/a.rs", wait).is_empty());
        assert_eq!(check("tests/a.rs", wait).len(), 1);
        assert_eq!(check("src/a.rs", &format!("#[cfg(test)]\nmod tests {{\n{wait}}}\n")).len(), 1);
    }
}
