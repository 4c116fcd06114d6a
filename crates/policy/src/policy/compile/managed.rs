//! What is managed from chat, after all that is declared.
//!
//! Nothing here can fail: what a file overrules, or what no longer names anything, gives nothing
//! and is a warning.

mod accounts;
mod places;
mod rights;
mod roles;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Compiler;
use crate::bw_list::{Colour, Rule, Who};
use crate::command::CommandPattern;
use crate::diagnostic::{Problem, Severity};
use crate::explanation::Entry;
use crate::policy::Part;
use crate::{Fact, Identity, Managed, ManagedKey, Origin};

/// One thing that is managed, where it stands.
struct Place<'a> {
    key: &'a ManagedKey,
    origin: Origin,
}

impl Place<'_> {
    fn entry(&self, text: impl Into<smol_str::SmolStr>) -> Entry {
        Entry { text: text.into(), origin: self.origin.clone() }
    }
}

impl Compiler {
    /// Adds to a part what of it is managed.
    pub(super) fn part(&mut self, part: Part, managed: &Managed) {
        for (key, kept, audit) in part.kinds().iter().flat_map(|kind| managed.of_kind(kind)) {
            let place = Place { key, origin: Origin::Managed { key: key.clone(), audit } };
            self.fact(&place, &kept.fact);
        }
        match part {
            Part::People => {
                self.roles(managed);
                Arc::make_mut(&mut self.made.people).settle();
            }
            Part::Rules => {
                for (key, audit) in managed.unreadable() {
                    let place = Place { key, origin: Origin::Managed { key: key.clone(), audit } };
                    self.unreadable(&place);
                }
            }
            Part::Aliases => self.covered(managed),
            Part::Rooms | Part::Grants | Part::Ignores | Part::Disables => {}
        }
    }

    fn fact(&mut self, place: &Place<'_>, fact: &Fact) {
        match fact {
            Fact::Account { name } => self.registered(place, name),
            Fact::Identity { id, account } => self.linked(place, id, account),
            Fact::Held { account, capability } => self.held(place, account, capability),
            Fact::Ignored { account } => self.flagged(place, account),
            Fact::Secure { account } => self.secured(place, account),
            Fact::Everybody { capability } => self.everybody(place, capability),
            Fact::NotDefault { capability } => self.not_default(place, capability),
            Fact::Closed { room } => self.closed(place, room),
            Fact::Lobotomy { room } => self.lobotomy(place, room),
            Fact::Sudoer { who } => self.sudoer(place, who),
            Fact::Grant { to, what, elevate, lease } => {
                self.managed_grant(place, to, what, *elevate, lease.as_ref());
            }
            Fact::Ignore { who, room, until } => {
                self.managed_ignore(place, who, room.as_ref(), *until);
            }
            Fact::Ban { who, room, until } => {
                self.managed_ignore(place, who, Some(room), *until);
            }
            Fact::Flood { who, room, until } => {
                self.managed_ignore(place, who, room.as_ref(), Some(*until));
            }
            Fact::Disable { command, room } => self.switched_off(place, command, room.as_ref()),
            Fact::Rule { rule, .. } => self.managed_rule(place, rule),
            // Of passwords and aliases, decisions know nothing; roles are put into accounts later.
            Fact::Password { .. }
            | Fact::Role { .. }
            | Fact::Member { .. }
            | Fact::Alias { .. } => {}
        }
    }

    /// Warns of aliases that a command covers: it is always the command that is meant.
    fn covered(&mut self, managed: &Managed) {
        let registry = Arc::clone(&self.made.registry);
        let words: FxHashSet<&str> = match registry.commands() {
            Some(commands) if managed.aliases().next().is_some() => {
                commands.flat_map(|command| command.as_str().split('.')).collect()
            }
            _ => return,
        };
        let covered = |fact: &Fact| fact.alias().is_some_and(|it| words.contains(it.name.as_str()));
        for (key, _, audit) in managed.of_kind("alias").filter(|(_, kept, _)| covered(&kept.fact)) {
            let place = Place { key, origin: Origin::Managed { key: key.clone(), audit } };
            let problem = Problem::warning(format!("a command has the name of the `{key}`"));
            self.doubt(&place, problem.help("the command is meant; give the alias another name"));
        }
    }

    /// A row that cannot be read: where it may have taken something from somebody, nobody but
    /// owners may do anything.
    fn unreadable(&mut self, place: &Place<'_>) {
        let help = "`owner forget` deletes it, and with it whatever it said";
        let problem = Problem::warning(format!("the row of `{}` cannot be read", place.key));
        self.report.say(&place.origin.path(), None, problem.help(help));
        if place.key.may_take() {
            let text = format!("b * *, for `{}` cannot be read", place.key);
            let (from, commands) = (vec![Who::Anyone], vec![CommandPattern::Any]);
            let entry = place.entry(text);
            self.rule_from_chat(Rule { colour: Colour::Black, from, commands, entry });
        }
    }

    /// Warns of what is managed, whatever it would be in a file.
    fn doubt(&mut self, place: &Place<'_>, problem: Problem) {
        let problem = Problem { severity: Severity::Warning, ..problem };
        self.report.say(&place.origin.path(), None, problem);
    }

    /// Notes that something has no effect because of what a file says; warns where that is the
    /// opposite.
    fn overrule(&mut self, place: &Place<'_>, warning: Option<Problem>) {
        self.remarks.overruled.insert(place.key.clone());
        if let Some(problem) = warning {
            self.doubt(place, problem);
        }
    }

    /// Warns where an identity is unknown; whether it is an account that there is not.
    fn is_gone(&mut self, place: &Place<'_>, identity: &Identity) -> bool {
        let unknown = self.names().check_identity(identity);
        let gone = unknown.is_some() && matches!(identity, Identity::Account(_));
        if let Some(problem) = unknown {
            self.doubt(place, problem);
        }
        if gone {
            self.remarks.overruled.insert(place.key.clone());
        }
        gone
    }

    /// The new name of a command that was renamed: what takes follows it.
    fn renamed(&self, path: &str) -> Option<smol_str::SmolStr> {
        let mut renames = self.made.registry.renames();
        renames.find_map(|(old, new)| match path {
            full if old.as_str() == full => Some(new.as_str().into()),
            bare if old.path() == bare => Some(new.path().into()),
            _ => None,
        })
    }

    /// A pattern, and what it names since a command was renamed.
    fn followed(&self, pattern: &CommandPattern) -> Vec<CommandPattern> {
        let renamed = match pattern {
            CommandPattern::Path(path) => self.renamed(path).map(CommandPattern::Path),
            CommandPattern::Any | CommandPattern::Plugin(_) => None,
        };
        [pattern.clone()].into_iter().chain(renamed).collect()
    }
}
