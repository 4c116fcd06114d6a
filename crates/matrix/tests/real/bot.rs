//! A homeserver with an account for the bot, and the folder in which the bot keeps it.

use std::{net::SocketAddr, path::Path};

use anyhow::Result;
use nuncio_core::{config::SecretSource, transport::Transport};
use nuncio_matrix::{
    Matrix,
    config::{Config, ConfigError},
};
use nuncio_testkit::server::Synapse;
use tempfile::TempDir;

/// The bot's account.
pub(crate) const BOT: &str = "@bot:localhost";

/// How it reads by sliding sync.
pub(crate) const SLIDING: &str = "\nsync = \"sliding\"\n";

/// A bot that can be started.
pub(crate) struct Bot {
    pub(crate) server: Synapse,
    pub(crate) folder: TempDir,
    /// Keys that it has besides.
    pub(crate) more: &'static str,
}

impl Bot {
    pub(crate) async fn new() -> Result<Self> {
        let server = Synapse::start().await?;
        for name in ["bot", "host"] {
            server.add_user(name, "secret").await?;
        }
        Ok(Self { server, folder: TempDir::new()?, more: "" })
    }

    /// One that reads by sliding sync.
    pub(crate) async fn sliding() -> Result<Self> {
        Ok(Self { more: SLIDING, ..Self::new().await? })
    }

    /// The bot, in the room `#test:localhost`, with these keys besides.
    pub(crate) fn configured(&self, keys: &str) -> Result<Box<dyn Transport>> {
        self.proved("password = \"secret\"", keys)
    }

    /// The same with another proof of who it is.
    pub(crate) fn proved(&self, proof: &str, keys: &str) -> Result<Box<dyn Transport>> {
        let rooms = "rooms = [\"#test:localhost\"]\naccept_invites = [\"localhost\"]";
        self.alone(&format!("{proof}\n{rooms}\n"), keys)
    }

    /// The same with other rooms and inviters.
    pub(crate) fn alone(&self, rooms: &str, keys: &str) -> Result<Box<dyn Transport>> {
        Ok(Box::new(self.matrix(rooms, keys)?))
    }

    /// The same, for whoever is to log in.
    pub(crate) fn matrix(&self, rooms: &str, keys: &str) -> Result<Matrix> {
        let keys = format!("{rooms}{keys}{}", self.more);
        matrix(self.server.addr(), &keys, self.folder.path())
    }
}

/// The bot at a server, with its state in a folder.
pub(crate) fn transport(
    server: SocketAddr,
    keys: &str,
    folder: &Path,
) -> Result<Box<dyn Transport>> {
    Ok(Box::new(matrix(server, keys, folder)?))
}

fn matrix(server: SocketAddr, keys: &str, folder: &Path) -> Result<Matrix> {
    let config: Config = toml::from_str(&format!(
        "kind = \"matrix\"\nuser = \"{BOT}\"\nhomeserver = \"http://{server}\"\n{keys}"
    ))?;
    let matrix =
        Matrix::new("matrix".parse()?, &config, folder.to_owned(), |source| match source {
            SecretSource::Text(secret) => Ok(secret.clone()),
            _ => Err(ConfigError::Plain { value: "no text".to_owned() }),
        });
    Ok(matrix?)
}
