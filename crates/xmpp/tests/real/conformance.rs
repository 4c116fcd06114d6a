//! The contract of a transport, on each server.

use std::net::SocketAddr;

use anyhow::Result;
use nuncio_core::{config::SecretSource, transport::Transport};
use nuncio_testkit::{
    conformance::Subject,
    server::{Ejabberd, Prosody},
    tls::Authority,
    transport_conformance,
    xmpp::Person,
};
use nuncio_xmpp::{
    Xmpp,
    config::{Config, ConfigError},
};
use tempfile::TempDir;

use crate::somebody::{BOT, ROOM, Somebody};

mod prosody {
    use super::*;

    transport_conformance!(OnServer<Prosody>);
}

mod ejabberd {
    use super::*;

    transport_conformance!(OnServer<Ejabberd>);
}

/// What the suite needs of a server.
pub(crate) trait Server: Sized {
    async fn begin() -> Result<Self>;
    async fn account(&mut self, name: &str) -> Result<()>;
    fn addr(&self) -> SocketAddr;
    fn tls_addr(&self) -> SocketAddr;
    fn authority(&self) -> &Authority;
    fn kill(&mut self) -> Result<()>;
    async fn again(&mut self) -> Result<()>;
}

impl Server for Prosody {
    async fn begin() -> Result<Self> {
        Self::start().await
    }

    async fn account(&mut self, name: &str) -> Result<()> {
        self.add_user(name, "secret")
    }

    fn addr(&self) -> SocketAddr {
        self.addr()
    }

    fn tls_addr(&self) -> SocketAddr {
        self.tls_addr()
    }

    fn authority(&self) -> &Authority {
        self.authority()
    }

    fn kill(&mut self) -> Result<()> {
        self.kill9()
    }

    async fn again(&mut self) -> Result<()> {
        self.restart().await
    }
}

impl Server for Ejabberd {
    async fn begin() -> Result<Self> {
        Self::start().await
    }

    async fn account(&mut self, name: &str) -> Result<()> {
        self.add_user(name, "secret").await
    }

    fn addr(&self) -> SocketAddr {
        self.addr()
    }

    fn tls_addr(&self) -> SocketAddr {
        self.tls_addr()
    }

    fn authority(&self) -> &Authority {
        self.authority()
    }

    fn kill(&mut self) -> Result<()> {
        self.kill9()
    }

    async fn again(&mut self) -> Result<()> {
        self.restart().await
    }
}

/// A server, and how many peers were on it.
pub(crate) struct OnServer<S> {
    pub(crate) server: S,
    folder: TempDir,
    peers: u32,
}

impl<S: Server> OnServer<S> {
    pub(crate) fn configured(&self, keys: &str) -> Result<Box<dyn Transport>> {
        let authority = self.folder.path().join("authority.pem");
        std::fs::write(&authority, self.server.authority().pem())?;
        let config = format!(
            "kind = \"xmpp\"\njid = \"bot@localhost\"\npassword = \"secret\"\nrooms = [\"{ROOM}\"]\n\
             address = \"{}\"\nca_file = \"{}\"\n{keys}",
            self.server.addr(),
            authority.display()
        );
        let config: Config = toml::from_str(&config)?;
        let xmpp = Xmpp::new("xmpp".parse()?, &config, |source| match source {
            SecretSource::Text(secret) => Ok(secret.clone()),
            _ => Err(ConfigError::NoProof),
        });
        Ok(Box::new(xmpp?))
    }
}

impl<S: Server> Subject for OnServer<S> {
    type Peer = Somebody;

    async fn start() -> Result<Self> {
        let mut server = S::begin().await?;
        server.account("bot").await?;
        Ok(Self { server, folder: TempDir::new()?, peers: 0 })
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        self.configured("flood = { per_second = 0 }")
    }

    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>> {
        self.configured(&format!("flood = {{ burst = 1, per_second = {per_second} }}"))
    }

    async fn peer(&mut self) -> Result<Somebody> {
        self.peers += 1;
        let name = format!("peer{}", self.peers);
        self.server.account(&name).await?;
        let (addr, authority) = (self.server.tls_addr(), self.server.authority());
        let mut person = Person::login(addr, authority, &name, "secret").await?;
        person.enter(ROOM, &name).await?;
        person.meets(BOT).await?;
        Ok(Somebody::new(person))
    }

    async fn cut(&mut self) -> Result<()> {
        self.server.kill()
    }

    async fn mend(&mut self) -> Result<()> {
        self.server.again().await
    }
}
