//! Runs the fuzz targets.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};

use crate::{
    say,
    shell::{self, cargo, command, output, root, succeeds},
};

/// Runs each target for `seconds` on its corpus, and prints executions and corpus sizes.
pub(crate) fn run(seconds: u64, wanted: &[String]) -> Result<()> {
    if !succeeds(&mut cargo("fuzz --version")?) {
        say!("Installing cargo-fuzz, which takes a minute once.");
        shell::run(&mut cargo("install --locked cargo-fuzz")?)?;
    }
    let root = root()?;
    let list = output(&mut nightly("list")?)?;
    let known: Vec<&str> = list.split_whitespace().collect();
    for name in wanted {
        ensure!(known.contains(&name.as_str()), "no target `{name}`; there are {known:?}");
    }
    let chosen = known.iter().filter(|name| wanted.is_empty() || wanted.iter().any(|w| w == *name));
    for target in chosen {
        let executions = fuzz(target, seconds)?;
        let corpus = count(&root.join("fuzz/corpus").join(target));
        say!("{target}: {executions} executions in {seconds} s, {corpus} inputs in its corpus");
    }
    Ok(())
}

/// cargo-fuzz needs the nightly compiler, whatever the workspace is pinned to.
fn nightly(arguments: &str) -> Result<Command> {
    let mut command = command("cargo", "+nightly fuzz")?;
    command.args(arguments.split_whitespace()).env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
    Ok(command)
}

fn fuzz(target: &str, seconds: u64) -> Result<u64> {
    let arguments = format!("run {target} -- -max_total_time={seconds} -print_final_stats=1");
    let output = nightly(&arguments)?.output().context("failed to start cargo fuzz")?;
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{target}` found something:\n{text}");
    let executions = text
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .with_context(|| format!("`{target}` did not say what it did:\n{text}"))?;
    Ok(executions.trim().parse()?)
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}
