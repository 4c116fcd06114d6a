//! Everything that CI and a person run: `cargo xtask --help`.

use std::process::ExitCode;

use clap::Parser as _;
use xtask::{Task, say};

fn main() -> ExitCode {
    match Task::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
