//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// One bot, every network, one policy.
#[derive(Debug, Parser)]
#[command(name = "nuncio", version, about, subcommand_required = false)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What the process is to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs a bot: the one of a folder, or without one the quickstart bot.
    Run(Bot),
    /// Reads a bot's configuration and policy and says what is wrong with them.
    Check(Bot),
    /// Shows the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Asks the policy.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Talks to a running bot through its socket.
    #[cfg(feature = "socket")]
    Chat(Chat),
    /// Logs in to a Matrix network through a browser (SSO), for a bot that has no password there.
    #[cfg(feature = "matrix")]
    Login {
        /// The network's name: `matrix`.
        network: String,
        #[command(flatten)]
        bot: Bot,
    },
    /// Lists what could not be sent; a running bot sends again with its command `outbox resend`.
    Outbox(Bot),
    /// Shows the audit log, the latest line first.
    Audit(Audit),
}

/// Which bot.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Bot {
    /// The bot's folder, with its nuncio.toml, or one file.
    pub(crate) folder: Option<PathBuf>,
    /// Adds nuncio.PROFILE.toml.
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Sets a key for this run, over everything else.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
}

/// What to show of a configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Prints every value, never a secret.
    Show {
        #[command(flatten)]
        bot: Bot,
        /// Says where each value comes from.
        #[arg(long)]
        origin: bool,
        /// Shows what holds in a room: `r:irc:#nuncio`.
        #[arg(long)]
        room: Option<String>,
    },
}

/// What to ask the policy.
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Decides on each JSON line of standard input.
    Eval(PolicyFile),
    /// Says whether somebody may run a command, and why.
    Explain {
        /// `u:irc:bob`, or `a:bob`.
        user: String,
        /// A command in full: `shell.run`.
        command: String,
        /// The room in which it is said: `r:irc:#linux`.
        #[arg(long)]
        room: Option<String>,
        /// The time: `2026-12-01T00:00:00Z`; now without it.
        #[arg(long)]
        at: Option<String>,
        #[command(flatten)]
        file: PolicyFile,
    },
    /// Lists who may run a command.
    WhoCan {
        /// A command in full: `shell.run`.
        command: String,
        /// The room in which it is said: `r:irc:#linux`.
        #[arg(long)]
        room: Option<String>,
        #[command(flatten)]
        file: PolicyFile,
    },
    /// Checks the operator's own expectations, kept beside the policy.
    Test {
        /// The expectations.
        expectations: PathBuf,
        #[command(flatten)]
        file: PolicyFile,
    },
    /// Looks for rules that do nothing and rights that are not safe.
    Lint(PolicyFile),
    /// Prints the policy in force: what files declare, and what is managed from chat.
    Show {
        /// Says where each entry comes from: file and line, or who said it, when, and the row of
        /// the audit log.
        #[arg(long)]
        origin: bool,
        #[command(flatten)]
        file: PolicyFile,
    },
    /// Says which decisions would be others by another policy.
    Diff {
        /// The policy as it is: a file, or a folder.
        old: PathBuf,
        /// The policy as it might be.
        new: PathBuf,
        /// Asks again what the audit log of the bot tells of.
        #[arg(long, required = true)]
        audit: bool,
        #[command(flatten)]
        bot: PolicyFile,
    },
}

/// Where the policy is.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PolicyFile {
    /// A file, which may hold `[policy]` alone, or a bot's folder; the current folder without it.
    /// With a folder counts what is managed from chat, if the bot has run.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Leaves out what is managed from chat.
    #[arg(long)]
    pub(crate) declared: bool,
}

/// How to talk to a running bot.
#[cfg(feature = "socket")]
#[derive(Debug, Args)]
pub(crate) struct Chat {
    /// The socket: a path, or `tls://HOST:PORT`; the only running bot's without it.
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// Runs one command, prints its answers and ends.
    #[arg(short = 'e', value_name = "COMMAND")]
    pub(crate) execute: Option<String>,
    /// Holds the token that proves who one is, over TLS.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<String>,
    /// Trusts these authorities alone, in place of the system's.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

/// What to show of the audit log.
#[derive(Debug, Args)]
pub(crate) struct Audit {
    #[command(flatten)]
    pub(crate) bot: Bot,
    /// Only of this speaker: `u:irc:bob`.
    #[arg(long)]
    pub(crate) who: Option<String>,
    /// Only of this command and those below it: `shell` or `shell.run`.
    #[arg(long)]
    pub(crate) what: Option<String>,
    /// Only this one, in full.
    #[arg(long)]
    pub(crate) number: Option<u64>,
    /// Only those that changed something of the policy.
    #[arg(long)]
    pub(crate) changes: bool,
    /// At most so many lines.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: usize,
}
