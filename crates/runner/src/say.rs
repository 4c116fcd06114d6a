//! Printing for people and scripts. A reader that went away is no error.

use std::io::{self, Write};

use miette::Diagnostic;
use nuncio_config::Problems;

use crate::exit::Exit;

/// Prints to standard output, ending the line.
pub(crate) fn line(text: impl std::fmt::Display) {
    drop(writeln!(io::stdout().lock(), "{text}"));
}

/// Prints to standard output as it is.
pub(crate) fn text(text: impl std::fmt::Display) {
    drop(write!(io::stdout().lock(), "{text}"));
}

/// Prints to standard error, ending the line.
pub(crate) fn complain(text: impl std::fmt::Display) {
    drop(writeln!(io::stderr().lock(), "{text}"));
}

/// Prints problems with their places to standard error.
pub(crate) fn problems(problems: &Problems) {
    for problem in problems {
        report(problem);
    }
}

fn report(problem: &dyn Diagnostic) {
    let mut text = String::new();
    let handler = miette::GraphicalReportHandler::new();
    match handler.render_report(&mut text, problem) {
        Ok(()) => complain(text.trim_end()),
        Err(_) => complain(problem),
    }
}

/// Why a subcommand ended early: it was said already, or is said now.
#[derive(Debug)]
pub(crate) struct Failed(pub(crate) Exit);

impl From<Problems> for Failed {
    fn from(found: Problems) -> Self {
        problems(&found);
        Self(Exit::Config)
    }
}

impl From<nuncio_config::Problem> for Failed {
    fn from(problem: nuncio_config::Problem) -> Self {
        Self::from(Problems::from(problem))
    }
}

impl Failed {
    /// Says why, and ends with a number.
    pub(crate) fn saying(exit: Exit, why: impl std::fmt::Display) -> Self {
        complain(format_args!("nuncio: {why}"));
        Self(exit)
    }
}
