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

use super::{
    AccessTable, AllRemarks, ChatRules, Compiled, Defaults, Disables, Grants, Ignores, Names, Part,
    People, Places, Powers, Remarks, Roles,
};
use crate::bw_list::Index;
use crate::diagnostic::Report;
use crate::{Declared, Diagnostic, KeyPath, Managed, Networks, Registry};

/// A policy in the making.
struct Compiler {
    report: Report,
    /// What comes of what is being read now.
    remarks: Remarks,
    /// `policy`, where every path begins.
    root: KeyPath,
    made: Compiled,
}

/// The policy that files alone make; all that is wrong with them, if anything is.
pub(super) fn declared(
    declared: &Declared,
    networks: &Networks,
    registry: &Registry,
) -> Result<Compiled, Vec<Diagnostic>> {
    let mut compiler = Compiler::of(Compiled {
        generation: 0,
        ground: None,
        remarks: AllRemarks::new(),
        networks: Arc::new(networks.clone()),
        registry: Arc::new(registry.clone()),
        auto_register: declared.auto_register,
        roles: Arc::new(Roles::default()),
        powers: Arc::new(Powers::default()),
        access: Arc::new(AccessTable::default()),
        rules: Arc::new(Index::default()),
        managed: Managed::default(),
        people: Arc::new(People::default()),
        places: Arc::new(Places::default()),
        defaults: Arc::new(Defaults::default()),
        grants: Arc::new(Grants::default()),
        ignores: Arc::new(Ignores::default()),
        disables: Arc::new(Disables::default()),
        chat_rules: Arc::new(ChatRules::default()),
    });
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
    Arc::make_mut(&mut compiler.made.people).settle();
    compiler.remarks.said = std::mem::take(&mut compiler.report).finish()?;
    Ok(compiler.remark(None))
}

/// The policy of the same files as another, with something else managed from chat.
///
/// What that touches is made anew of what the files make of it; the rest is that of the other.
pub(super) fn managed(before: &Arc<Compiled>, managed: &Managed, generation: u64) -> Compiled {
    let ground = before.ground.as_ref().unwrap_or(before);
    let touched = Part::touched(&before.managed, managed);
    let made = Compiled {
        generation,
        ground: Some(Arc::clone(ground)),
        managed: managed.without_passwords(),
        ..Compiled::clone(before)
    };
    touched.into_iter().fold(made, |made, part| {
        let mut compiler = Compiler::of(made.cleared(part, ground));
        compiler.part(part, managed);
        compiler.remarks.said = std::mem::take(&mut compiler.report).into_diagnostics();
        compiler.remark(Some(part))
    })
}

impl Compiled {
    /// The same, where a part is as files make it.
    fn cleared(mut self, part: Part, ground: &Self) -> Self {
        self.remarks.remove(&Some(part));
        match part {
            Part::People => self.people = Arc::clone(&ground.people),
            Part::Rooms => {
                self.places = Arc::clone(&ground.places);
                self.defaults = Arc::clone(&ground.defaults);
            }
            Part::Grants => self.grants = Arc::clone(&ground.grants),
            Part::Ignores => self.ignores = Arc::clone(&ground.ignores),
            Part::Disables => self.disables = Arc::clone(&ground.disables),
            Part::Rules => self.chat_rules = Arc::clone(&ground.chat_rules),
            Part::Aliases => {}
        }
        self
    }
}

impl Compiler {
    fn of(made: Compiled) -> Self {
        let (report, remarks) = (Report::default(), Remarks::default());
        Self { report, remarks, root: KeyPath::root("policy"), made }
    }

    fn names(&self) -> Names<'_> {
        let Compiled { networks, registry, people, .. } = &self.made;
        Names { networks, registry, people }
    }

    /// What is made, with the remarks about a part, or about the files.
    fn remark(self, part: Option<Part>) -> Compiled {
        let Self { remarks, mut made, .. } = self;
        made.remarks.insert(part, Arc::new(remarks));
        made
    }
}
