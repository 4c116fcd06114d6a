//! From numbers to what they stand for.

use smol_str::format_smolstr;

use super::super::Source;
use super::{Anticapability, Cause};
use crate::explanation::{Entry, Powered, Reason, Written};
use crate::policy::{Compiled, Standing};
use crate::{KeyPath, Level, Request};

impl Cause {
    /// What this stands for in the policy that it was found by.
    pub(super) fn reason(self, policy: &Compiled, request: &Request) -> Reason {
        self.find(policy, request).unwrap_or(Reason::NothingDeclared)
    }

    fn find(self, policy: &Compiled, request: &Request) -> Option<Reason> {
        Some(match self {
            Self::NothingDeclared => Reason::NothingDeclared,
            Self::Introduction => Reason::Introduction,
            Self::NotIgnored => Reason::NotIgnored,
            Self::Trusted => Reason::Trusted,
            Self::AccountIgnored(number) => {
                let name = &policy.people.account(number)?.name;
                Reason::AccountIgnored(name.clone(), policy.ignored_origin(name))
            }
            Self::Unregistered => Reason::Unregistered,
            Self::Ignored(number) => {
                Reason::Ignored(policy.ignores.list.get(number)?.entry.clone())
            }
            Self::Lobotomized => {
                let room = request.room.as_ref()?;
                Reason::Lobotomized(room.clone(), policy.lobotomy_origin(room))
            }
            Self::NotDisabled => Reason::NotDisabled,
            Self::Disabled(number) => Reason::Disabled(policy.disables.entry(number)?.clone()),
            Self::NotOwner => Reason::NotOwner,
            Self::Owner(place) => {
                Reason::Owner(policy.people.entry(Standing::Owner, place)?.clone())
            }
            Self::Rule(number) => match policy.rule(number) {
                Some(rule) => Reason::Rule(rule.entry.clone()),
                None => Reason::ImplicitRule,
            },
            Self::NoAnticapability => Reason::NoAnticapability,
            Self::Anticapability(held) => Reason::Anticapability(held.written(policy, request)?),
            Self::Lifted(held) => Reason::Lifted(held.written(policy, request)?),
            Self::Nobody => Reason::Nobody,
            Self::Everyone => Reason::Everyone,
            Self::Sudoer(place) => {
                Reason::Sudoer(policy.people.entry(Standing::Sudoer, place)?.clone())
            }
            Self::Listed(number) => Reason::Listed(policy.access.entry(number)?.entry.clone()),
            Self::Grant(number) => Reason::Grant(policy.grants.list.get(number)?.entry.clone()),
            Self::Held(place) => Reason::Held(level(policy, request, place)?.clone()),
            Self::Power { level: place, worth } => Reason::Power {
                level: level(policy, request, place)?.clone(),
                by: Powered::new(policy, request, worth)?,
            },
            Self::EntryAllowsNot(number) => {
                Reason::EntryAllowsNot(policy.access.entry(number)?.entry.clone())
            }
            Self::NothingAllows if request.command.is_reserved() => Reason::Reserved,
            Self::NothingAllows => Reason::NothingAllows(request.level.clone()),
        })
    }
}

/// One of the levels that a command asks for.
fn level<'a>(policy: &'a Compiled, request: &'a Request, place: u8) -> Option<&'a Level> {
    match policy.access.find(&request.command) {
        Some((_, entry)) => entry.levels.get(usize::from(place)),
        None => Some(&request.level),
    }
}

impl Anticapability {
    fn written(self, policy: &Compiled, request: &Request) -> Option<Written> {
        let name = request.command.capability_names().nth(usize::from(self.name))?;
        let place = if self.in_room { request.room.as_ref() } else { None };
        let before = place.map(|place| format_smolstr!("{place},")).unwrap_or_default();
        let root = KeyPath::root("policy");
        let default = |origin| Entry { text: format_smolstr!("{before}-{name}"), origin };
        let held = match self.source {
            Source::Account(number) | Source::RoomOp(number) => {
                policy.held_entry(&policy.people.account(number)?.name, place, name, false)
            }
            Source::Power(number) | Source::PowerOp(number) => {
                let worth = policy.powers.get(number)?;
                let text = format_smolstr!("{before}{} of each {}", worth.entry.text, worth.power);
                Entry { text, origin: worth.entry.origin.clone() }
            }
            Source::Room | Source::Everybody => policy.everybody_entry(place, name, false),
            Source::RoomDefault => default(policy.room_default_origin(place?)),
            Source::Registered => default(root.key("registered_capabilities").into()),
            Source::BotDefault => default(root.key("default_allow").into()),
        };
        Some(Written { held, needed: format_smolstr!("{before}{name}") })
    }
}
