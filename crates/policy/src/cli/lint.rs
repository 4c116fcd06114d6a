//! `nuncio policy lint`: what a policy says in vain.

mod grants;
mod powers;
mod roles;
mod rules;

use jiff::Timestamp;

use crate::diagnostic::{Problem, Report};
use crate::explanation::Entry;
use crate::policy::is_live;
use crate::{Diagnostic, Policy};

/// Everything that a policy says in vain: rules that later ones shadow, `w` rules that lift
/// nothing, rules that can never match, rights of those whom nothing can ever verify, grants that a
/// written anticapability defeats, and roles that nobody has or that say what others say before
/// them. And what it says in danger: power that is worth something where anybody comes by it.
pub fn lint(policy: &Policy) -> Vec<Diagnostic> {
    let mut report = Report::default();
    rules::lint(policy, &mut report);
    lint_claimed(policy, &mut report);
    grants::lint(policy, &mut report);
    roles::lint(policy, &mut report);
    powers::lint(policy, &mut report);
    report.into_diagnostics()
}

/// The grants and ignores that no longer count, as warnings.
pub fn expired(policy: &Policy, now: Timestamp) -> Vec<Diagnostic> {
    let mut report = Report::default();
    let policy = policy.compiled();
    let grants = policy.grants.list.iter().map(|grant| (&grant.entry, grant.until));
    let ignores = policy.ignores.list.iter().map(|ignore| (&ignore.entry, ignore.until));
    for (Entry { text, origin }, until) in grants.chain(ignores) {
        if !is_live(until, now) {
            let problem = Problem::warning(format!("`{text}` has expired"));
            report.say(&origin.field("until"), None, problem.help("remove the entry"));
        }
    }
    report.into_diagnostics()
}

/// Standings of identities that are claimed only.
fn lint_claimed(policy: &Policy, report: &mut Report) {
    let people = &policy.compiled().people;
    let mut entries: Vec<_> = people
        .users()
        .filter(|id| policy.networks().is_claimed_only(id))
        .filter_map(|id| people.facts(&id)?.notes)
        .flat_map(|notes| people.standing_entries(notes))
        .collect();
    entries.sort_by_key(|entry| entry.origin.path().to_string());
    for entry in entries {
        let problem = Problem::warning(format!("`{}` can never be verified", entry.text));
        report.say(
            &entry.origin.path(),
            None,
            problem.help("name the account that the network vouches for"),
        );
    }
}
