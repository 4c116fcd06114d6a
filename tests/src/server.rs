//! An XMPP server, whichever.

use std::net::SocketAddr;

use anyhow::Result;
use nuncio_testkit::{
    server::{Ejabberd, Prosody},
    tls::Authority,
};

/// A server that a bot can be on.
#[derive(Debug)]
pub enum Server {
    /// Prosody.
    Prosody(Prosody),
    /// ejabberd.
    Ejabberd(Ejabberd),
}

impl Server {
    /// Makes an account, whose password is `secret`.
    ///
    /// # Errors
    /// When the server does not take it.
    pub async fn account(&mut self, name: &str) -> Result<()> {
        match self {
            Self::Prosody(server) => server.add_user(name, "secret"),
            Self::Ejabberd(server) => server.add_user(name, "secret").await,
        }
    }

    /// Where it speaks STARTTLS.
    pub fn addr(&self) -> SocketAddr {
        match self {
            Self::Prosody(server) => server.addr(),
            Self::Ejabberd(server) => server.addr(),
        }
    }

    /// Where it speaks TLS at once.
    pub fn tls_addr(&self) -> SocketAddr {
        match self {
            Self::Prosody(server) => server.tls_addr(),
            Self::Ejabberd(server) => server.tls_addr(),
        }
    }

    /// Who vouches for its certificate.
    pub fn authority(&self) -> &Authority {
        match self {
            Self::Prosody(server) => server.authority(),
            Self::Ejabberd(server) => server.authority(),
        }
    }

    /// Kills its process.
    ///
    /// # Errors
    /// When that cannot be ended.
    pub fn kill(&mut self) -> Result<()> {
        match self {
            Self::Prosody(server) => server.kill9(),
            Self::Ejabberd(server) => server.kill9(),
        }
    }

    /// Starts it once more.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn again(&mut self) -> Result<()> {
        match self {
            Self::Prosody(server) => server.restart().await,
            Self::Ejabberd(server) => server.restart().await,
        }
    }
}
