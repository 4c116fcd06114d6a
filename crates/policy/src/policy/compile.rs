//! From text to a snapshot: everything is read before anything is refused, so that all that is
//! wrong is told at once.

mod access;
mod people;
mod rules;

use super::{AccessTable, Compiled, Names, People};
use crate::bw_list::Index;
use crate::diagnostic::Report;
use crate::{Declared, Diagnostic, KeyPath, Networks, Registry};

/// A policy in the making.
struct Compiler<'a> {
    networks: &'a Networks,
    registry: &'a Registry,
    report: Report,
    /// `policy`, where every path begins.
    root: KeyPath,
    people: People,
    rules: Index,
    access: AccessTable,
}

pub(super) fn compile(
    declared: &Declared,
    networks: &Networks,
    registry: &Registry,
    generation: u64,
) -> Result<(Compiled, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut compiler = Compiler {
        networks,
        registry,
        report: Report::default(),
        root: KeyPath::root("policy"),
        people: People::default(),
        rules: Index::default(),
        access: AccessTable::default(),
    };
    // Accounts come first: everything else may name them.
    compiler.accounts(&declared.account);
    compiler.standings(declared);
    compiler.rules(&declared.bw_list, &declared.define);
    compiler.access(&declared.access);
    let Compiler { report, people, rules, access, .. } = compiler;
    let diagnostics = report.finish()?;
    let networks = networks.clone();
    Ok((Compiled { generation, networks, people, rules, access }, diagnostics))
}

impl Compiler<'_> {
    fn names(&self) -> Names<'_> {
        Names { networks: self.networks, registry: self.registry, people: &self.people }
    }
}
