//! The command line: what it prints, and with which exit code it ends.

mod check;
mod policy;
mod usage;

use std::process::Output;

use anyhow::Result;
use nuncio_tests::home::Home;

/// What a run printed and how it ended, as a person would note it down.
fn told(output: &Output) -> String {
    let mut told = String::new();
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        if !bytes.is_empty() {
            let text = String::from_utf8_lossy(bytes);
            told += &format!("{name}:\n{}\n", text.trim_end());
        }
    }
    told + &format!("exit code {}", output.status.code().unwrap_or(-1))
}

/// What `nuncio` tells with this configuration.
fn tells(config: &str, arguments: &[&str]) -> Result<String> {
    Ok(told(&Home::new(config)?.nuncio(arguments)?))
}
