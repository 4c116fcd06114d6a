//! Runs all tests.

use std::env;

use anyhow::Result;

use crate::{
    binary, servers,
    shell::{self, cargo},
};

/// Installs what is missing, runs the examples in the documentation, builds the program that the
/// scenarios start, then runs all other tests, whose summary ends the output.
pub(crate) fn run(nextest: &[String]) -> Result<()> {
    servers::run()?;
    let profile = if env::var_os("CI").is_some() { "ci" } else { "default" };
    if nextest.is_empty() {
        shell::run(&mut cargo("test --workspace --doc --quiet")?)?;
    }
    binary()?;
    shell::run(cargo(&format!("nextest run --workspace --profile {profile}"))?.args(nextest))
}
