//! Rules of the `bw_list` that say something in vain.

use crate::Policy;
use crate::bw_list::{Colour, Rule, Who};
use crate::command::CommandPattern;
use crate::diagnostic::{Problem, Report};
use crate::identity::Identity;

pub(super) fn lint(policy: &Policy, report: &mut Report) {
    let rules: Vec<&Rule> = policy.compiled().all_rules().collect();
    for (index, rule) in rules.iter().enumerate() {
        let (earlier, later) = rules.split_at_checked(index).unwrap_or_default();
        let later = later.get(1..).unwrap_or_default();
        let text = &rule.entry.text;
        let problem = if rule.from.iter().all(|who| never(policy, rule.colour, who)) {
            Problem::warning(format!("rule `{text}` can never match"))
        } else if let Some(shadow) = later.iter().find(|later| shadows(policy, later, rule)) {
            Problem::warning(format!("rule `{text}` never decides"))
                .help(format!("`{}` stands after it and covers it", shadow.entry.text))
        } else if rule.colour == Colour::White
            && !earlier.iter().any(|rule| rule.colour == Colour::Black)
        {
            Problem::warning(format!("rule `{text}` lifts nothing"))
                .help("no `b` rule stands before it; a `w` rule grants nothing")
        } else {
            continue;
        };
        report.say(&rule.entry.origin.path(), None, problem);
    }
}

/// Whether nobody can ever be whom a rule names.
fn never(policy: &Policy, colour: Colour, who: &Who) -> bool {
    match who {
        Who::Named(Identity::User(id)) => {
            colour == Colour::White && policy.networks().is_claimed_only(id)
        }
        Who::Named(Identity::Room(room)) => room.network().is_reserved(),
        Who::Named(Identity::Account(_) | Identity::Network(_)) | Who::Anyone => false,
    }
}

/// Whether a later rule matches whenever an earlier one does.
fn shadows(policy: &Policy, later: &Rule, earlier: &Rule) -> bool {
    let lifts = earlier.colour == Colour::Black && later.colour == Colour::White;
    earlier.from.iter().all(|who| later.from.iter().any(|by| covers(policy, by, who, lifts)))
        && earlier.commands.iter().all(|id| later.commands.iter().any(|by| includes(by, id)))
}

/// Whether everybody of `who` is one of `by`; where `by` lifts, it must be beyond doubt.
fn covers(policy: &Policy, by: &Who, who: &Who, lifts: bool) -> bool {
    match (by, who) {
        (Who::Anyone, _) => true,
        (Who::Named(Identity::Room(by)), Who::Named(Identity::Room(who))) => by == who,
        (Who::Named(_), _) if lifts => false,
        (Who::Named(by), Who::Named(who)) if by == who => true,
        (Who::Named(Identity::Network(by)), Who::Named(Identity::User(who))) => by == who.network(),
        (Who::Named(Identity::Network(by)), Who::Named(Identity::Room(who))) => by == who.network(),
        (Who::Named(Identity::Account(by)), Who::Named(Identity::User(who))) => {
            let people = &policy.compiled().people;
            people
                .account_number(by)
                .is_some_and(|by| people.facts(who).is_some_and(|facts| facts.account == Some(by)))
        }
        (Who::Named(_), _) => false,
    }
}

/// Whether every command of `id` is one of `by`.
fn includes(by: &CommandPattern, id: &CommandPattern) -> bool {
    match (by, id) {
        (CommandPattern::Any, _) => true,
        (CommandPattern::Path(by), CommandPattern::Path(id)) => id
            .strip_prefix(by.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
        (by, id) => by == id,
    }
}
