//! A compiled policy: an immutable snapshot that decisions are made by.

mod access;
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
mod people;
mod places;
mod powers;
mod roles;

use std::sync::Arc;

pub(crate) use access::{AccessEntry, AccessTable};
pub(crate) use directory::Directory;
pub(crate) use entries::{Disables, Grant, Ignore, Ignores, is_live};
pub(crate) use held::Defaults;
pub use identify::{Clash, Evidence, Identified};
pub(crate) use list::List;
pub use lists::{AccountView, GrantView, IgnoreView, RoleView, RoomView};
pub(crate) use names::Names;
pub use newcomer::Newcomer;
pub(crate) use people::{Account, Facts, Notes, People, Standing};
pub(crate) use places::{Places, ROOM_SET, Room, RoomFacts};
pub(crate) use powers::{Powers, Worth};
pub(crate) use roles::{Inherited, Role, Roles};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::bw_list::Index;
use crate::{Declared, Diagnostic, Managed, ManagedKey, Networks, Registry};

/// A policy, compiled and immutable; cloning it is cheap.
///
/// Whatever was decided by a policy keeps it, so that it can be explained after a change.
#[derive(Clone, Debug)]
pub struct Policy {
    compiled: Arc<Compiled>,
    /// What is managed from chat, with the hashes of passwords where it was given with them.
    managed: Managed,
}

/// What decisions read.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) generation: u64,
    /// What the files declare: the next policy is compiled of it too.
    pub(crate) declared: Arc<Declared>,
    pub(crate) networks: Networks,
    pub(crate) registry: Registry,
    /// What is managed from chat, as it was when this was compiled; without hashes of passwords,
    /// which nothing is decided by.
    pub(crate) managed: Managed,
    /// What of it has no effect, because a file says something else, or the same.
    pub(crate) overruled: FxHashSet<ManagedKey>,
    /// Of what is held because of a role, or of a command's old name: what says so.
    pub(crate) inherited: FxHashMap<ManagedKey, Inherited>,
    pub(crate) roles: Roles,
    pub(crate) people: People,
    pub(crate) places: Places,
    pub(crate) powers: Powers,
    pub(crate) defaults: Defaults,
    pub(crate) rules: Index,
    pub(crate) access: AccessTable,
    pub(crate) grants: List<Grant>,
    pub(crate) ignores: Ignores,
    pub(crate) disables: Disables,
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
        let declared = Arc::new(declared.clone());
        let (compiled, diagnostics) =
            compile::compile(&declared, managed, networks, registry, generation)?;
        Ok((Self { compiled: Arc::new(compiled), managed: managed.clone() }, diagnostics))
    }

    /// The policy of the same files, networks and commands, with something else managed from chat.
    ///
    /// With it come the warnings about what is managed. It costs what a compilation costs.
    pub fn manage(&self, managed: &Managed, generation: u64) -> (Self, Vec<Diagnostic>) {
        let Compiled { declared, networks, registry, .. } = self.compiled();
        match compile::compile(declared, managed, networks, registry, generation) {
            Ok((compiled, diagnostics)) => {
                (Self { compiled: Arc::new(compiled), managed: managed.clone() }, diagnostics)
            }
            // What was declared was compiled before, and nothing that is managed is an error.
            Err(diagnostics) => (self.clone(), diagnostics),
        }
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
