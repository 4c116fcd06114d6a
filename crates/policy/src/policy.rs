//! A compiled policy: an immutable snapshot that decisions are made by.

mod access;
mod by_person;
mod chat_rules;
mod compile;
mod culprit;
mod directory;
mod entries;
mod held;
mod identify;
mod list;
mod lists;
mod names;
mod newcomer;
mod origins;
mod part;
mod people;
mod places;
mod powers;
mod roles;

use std::sync::Arc;

pub(crate) use access::{AccessEntry, AccessTable};
pub(crate) use by_person::ByPerson;
pub(crate) use chat_rules::ChatRules;
pub(crate) use directory::Directory;
pub(crate) use entries::{Disables, Grant, Grants, Ignore, Ignores, is_live};
pub(crate) use held::Defaults;
pub use identify::{Clash, Evidence, Identified};
pub(crate) use list::List;
pub use lists::{AccountView, GrantView, IgnoreView, RoleView, RoomView};
pub(crate) use names::Names;
pub use newcomer::Newcomer;
pub(crate) use part::{AllRemarks, Part, Remarks};
pub(crate) use people::{Account, Facts, Notes, People, Standing};
pub(crate) use places::{Places, ROOM_SET, Room, RoomFacts};
pub(crate) use powers::{Powers, Worth};
pub(crate) use roles::{Inherited, Role, Roles};

use crate::bw_list::Index;
use crate::{AuditNumber, Declared, Diagnostic, Managed, Networks, Plan, Registry, UserId};

/// A policy, compiled and immutable; cloning it is cheap.
///
/// Whatever was decided by a policy keeps it, so that it can be explained after a change.
#[derive(Clone, Debug)]
pub struct Policy {
    compiled: Arc<Compiled>,
    /// What is managed from chat, with the hashes of passwords where it was given with them.
    managed: Managed,
}

/// What decisions read; cloning it copies nothing of what it consists of.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) generation: u64,
    /// The policy as files alone make it; none for that policy itself.
    ground: Option<Arc<Self>>,
    pub(crate) remarks: AllRemarks,

    // What only files say.
    pub(crate) networks: Arc<Networks>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) auto_register: bool,
    pub(crate) roles: Arc<Roles>,
    pub(crate) powers: Arc<Powers>,
    pub(crate) access: Arc<AccessTable>,
    pub(crate) rules: Arc<Index>,

    // What chat adds to, by its [`Part`]s.
    /// All that is managed from chat, as it was when this was compiled; without hashes of passwords,
    /// which nothing is decided by.
    pub(crate) managed: Managed,
    pub(crate) people: Arc<People>,
    pub(crate) places: Arc<Places>,
    pub(crate) defaults: Arc<Defaults>,
    pub(crate) grants: Arc<Grants>,
    pub(crate) ignores: Arc<Ignores>,
    pub(crate) disables: Arc<Disables>,
    pub(crate) chat_rules: Arc<ChatRules>,
}

impl Policy {
    /// Compiles what files declare, with nothing managed from chat, against the networks and
    /// commands that exist.
    ///
    /// The generation is the caller's count of policies; a permit carries it.
    ///
    /// # Errors
    ///
    /// When a diagnostic is an error: then all of them, and no policy.
    /// With the policy come the diagnostics that are no errors.
    pub fn compile(
        declared: &Declared,
        networks: &Networks,
        registry: &Registry,
        generation: u64,
    ) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        Self::compile_with(declared, &Managed::default(), networks, registry, generation)
    }

    /// Compiles what files declare and what is managed from chat into one policy.
    ///
    /// Nothing that is managed keeps a policy from being compiled. What a file overrules, or no
    /// longer knows, is a warning and gives nothing; where a row cannot be read that may take
    /// something from somebody, nobody but owners may do anything.
    ///
    /// # Errors
    ///
    /// As [`Policy::compile`]: only what is declared can be wrong.
    pub fn compile_with(
        declared: &Declared,
        managed: &Managed,
        networks: &Networks,
        registry: &Registry,
        generation: u64,
    ) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let ground = Arc::new(compile::declared(declared, networks, registry)?);
        Ok(Self::of(ground).manage(managed, generation))
    }

    /// The policy of the same files, networks and commands, with something else managed from chat.
    ///
    /// With it come the warnings about all of it, those about the files included.
    pub fn manage(&self, managed: &Managed, generation: u64) -> (Self, Vec<Diagnostic>) {
        let policy = self.with(managed, generation);
        let said = policy.compiled().remarks.values().flat_map(|remarks| remarks.said.iter());
        let said = said.cloned().collect();
        (policy, said)
    }

    /// The policy after a change that was planned on this one and committed in a row of the audit
    /// log.
    ///
    /// Only what the change touches is made anew. Mostly that costs no more than there is of its
    /// kind; a change of accounts, of their identities, capabilities and roles, or of sudoers, as
    /// much as there are people.
    #[must_use]
    pub fn after(&self, plan: &Plan, audit: AuditNumber, generation: u64) -> Self {
        self.with(&self.managed().apply(plan, audit), generation)
    }

    fn with(&self, managed: &Managed, generation: u64) -> Self {
        let compiled = compile::managed(&self.compiled, managed, generation);
        Self { compiled: Arc::new(compiled), managed: managed.clone() }
    }

    /// What is managed from chat, as it was when this was compiled.
    pub fn managed(&self) -> &Managed {
        &self.managed
    }

    /// The same policy for whoever has no business with hashes of passwords: there are none in it.
    #[must_use]
    pub fn without_passwords(&self) -> Self {
        Self::of(Arc::clone(&self.compiled))
    }

    /// Which policy this is, by the caller's count.
    pub fn generation(&self) -> u64 {
        self.compiled.generation
    }

    /// The networks that identities are read by.
    pub fn networks(&self) -> &Networks {
        &self.compiled.networks
    }

    /// What was compiled, without hashes of passwords.
    pub(crate) fn of(compiled: Arc<Compiled>) -> Self {
        let managed = compiled.managed.clone();
        Self { compiled, managed }
    }

    pub(crate) fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// What was compiled, to be kept.
    pub(crate) fn shared(&self) -> Arc<Compiled> {
        Arc::clone(&self.compiled)
    }
}

impl Compiled {
    /// Every identity that the policy names, in no order, some more than once.
    pub(crate) fn named(&self) -> impl Iterator<Item = UserId> {
        let Self { people, grants, ignores, chat_rules, .. } = self;
        let few = grants.to.users().chain(ignores.of.users()).chain(chat_rules.people.users());
        people.users().chain(few)
    }
}
