//! Checks what the compiler does not.
//!
//! Each check returns what it found as text, so that the architecture test in `tests/` can run the
//! same checks one by one.

pub mod edges;
pub mod invariants;
pub mod lints;
pub mod map;
pub mod text;

use std::fs;

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, camino::Utf8Path};

use crate::{say, shell::root};

/// The workspace as cargo and git see it.
#[derive(Debug)]
pub struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    /// Asks cargo.
    ///
    /// # Errors
    /// When this does not run under cargo.
    pub fn load() -> Result<Self> {
        let metadata = MetadataCommand::new().current_dir(root()?).no_deps().exec()?;
        Ok(Self { metadata })
    }

    fn root(&self) -> &Utf8Path {
        &self.metadata.workspace_root
    }

    fn read(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.root().join(path)).with_context(|| format!("failed to read {path}"))
    }

    /// Each member's folder, relative to the root, with its package.
    fn members(&self) -> impl Iterator<Item = (&Utf8Path, &Package)> {
        self.metadata.workspace_packages().into_iter().filter_map(|package| {
            let folder = package.manifest_path.parent()?.strip_prefix(self.root()).ok()?;
            Some((folder, package))
        })
    }

    /// What a package of ours depends on in the shipped program, by name and in order.
    pub fn dependencies(&self, name: &str) -> Vec<&str> {
        let package = self.members().find(|(_, package)| package.name == name);
        let mut names: Vec<_> = package
            .into_iter()
            .flat_map(|(_, package)| &package.dependencies)
            .filter(|dependency| dependency.kind == DependencyKind::Normal)
            .map(|dependency| dependency.name.as_str())
            .collect();
        names.sort_unstable();
        names
    }
}

/// Runs every check and prints what they found.
pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::load()?;
    let problems = [
        map::check(&workspace)?,
        invariants::check(&workspace)?,
        edges::check(&workspace),
        lints::check(&workspace)?,
        text::check(&workspace)?,
    ]
    .concat();
    for problem in &problems {
        say!("tidy: {problem}");
    }
    ensure!(problems.is_empty(), "{} things are not tidy", problems.len());
    Ok(())
}
