//! `nuncio login`: a person logs in for a bot, in a browser.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use nuncio_config::Config;
use nuncio_core::store::{Store as _, StoreError};
use nuncio_matrix::{LoginToken, Matrix, SsoError, SsoLogin};
use nuncio_store::{OpenError, Options, SqliteStore};
use tokio::sync::mpsc;

use crate::cli::Bot;
use crate::exit::Exit;
use crate::load;
use crate::networks;
use crate::paths;
use crate::plugins::Plugins;
use crate::say::{self, Failed};

/// Logs in to a network, and leaves the session where `nuncio run` goes on with it. The bot's state
/// is held meanwhile, so that it does not run.
pub(crate) async fn run(network: &str, bot: &Bot) -> Result<Exit, Failed> {
    let mut loader = load::loader(bot, &Plugins::standard(), Vec::new());
    let config = loader.load()?;
    check(&config, network)?;
    let store = hold(&config)?;
    loader.settings = store.settings().await.map_err(unreadable)?;
    let matrix = transport(&loader.load()?, network)?;
    let ended = log_in(matrix).await;
    store.close().await;
    ended
}

/// Whether there is such a network, and it is one to log in to.
fn check(config: &Config, name: &str) -> Result<(), Failed> {
    let names: Vec<_> = config
        .networks()
        .filter(|network| network.kind == "matrix")
        .map(|network| format!("`{}`", network.name))
        .collect();
    let matrix = match names.as_slice() {
        [] => "there is none of kind `matrix`".to_owned(),
        names => format!("those of kind `matrix`: {}", names.join(", ")),
    };
    match config.network(name) {
        Some(network) if network.kind == "matrix" => Ok(()),
        Some(network) => Err(Failed::saying(
            Exit::Usage,
            format_args!(
                "`{name}` is a network of kind `{}`, and `nuncio login` is for Matrix; {matrix}",
                network.kind
            ),
        )),
        None => {
            Err(Failed::saying(Exit::Usage, format_args!("there is no network `{name}`; {matrix}")))
        }
    }
}

/// Takes the bot's state for us alone.
fn hold(config: &Config) -> Result<Arc<SqliteStore>, Failed> {
    let opened = SqliteStore::open(&paths::state_of(config), Options::default());
    opened.map(Arc::new).map_err(|error| match error {
        OpenError::InUse { .. } => Failed::saying(
            Exit::Store,
            "the bot is running, and its store is in use: stop it, log in, and start it again",
        ),
        error => Failed::saying(Exit::Store, error),
    })
}

fn transport(config: &Config, name: &str) -> Result<Matrix, Failed> {
    match config.network(name) {
        Some(section) => Ok(networks::matrix::transport(config, &section)?),
        None => Err(Failed::saying(Exit::Config, format_args!("there is no network `{name}`"))),
    }
}

async fn log_in(matrix: Matrix) -> Result<Exit, Failed> {
    let login = SsoLogin::begin(matrix).await.map_err(|error| failed(&error))?;
    say::line(format_args!(
        "Open this page in a browser, and log in as `{}`:\n\n  {}\n\n\
         The browser then comes back here by itself, for 10 minutes. Where it cannot, because it is \
         on another machine, paste the address at which it ends (`{}?loginToken=…`):",
        login.user(),
        login.page(),
        login.landing()
    ));
    let token = token(&login).await.map_err(|error| failed(&error))?;
    let session = login.redeem(token).await.map_err(|error| failed(&error))?;
    say::line(format_args!("Logged in: {session}. `nuncio run` goes on with it."));
    Ok(Exit::Fine)
}

/// What the browser brings, or a person pastes.
async fn token(login: &SsoLogin) -> Result<LoginToken, SsoError> {
    let mut brought = pin!(login.token());
    let mut lines = lines();
    loop {
        tokio::select! {
            biased;
            brought = &mut brought => return brought,
            Some(line) = lines.recv() => match line.parse::<LoginToken>() {
                Ok(token) => return Ok(token),
                Err(_) if line.trim().is_empty() => {}
                Err(error) => say::complain(format_args!("nuncio: {error}")),
            },
        }
    }
}

/// The lines of standard input. The thread that reads them ends with the process: nothing else ends
/// a read of a terminal.
fn lines() -> mpsc::Receiver<String> {
    let (tx, lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            if tx.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn failed(error: &SsoError) -> Failed {
    let exit = match error {
        SsoError::Unusable { .. } => Exit::Config,
        SsoError::Unreachable { .. } | SsoError::TooLate => Exit::Unavailable,
        _ => Exit::No,
    };
    Failed::saying(exit, networks::in_full(error))
}

fn unreadable(error: StoreError) -> Failed {
    Failed::saying(Exit::Store, error)
}
