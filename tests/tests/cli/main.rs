//! The command line: what it prints, and with which exit code it ends.

mod bots;
mod check;
mod managed;
mod policy;
mod usage;

use std::process::Output;

use anyhow::Result;
use nuncio_tests::home::Home;

/// What a run printed and how it ended, as a person would note it down.
fn told(output: &Output) -> String {
    let printed = |name: &str, bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        if text.is_empty() { String::new() } else { format!("{name}:\n{}\n", text.trim_end()) }
    };
    let (stdout, stderr) = (printed("stdout", &output.stdout), printed("stderr", &output.stderr));
    format!("{stdout}{stderr}exit code {}", output.status.code().unwrap_or(-1))
}

/// What `nuncio` tells with this configuration.
fn tells(config: &str, arguments: &[&str]) -> Result<String> {
    Ok(told(&Home::new(config)?.nuncio(arguments)?))
}
