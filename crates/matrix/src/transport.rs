//! The transport: one task that owns the client, the session and the flood limit.

mod carry;
mod closed;
mod counts;
mod errands;
mod failure;
mod fetch;
mod gap;
mod keeper;
mod keys;
mod lanes;
mod limits;
mod login;
mod people;
mod pins;
mod power;
mod pull;
mod questions;
mod recovery;
mod rest;
mod shell;
mod source;
mod sso;
mod traffic;
mod upload;
mod vault;
mod verify;

use std::{io, path::PathBuf};

use futures_util::future::BoxFuture;
use nuncio_core::{
    bucket::Bucket,
    config::{Secret, SecretSource},
    features::Features,
    transport::{Link, Transport, TransportError},
};
use nuncio_policy::Network;

pub use self::sso::{LoggedIn, LoginToken, NoToken, SsoError, SsoLogin};

use self::login::Login;
use crate::{
    config::{Config, ConfigError, Settings},
    session::features,
};

/// One Matrix network: one account, and the rooms that it is in.
#[derive(Debug)]
pub struct Matrix {
    network: Network,
    settings: Settings,
    flood: Bucket,
    login: Login,
}

impl Matrix {
    /// A network as its configuration says; secrets are resolved by `secret`, and files are read.
    /// The account's keys and state are kept in `folder`, which is made when it runs.
    ///
    /// # Errors
    /// Any [`ConfigError`], or the error of `secret`.
    pub fn new<E: From<ConfigError>>(
        network: Network,
        config: &Config,
        folder: PathBuf,
        secret: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Self, E> {
        let settings = config.settings()?;
        let login = Login::new(network.clone(), config.account(secret)?, folder);
        Ok(Self { network, settings, flood: config.flood.bucket(), login })
    }
}

impl Transport for Matrix {
    fn network(&self) -> &Network {
        &self.network
    }

    fn kind(&self) -> &'static str {
        "matrix"
    }

    fn features(&self) -> Features {
        features()
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        Box::pin(async move {
            let network = self.network.clone();
            let shell = shell::Shell::new(*self, link);
            Box::pin(shell.live()).await.map_err(|why| TransportError {
                network,
                why,
                source: None::<io::Error>,
            })
        })
    }
}
