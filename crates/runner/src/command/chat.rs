//! `nuncio chat`: the socket's client.

use std::path::PathBuf;

use nuncio_core::config::SecretSource;
use nuncio_socket::chat::{self, Ending, Mode};
use nuncio_socket::client::{Login, Target};
use nuncio_socket::path;

use crate::cli::Chat;
use crate::exit::Exit;
use crate::paths;
use crate::say::{self, Failed};

/// Talks to a running bot: one command, the lines of standard input, or a prompt.
pub(crate) async fn run(chat: &Chat) -> Result<Exit, Failed> {
    let target = match &chat.to {
        Some(to) => to.parse().map_err(|error| Failed::saying(Exit::Usage, error))?,
        None => Target::Unix(only_socket()?),
    };
    let mode = match &chat.execute {
        Some(command) => Mode::Command(command.clone()),
        None => Mode::of_terminal(Some(paths::state("chat-history"))),
    };
    match chat::run(&target, login(chat)?, mode).await {
        Ok(Ending::Answered) => Ok(Exit::Fine),
        Ok(Ending::Refused) => Ok(Exit::No),
        Ok(Ending::Unanswered) => {
            say::complain("nuncio: not everything was answered in time");
            Ok(Exit::Unavailable)
        }
        Err(error) => Err(Failed::saying(Exit::Unavailable, error)),
    }
}

fn login(chat: &Chat) -> Result<Login, Failed> {
    let source = chat.token_file.clone().map(SecretSource::File);
    let fetch = |source| nuncio_config::fetch(&source, std::path::Path::new(""));
    let fetched = source.map(fetch).transpose();
    let token = fetched.map_err(|error| Failed::saying(Exit::Usage, error))?;
    let token = token.map(|fetched| fetched.secret);
    Ok(Login { token, ca_file: chat.ca_file.clone(), ..Login::default() })
}

/// The socket of the only bot that runs here.
fn only_socket() -> Result<PathBuf, Failed> {
    let any = path::default_path("any").map_err(|error| Failed::saying(Exit::Broken, error))?;
    let folder = any.parent().map(PathBuf::from).unwrap_or_default();
    let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
    let sockets = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "sock"));
    let mut sockets: Vec<_> = sockets.collect();
    sockets.sort();
    match sockets.as_slice() {
        [] => Err(Failed::saying(
            Exit::Unavailable,
            format_args!(
                "no bot runs here (there is no socket in `{}`); start one with `nuncio run`, or name its socket with `--to`",
                folder.display()
            ),
        )),
        [socket] => Ok(socket.clone()),
        several => {
            let names: Vec<_> =
                several.iter().map(|path| format!("  --to {}", path.display())).collect();
            Err(Failed::saying(
                Exit::Usage,
                format_args!("several bots run here; choose one:\n{}", names.join("\n")),
            ))
        }
    }
}
