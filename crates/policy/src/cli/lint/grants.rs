//! Grants that never count.

use jiff::Timestamp;

use crate::diagnostic::{Problem, Report};
use crate::policy::Grant;
use crate::{CommandId, Explanation, Identity, Policy, Reason, Request, Speaker};

pub(super) fn lint(policy: &Policy, report: &mut Report) {
    for grant in policy.compiled().grants.list.iter() {
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
    let speaker = Speaker::verified(policy.compiled().people.somebody(&grant.to)?);
    // Before any grant has expired.
    let request = Request::new(speaker, command, Timestamp::MIN);
    Some(Explanation::of(policy, request).because().clone())
}
