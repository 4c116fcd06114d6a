//! Sudoers, grants and rules from chat.

use std::sync::Arc;

use smol_str::format_smolstr;

use super::super::entries::until_text;
use super::{Compiler, Place};
use crate::Person;
use crate::bw_list::{Colour, Rule, SaidRule, Who};
use crate::command::Scope;
use crate::diagnostic::Problem;
use crate::identity::Identity;
use crate::managed::Lease;
use crate::policy::{Compiled, Grant, Standing};

impl Compiler {
    pub(super) fn sudoer(&mut self, place: &Place<'_>, who: &Person) {
        let Some(who) = self.somebody(place, who) else { return };
        if self.made.people.standing(Standing::Sudoer, &who).is_some() {
            return self.overrule(place, None);
        }
        let entry = place.entry(format_smolstr!("{who}"));
        Arc::make_mut(&mut self.made.people).stand(Standing::Sudoer, &who, entry);
    }

    pub(super) fn managed_grant(
        &mut self,
        place: &Place<'_>,
        to: &Person,
        scope: &Scope,
        elevate: bool,
        lease: Option<&Lease>,
    ) {
        let Some(to) = self.somebody(place, to) else { return };
        if scope.is_reserved() {
            let problem = Problem::warning(format!("`{scope}` changes rights or code by now"));
            return self.overrule(place, Some(problem.help("it is granted to nobody; revoke it")));
        }
        if let Some(problem) = self.names().check_scope(scope) {
            self.doubt(place, problem);
        }
        let until = lease.map(|lease| lease.until);
        let elevated = if elevate { " elevated" } else { "" };
        let entry = place.entry(format_smolstr!("{scope} to {to}{elevated}{}", until_text(until)));
        self.granted(Grant { to, scope: scope.clone(), elevate, until, entry });
    }

    /// Whom something is given to: nobody where nothing can vouch for him, or where he is gone.
    fn somebody(&mut self, place: &Place<'_>, who: &Person) -> Option<Identity> {
        let who = Identity::from(who.clone());
        if self.is_gone(place, &who) {
            return None;
        }
        if let Identity::Account(name) = &who
            && self.is_squatted(name)
        {
            // Given to whoever registered the name, and not to whom a file means by it.
            self.overrule(place, None);
            return None;
        }
        if let Some(problem) = self.nobody(&who) {
            self.overrule(place, Some(problem));
            return None;
        }
        Some(who)
    }

    pub(super) fn managed_rule(&mut self, place: &Place<'_>, said: &SaidRule) {
        for who in &said.from {
            if let Who::Named(identity) = who {
                // Whom it names besides, it still names.
                self.is_gone(place, identity);
            }
        }
        self.remarks.overruled.remove(place.key);
        let mut rule = said.at(place.entry(format_smolstr!("{said}")));
        for pattern in &said.commands {
            self.names()
                .check_pattern(pattern)
                .into_iter()
                .for_each(|said| self.doubt(place, said));
        }
        if rule.colour == Colour::Black {
            rule.commands = said.commands.iter().flat_map(|id| self.followed(id)).collect();
        }
        self.rule_from_chat(rule);
    }

    /// Adds a rule after all others.
    pub(super) fn rule_from_chat(&mut self, rule: Rule) {
        let Compiled { chat_rules, people, .. } = &mut self.made;
        Arc::make_mut(chat_rules).push(rule, people);
    }
}
