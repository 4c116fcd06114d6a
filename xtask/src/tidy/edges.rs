//! Which of our crates may depend on which.

use cargo_metadata::{DependencyKind, Package};

use super::Workspace;

/// Dependencies point down only. A new edge is a change of the architecture: it goes here and into
/// ARCHITECTURE.md.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("nuncio-policy", &[]),
    ("nuncio-tls", &[]),
    ("nuncio-core", &["nuncio-policy"]),
    ("nuncio-irc", &["nuncio-core", "nuncio-policy", "nuncio-tls"]),
    ("nuncio-matrix", &["nuncio-core", "nuncio-policy", "nuncio-tls"]),
    ("nuncio-socket", &["nuncio-core", "nuncio-policy", "nuncio-tls"]),
    ("nuncio-xmpp", &["nuncio-core", "nuncio-policy", "nuncio-tls"]),
    ("nuncio-store", &["nuncio-core", "nuncio-policy"]),
    ("nuncio-config", &["nuncio-core", "nuncio-policy"]),
    ("nuncio-macros", &["nuncio-policy"]),
    ("nuncio-sdk", &["nuncio-core", "nuncio-macros", "nuncio-policy"]),
    ("nuncio-plugins", &["nuncio-sdk"]),
    (
        "nuncio",
        &[
            "nuncio-config",
            "nuncio-core",
            "nuncio-irc",
            "nuncio-matrix",
            "nuncio-plugins",
            "nuncio-policy",
            "nuncio-sdk",
            "nuncio-socket",
            "nuncio-store",
            "nuncio-xmpp",
        ],
    ),
    ("nuncio-testkit", &["nuncio-core", "nuncio-policy"]),
    (
        "nuncio-tests",
        &[
            "nuncio-core",
            "nuncio-irc",
            "nuncio-matrix",
            "nuncio-policy",
            "nuncio-sdk",
            "nuncio-socket",
            "nuncio-store",
            "nuncio-testkit",
            "nuncio-xmpp",
            "xtask",
        ],
    ),
    ("xtask", &[]),
];

/// What the tests of a crate may use besides.
const ALLOWED_IN_TESTS: [(&str, &[&str]); 7] = [
    ("nuncio-irc", &["nuncio-testkit"]),
    // What the compiler says to those who use the macros through the sdk.
    ("nuncio-macros", &["nuncio-sdk"]),
    ("nuncio-matrix", &["nuncio-testkit"]),
    // Its own test harness, which its examples use as a plugin's author does.
    ("nuncio-sdk", &["nuncio-sdk", "nuncio-testkit"]),
    ("nuncio-socket", &["nuncio-testkit"]),
    ("nuncio-tls", &["nuncio-testkit"]),
    ("nuncio-xmpp", &["nuncio-testkit"]),
];

/// The edges that are not on the list, and the crates that have no line in it.
pub fn check(workspace: &Workspace) -> Vec<String> {
    let members: Vec<&Package> = workspace.members().map(|(_, package)| package).collect();
    let is_ours = |name: &str| members.iter().any(|package| package.name == name);
    let mut problems = Vec::new();
    for package in &members {
        let name = package.name.as_str();
        if lookup(&ALLOWED, name).is_none() {
            problems.push(format!("`{name}` has no line in xtask/src/tidy/edges.rs"));
        }
        for dependency in package.dependencies.iter().filter(|edge| is_ours(&edge.name)) {
            if !is_allowed(name, &dependency.name, dependency.kind) {
                problems.push(format!("`{name}` must not depend on `{}`", dependency.name));
            }
        }
    }
    problems
}

fn is_allowed(from: &str, to: &str, kind: DependencyKind) -> bool {
    let holds = |list| lookup(list, from).is_some_and(|allowed| allowed.contains(&to));
    holds(&ALLOWED) || (kind == DependencyKind::Development && holds(&ALLOWED_IN_TESTS))
}

fn lookup<'a>(list: &'a [(&str, &'a [&'a str])], name: &str) -> Option<&'a [&'a str]> {
    list.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_down_only() {
        let normal = DependencyKind::Normal;
        assert!(is_allowed("nuncio-core", "nuncio-policy", normal));
        assert!(!is_allowed("nuncio-policy", "nuncio-core", normal));
        assert!(!is_allowed("nuncio-irc", "nuncio-socket", normal));
        assert!(!is_allowed("nuncio-plugins", "nuncio-core", normal));
        assert!(!is_allowed("nuncio-irc", "nuncio-testkit", normal));
        assert!(!is_allowed("newcomer", "nuncio-core", normal));
    }
}
