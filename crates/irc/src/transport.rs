//! The transport: one task that owns the socket, the session and the flood limit.

mod outgoing;
mod shell;

use std::{io, time::Duration};

use futures_util::future::BoxFuture;
use nuncio_core::{
    bucket::Bucket,
    config::{Secret, SecretSource},
    features::Features,
    transport::{Link, Transport, TransportError},
};
use nuncio_policy::Network;

use crate::{
    config::{Config, ConfigError, Settings},
    connect::{Connector, Dial},
    session::least_features,
};

/// One IRC network.
#[derive(Debug)]
pub struct Irc<D = Connector> {
    network: Network,
    settings: Settings,
    flood: Bucket,
    dialer: D,
}

impl Irc {
    /// A network as its configuration says; secrets are resolved by `secret`, and files are read.
    ///
    /// # Errors
    ///
    /// Any [`ConfigError`], or the error of `secret`.
    pub fn new<E: From<ConfigError>>(
        network: Network,
        config: &Config,
        secret: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Self, E> {
        let settings = config.settings(secret)?;
        Ok(Self {
            network,
            settings,
            flood: config.flood.bucket(),
            dialer: Connector::new(config)?,
        })
    }
}

impl<D: Dial> Transport for Irc<D> {
    fn network(&self) -> &Network {
        &self.network
    }

    fn kind(&self) -> &'static str {
        "irc"
    }

    fn features(&self) -> Features {
        least_features()
    }

    fn run(self: Box<Self>, link: Link) -> BoxFuture<'static, Result<(), TransportError>> {
        Box::pin(async move {
            let network = self.network.clone();
            let shell = shell::Shell::new(self.network, self.settings, self.flood, link);
            shell.live(&self.dialer).await.map_err(|why| TransportError {
                network,
                why,
                source: None::<io::Error>,
            })
        })
    }
}

/// How long the server may take to see us off.
const FAREWELL: Duration = Duration::from_secs(3);

#[cfg(test)]
mod tests;
