//! Runs Limnoria's vectors: `cargo run --release -p nuncio-policy --example limnoria -- FILE…`.
//!
//! A FILE holds a row of JSON a line, or one object with the rows in `cases`; `-` is standard
//! input. Each row is asked of the crate itself, with Limnoria's names put into ours. Prints a line
//! `id expected got` for each row that fails, a line of counts for each kind, and last the sums.
//! The exit status is 1 if any row fails, or a file cannot be read.
//!
//! A row that names one of Limnoria's known bugs, and to which we answer otherwise, is counted
//! apart under that bug; docs/policy.md has a line for each.
#![expect(clippy::print_stderr, reason = "what cannot be read is no finding")]
#![expect(clippy::disallowed_methods, reason = "it reads files; what it runs does not")]

#[path = "vectors.rs"]
mod vectors;

use std::io::{Read, Write};
use std::process::ExitCode;

use vectors::Tally;

fn main() -> ExitCode {
    let mut tally = Tally::default();
    let paths: Vec<String> = std::env::args().skip(1).collect();
    if paths.is_empty() {
        eprintln!("name a file of vectors, or `-` for standard input");
    }
    let mut unread = paths.is_empty();
    for path in paths {
        match read(&path) {
            Ok(text) => tally.run(&text),
            Err(error) => {
                eprintln!("{path}: {error}");
                unread = true;
            }
        }
    }
    if write!(std::io::stdout(), "{tally}").is_err() || unread || !tally.has_passed() {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn read(path: &str) -> std::io::Result<String> {
    if path != "-" {
        return std::fs::read_to_string(path);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
