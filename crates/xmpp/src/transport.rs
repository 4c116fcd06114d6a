//! The transport: one task that owns the stream, the session and the flood limit.

mod put;
mod rest;
mod shell;
mod wire;

use std::io;

use futures_util::future::BoxFuture;
use nuncio_core::{
    bucket::Bucket,
    config::{Secret, SecretSource},
    delivery::Doubtful,
    features::Features,
    transport::{Link, Transport, TransportError},
};
use nuncio_policy::Network;

use crate::{
    config::{Config, ConfigError, Settings},
    login::Login,
    session::features,
};

/// One XMPP network: one account, and the rooms that it is in.
#[derive(Debug)]
pub struct Xmpp {
    network: Network,
    settings: Settings,
    flood: Bucket,
    login: Login,
    /// What a process that was killed had handed over.
    doubtful: Vec<Doubtful>,
}

impl Xmpp {
    /// A network as its configuration says; secrets are resolved by `secret`, and files are read.
    ///
    /// # Errors
    /// Any [`ConfigError`], or the error of `secret`.
    pub fn new<E: From<ConfigError>>(
        network: Network,
        config: &Config,
        mut secret: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Self, E> {
        let settings = config.settings(&mut secret)?;
        let (flood, login) = (config.flood.bucket(), config.login(secret)?);
        Ok(Self { network, settings, flood, login, doubtful: Vec::new() })
    }
}

impl Transport for Xmpp {
    fn network(&self) -> &Network {
        &self.network
    }

    fn kind(&self) -> &'static str {
        "xmpp"
    }

    fn features(&self) -> Features {
        features()
    }

    fn look_for(&mut self, doubtful: Vec<Doubtful>) {
        self.doubtful = doubtful;
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
