//! From text to a snapshot: everything is read before anything is refused, so that all that is
//! wrong is told at once.

mod access;
mod accounts;
mod capabilities;
mod entries;
mod managed;
mod powers;
mod roles;
mod rules;
mod standings;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    AccessTable, Compiled, Defaults, Disables, Ignores, List, Names, People, Places, Powers, Roles,
};
use crate::bw_list::Index;
use crate::diagnostic::Report;
use crate::{Declared, Diagnostic, KeyPath, Managed, Networks, Registry};

/// A policy in the making.
struct Compiler<'a> {
    registry: &'a Registry,
    report: Report,
    /// `policy`, where every path begins.
    root: KeyPath,
    made: Compiled,
}

pub(super) fn compile(
    declared: &Arc<Declared>,
    managed: &Managed,
    networks: &Networks,
    registry: &Registry,
    generation: u64,
) -> Result<(Compiled, Vec<Diagnostic>), Vec<Diagnostic>> {
    let made = Compiled {
        generation,
        declared: Arc::clone(declared),
        networks: networks.clone(),
        registry: registry.clone(),
        managed: managed.without_passwords(),
        overruled: FxHashSet::default(),
        inherited: FxHashMap::default(),
        roles: Roles::default(),
        people: People::default(),
        places: Places::default(),
        powers: Powers::default(),
        defaults: Defaults::default(),
        rules: Index::default(),
        access: AccessTable::default(),
        grants: List::default(),
        ignores: Ignores::default(),
        disables: Disables::default(),
    };
    let (report, root) = (Report::default(), KeyPath::root("policy"));
    let mut compiler = Compiler { registry, report, root, made };
    compiler.declared_roles(&declared.role);
    // Accounts come before all else that may name them.
    compiler.accounts(&declared.account);
    compiler.standings(declared);
    compiler.defaults(declared);
    compiler.rooms(&declared.room);
    compiler.powers(&declared.power);
    compiler.rules(&declared.bw_list, &declared.define);
    compiler.access(&declared.access);
    compiler.grants(&declared.grant);
    compiler.ignores(&declared.ignore);
    compiler.disables(&declared.disable);
    compiler.managed(managed);
    compiler.made.people.settle();
    let diagnostics = compiler.report.finish()?;
    Ok((compiler.made, diagnostics))
}

impl Compiler<'_> {
    fn names(&self) -> Names<'_> {
        let Compiled { networks, people, .. } = &self.made;
        Names { networks, registry: self.registry, people }
    }
}
