//! Grants that never count.

use jiff::Timestamp;

use crate::diagnostic::{Problem, Report};
use crate::policy::Grant;
use crate::{CommandId, Explanation, Identity, Policy, Reason, Request, Speaker, UserId};

pub(super) fn lint(policy: &Policy, report: &mut Report) {
    for grant in policy.compiled().grants.iter() {
        let origin = &grant.entry.origin;
        if let Identity::User(id) = &grant.to
            && policy.networks().is_claimed_only(id)
        {
            let problem = Problem::warning(format!("`{id}` can never be verified"));
            let help = "name the account that the network vouches for";
            report.say(&origin.field("to"), None, problem.help(help));
        } else if let Some(Reason::Anticapability(held)) = defeat(policy, grant) {
            let text = &grant.entry.text;
            let problem = Problem::warning(format!("the grant of {text} never counts"));
            let help = format!("{} stands against it; give `{}` instead", held.held, held.needed);
            report.say(&origin.path(), None, problem.help(help));
        }
    }
}

/// What stands against a grant, said by whom it is given to.
fn defeat(policy: &Policy, grant: &Grant) -> Option<Reason> {
    let scope = grant.scope.as_str();
    let command = scope.parse().or_else(|_| CommandId::new(scope, scope)).ok()?;
    let speaker = Speaker::verified(somebody(policy, &grant.to)?);
    // Before any grant has expired.
    let request = Request::new(speaker, command, Timestamp::MIN);
    Some(Explanation::of(policy, request).because().clone())
}

/// An identity of whom a grant is given to.
fn somebody(policy: &Policy, to: &Identity) -> Option<UserId> {
    let people = &policy.compiled().people;
    match to {
        Identity::User(id) => Some(id.clone()),
        Identity::Account(name) => {
            let account = people.account_number(name)?;
            let own =
                |id: &&UserId| people.facts(id).is_some_and(|facts| facts.account == Some(account));
            people.users().filter(own).min().cloned()
        }
        Identity::Room(_) | Identity::Network(_) => None,
    }
}
