//! What `nuncio chat` does: a prompt, a single command, or the lines of standard input.

mod batch;
mod prompt;
mod show;

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::client::{Client, ClientError, ConnectError, Login, Target};
use crate::stdin::{self, Input};
use crate::terminal::Terminal;

/// What to chat about.
#[derive(Clone, Debug)]
pub enum Mode {
    /// Says one thing, prints the answers, and ends.
    Command(String),
    /// Says each line of standard input, and ends with the last answer.
    Lines,
    /// Shows a prompt, until its user ends it.
    Prompt {
        /// Where its history is kept.
        history: Option<PathBuf>,
    },
}

impl Mode {
    /// A prompt where a person sits at a terminal, else the lines of standard input.
    pub fn of_terminal(history: Option<PathBuf>) -> Self {
        if io::stdin().is_terminal() && io::stdout().is_terminal() {
            Self::Prompt { history }
        } else {
            Self::Lines
        }
    }
}

/// How a chat ended; of several requests, the worst counts. The numbers that a process ends with
/// are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// Everything was answered.
    Answered,
    /// Something was refused, or failed.
    Refused,
    /// Something was not answered in time.
    Unanswered,
}

/// Why a chat broke off.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// There was no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The connection was lost.
    #[error(transparent)]
    Lost(#[from] ClientError),
    /// The bot hung up.
    #[error("the bot hung up: {0}")]
    HungUp(String),
    /// Nothing came for too long.
    #[error("the bot does not answer any more")]
    Silent,
    /// The terminal or a file failed.
    #[error("cannot read or print: {0}")]
    Io(#[from] io::Error),
}

/// Connects and chats.
///
/// # Errors
/// [`ChatError`].
pub async fn run(target: &Target, login: Login, mode: Mode) -> Result<Ending, ChatError> {
    let client = Client::connect(target, &Login { acks: true, ..login }).await?;
    let terminal = Terminal::of_stdout();
    match mode {
        Mode::Command(command) => {
            let (tx, lines) = mpsc::channel(1);
            // The channel was just made and has room.
            drop(tx.send(Input::Line(command)).await);
            drop(tx);
            batch::run(client, lines, terminal, &mut io::stdout(), &mut io::stderr()).await
        }
        Mode::Lines => {
            let lines = stdin::lines()?;
            batch::run(client, lines, terminal, &mut io::stdout(), &mut io::stderr()).await
        }
        Mode::Prompt { history } => prompt::run(client, history, terminal).await,
    }
}
