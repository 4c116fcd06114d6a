//! `nuncio policy lint`: what a policy says in vain.

mod rules;

use crate::diagnostic::{Problem, Report};
use crate::{Diagnostic, Policy};

/// Everything that a policy says in vain: rules that later ones shadow, `w` rules that lift
/// nothing, rules that can never match, and rights of those whom nothing can ever verify.
pub fn lint(policy: &Policy) -> Vec<Diagnostic> {
    let mut report = Report::default();
    rules::lint(policy, &mut report);
    lint_claimed(policy, &mut report);
    report.into_diagnostics()
}

/// Standings of identities that are claimed only.
fn lint_claimed(policy: &Policy, report: &mut Report) {
    let people = &policy.compiled().people;
    let mut entries: Vec<_> = people
        .users()
        .filter(|id| policy.networks().is_claimed_only(id))
        .flat_map(|id| people.standing_entries(people.facts(id)))
        .collect();
    entries.sort_by_key(|entry| entry.path.to_string());
    for entry in entries {
        let problem = Problem::warning(format!("`{}` can never be verified", entry.text));
        report.say(
            &entry.path,
            None,
            problem.help("name the account that the network vouches for"),
        );
    }
}
