//! Runs all that must pass before a change lands.

mod clone;
mod features;

use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::{
    say,
    shell::{cargo, output, run, succeeds},
    tidy,
};

type Step = (&'static str, fn() -> Result<()>);

/// The cheap ones first, and last the one whose summary should end the output.
const STEPS: [Step; 7] = [
    ("format", || run(&mut cargo("fmt --all --check")?)),
    ("tidy", tidy::run),
    ("clippy", || run(&mut cargo("clippy --workspace --all-targets -- -D warnings")?)),
    ("features", features::check_each_alone),
    ("documentation", documentation),
    ("dependencies", dependencies),
    ("tests on a clean clone", clone::test),
];

/// Runs every step, and stops at the first that fails.
pub(crate) fn run_all() -> Result<()> {
    let start = Instant::now();
    for (name, step) in STEPS {
        let begun = Instant::now();
        say!("── {name}");
        step().context(name)?;
        say!("── {name}: ok, {:.0} s", begun.elapsed().as_secs_f32());
    }
    say!("ci: all steps passed in {:.0} s", start.elapsed().as_secs_f32());
    Ok(())
}

fn documentation() -> Result<()> {
    let mut doc = cargo("doc --workspace --no-deps --quiet")?;
    run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// Workspaces of their own, which the other steps do not build.
const APART: [&str; 2] = ["benches/compare", "fuzz"];

/// Licences, sources and bans of all dependencies, by deny.toml; and that every lock file is the one
/// of its manifests.
fn dependencies() -> Result<()> {
    for folder in APART {
        let ask =
            format!("metadata --locked --format-version 1 --manifest-path {folder}/Cargo.toml");
        output(&mut cargo(&ask)?).with_context(|| format!("{folder}/Cargo.lock"))?;
    }
    if succeeds(&mut cargo("deny --version")?) {
        return run(&mut cargo("deny --all-features check bans licenses sources")?);
    }
    say!(
        "Not checked: `cargo install --locked cargo-deny` takes minutes, and is yours to do once."
    );
    Ok(())
}
