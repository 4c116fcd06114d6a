//! Everything that CI and a person run, one module per task.
//!
//! It is a library so that the architecture test can ask [`tidy`] what CI asks.

pub mod tidy;

mod bench;
mod binary;
mod ci;
mod fuzz;
mod report;
mod servers;
mod shell;
mod test;

use anyhow::Result;
use clap::Parser;

pub use binary::binary;
pub use report::print;

/// Everything that CI and a person run.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub enum Task {
    /// Runs all that must pass before a change lands.
    Ci,
    /// Installs what the tests need and runs them all, on real servers.
    Test {
        /// Further arguments of `cargo nextest run`, such as a filter.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        nextest: Vec<String>,
    },
    /// Installs the servers that the tests use, their services held back, and the test runner.
    Servers,
    /// Measures, prints ratios, and writes docs/performance.md.
    Bench {
        /// Names of measures; all of them if none is given.
        measures: Vec<String>,
        /// Only shows that the measures work; the figures mean nothing.
        #[arg(long)]
        quick: bool,
    },
    /// Checks what the compiler does not: the code map, invariants, dependencies, style.
    Tidy,
    /// Runs the fuzz targets and prints executions and corpus sizes.
    Fuzz {
        /// How long each target runs.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Names of targets; all of them if none is given.
        targets: Vec<String>,
    },
}

impl Task {
    /// Does it.
    ///
    /// # Errors
    /// When any of its steps fails.
    pub fn run(self) -> Result<()> {
        match self {
            Self::Ci => ci::run_all(),
            Self::Test { nextest } => test::run(&nextest),
            Self::Servers => servers::run(),
            Self::Bench { measures, quick } => bench::run(&measures, quick),
            Self::Tidy => tidy::run(),
            Self::Fuzz { seconds, targets } => fuzz::run(seconds, &targets),
        }
    }
}
