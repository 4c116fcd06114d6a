//! The program under test.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::shell::{cargo, output};

/// Builds the program `nuncio` where it is not up to date, and says where it is.
///
/// Cargo hands a test the programs of its own package only, and the scenarios are in another. So
/// they ask cargo, which takes a fraction of a second when nothing changed; `cargo xtask test` asks
/// first, so that no test waits for a long build.
///
/// It is built beside a test, for the whole workspace: cargo turns on what any of the selected
/// targets needs, and another selection than that of the tests would compile matrix-sdk a second
/// time, which takes minutes and gigabytes.
///
/// # Errors
/// When it does not build.
pub fn binary() -> Result<PathBuf> {
    let arguments = "build --quiet --workspace --bin nuncio --test config --message-format=json";
    let messages = output(&mut cargo(arguments)?)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut program = messages
        .filter(|message| message.pointer("/target/kind/0").is_some_and(|kind| kind == "bin"))
        .filter_map(|message| message.get("executable")?.as_str().map(Into::into));
    program.next_back().context("cargo built no program `nuncio`")
}
