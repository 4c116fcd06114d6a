//! Each feature of the runner alone.

use anyhow::{Context as _, Result};
use cargo_metadata::MetadataCommand;

use crate::shell::{cargo, root, run};

/// Checks the runner with each of its features alone.
pub(super) fn check_each_alone() -> Result<()> {
    let metadata = MetadataCommand::new().current_dir(root()?).no_deps().exec()?;
    let runner = metadata.packages.iter().find(|package| package.name == "nuncio");
    let features = &runner.context("the runner is called `nuncio`")?.features;
    for feature in features.keys().filter(|feature| *feature != "default") {
        let mut check = cargo("clippy --package nuncio --no-default-features --quiet --features")?;
        run(check.arg(feature).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}
