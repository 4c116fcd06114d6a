//! Roles of files that say something in vain.

use std::collections::BTreeSet;

use crate::diagnostic::{Problem, Report};
use crate::policy::{Compiled, Role};
use crate::{AccountName, Fact, KeyPath, Origin, Policy, RoleName};

pub(super) fn lint(policy: &Policy, report: &mut Report) {
    let compiled = policy.compiled();
    let matters: BTreeSet<String> = compiled.inherited().filter_map(declared).collect();
    for (name, role) in compiled.roles.iter() {
        if members(compiled, name).next().is_none() {
            let problem = Problem::warning(format!("nobody has the role `{name}`"));
            let help = format!("give it in `roles` of an account, or by `role add ACCOUNT {name}`");
            report.say(&role.path, None, problem.help(help));
            continue;
        }
        lint_said(name, role, &matters, report);
    }
}

/// What nobody holds because of the role, though somebody has it.
fn lint_said(name: &RoleName, role: &Role, matters: &BTreeSet<String>, report: &mut Report) {
    for (capability, path) in role.said() {
        if !matters.contains(&path.to_string()) {
            let text = format!("`{capability}` of the role `{name}` never matters");
            let help = "the accounts that have the role hold it, or the opposite, by their own \
                        sets or by other roles";
            report.say(path, None, Problem::warning(text).help(help));
        }
    }
}

fn declared(inherited: &crate::policy::Inherited) -> Option<String> {
    match &inherited.origin {
        Origin::Declared(path) => Some(path.to_string()),
        Origin::Managed { .. } => None,
    }
}

/// Who has a role, because a file or because chat says so.
fn members<'a>(
    compiled: &'a Compiled,
    role: &'a RoleName,
) -> impl Iterator<Item = &'a AccountName> {
    let declared = compiled
        .roles
        .members()
        .filter_map(move |(account, of, _): (_, _, &KeyPath)| (of == role).then_some(account));
    let managed =
        compiled.managed.of_kind("member").filter_map(move |(_, kept, _)| match &kept.fact {
            Fact::Member { account, role: of } if of == role => Some(account),
            _ => None,
        });
    declared.chain(managed)
}
