//! The binary `nuncio`: the only crate that may name all the others.
//!
//! `run` puts a bot together; `command` holds what the process does besides; everything else is
//! what one of them needs.

mod cli;
mod command;
mod exit;
mod load;
mod log;
mod networks;
mod paths;
mod plugins;
mod porter;
mod run;
mod say;
mod screen;
mod settings;
mod shared;
mod views;

use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::exit::Exit;
use crate::run::End;
use crate::say::Failed;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let end = dispatch(cli.command.unwrap_or_else(|| Command::Run(cli::Bot::default())));
    match end.unwrap_or_else(|Failed(exit)| End::Over(exit)) {
        End::Over(exit) => exit.into(),
        End::Again => again().into(),
    }
}

fn dispatch(command: Command) -> Result<End, Failed> {
    match command {
        Command::Run(bot) => block_on(run::run(&bot)),
        Command::Check(bot) => block_on(command::check::check(&bot)).map(End::Over),
        Command::Config(config) => command::check::show(&config).map(End::Over),
        Command::Policy(policy) => block_on(command::policy::run(&policy)).map(End::Over),
        #[cfg(feature = "socket")]
        Command::Chat(chat) => block_on(command::chat::run(&chat)).map(End::Over),
        #[cfg(feature = "matrix")]
        Command::Login { network, bot } => {
            block_on(command::login::run(&network, &bot)).map(End::Over)
        }
        Command::Outbox(bot) => block_on(command::records::outbox(&bot)).map(End::Over),
        Command::Audit(audit) => block_on(command::records::audit(&audit)).map(End::Over),
    }
}

fn block_on<T>(work: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Failed::saying(Exit::Broken, error))?.block_on(work)
}

/// Begins again with the same command line, in the same process.
fn again() -> Exit {
    let error = match std::env::current_exe() {
        Ok(program) => std::process::Command::new(program).args(std::env::args_os().skip(1)).exec(),
        Err(error) => error,
    };
    say::complain(format_args!("nuncio: it cannot be started again: {error}"));
    Exit::Broken
}
