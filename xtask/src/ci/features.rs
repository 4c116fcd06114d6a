//! Each feature of the runner alone.

use anyhow::{Context as _, Result};
use cargo_metadata::MetadataCommand;

use crate::shell::{cargo, root, run};

/// Checks the runner with none and with each of its features.
pub(super) fn check_each_alone() -> Result<()> {
    let metadata = MetadataCommand::new().current_dir(root()?).no_deps().exec()?;
    let runner = metadata.packages.iter().find(|package| package.name == "nuncio");
    let features = &runner.context("the runner is called `nuncio`")?.features;
    let alone = features.keys().map(String::as_str).filter(|feature| *feature != "default");
    for feature in std::iter::once("").chain(alone) {
        let mut check = cargo("clippy --package nuncio --no-default-features --quiet")?;
        check.arg(format!("--features={feature}")).args(["--", "-D", "warnings"]);
        run(&mut check)?;
    }
    Ok(())
}
