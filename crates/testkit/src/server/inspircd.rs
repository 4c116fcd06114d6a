//! InspIRCd: a full server with IRCv3, and with Anope's accounts where they are asked for.

mod config;

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Result, ensure};

use super::{
    anope::Anope,
    daemon::{Daemon, Folder, Recipe, Version},
};
use crate::{
    irc::Client,
    tls::{Authority, Identity},
};

/// What a test wants of its server.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether Anope is linked: NickServ, accounts, SASL.
    pub services: bool,
    /// `rfc1459` or `ascii`.
    pub casemapping: &'static str,
    /// Modules left out, by their names in the configuration, such as `ircv3_accounttag`.
    pub without: Vec<&'static str>,
    /// Further configuration, in the server's XML.
    pub extra: String,
}

/// A running InspIRCd.
#[derive(Debug)]
pub struct InspIrcd {
    // Dropped first: services complain to their log when the server goes.
    anope: Option<Anope>,
    daemon: Daemon,
    authority: Authority,
    ports: Ports,
}

/// Where a server listens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub(super) plain: u16,
    pub(super) tls: u16,
    pub(super) link: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self { services: false, casemapping: "rfc1459", without: Vec::new(), extra: String::new() }
    }
}

impl Options {
    /// A server with NickServ, accounts and SASL.
    pub fn with_services() -> Self {
        Self { services: true, ..Self::default() }
    }
}

impl InspIrcd {
    /// Starts a server with a plain and a TLS port, without flood limits, and waits until it
    /// serves; with services, until these are linked.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start(options: Options) -> Result<Self> {
        let authority = Authority::new()?;
        let identity = authority.server(&["localhost", "127.0.0.1"])?;
        let mut folder = Folder::new()?;
        let [plain, tls, link] = folder.ports()?;
        let ports = Ports { plain, tls, link };
        folder.write("cert.pem", identity.certificate_pem())?;
        folder.write("key.pem", identity.key_pem())?;
        let config = config::render(&options, folder.path(), ports);
        let config = folder.write("inspircd.conf", &config)?;
        let recipe = Recipe {
            program: "inspircd",
            version: Version::Option("--version"),
            arguments: vec!["--nofork".into(), "--nopid".into(), "--config".into(), config.into()],
            environment: Vec::new(),
            ready: "InspIRCd is now running as",
            refuses: "client ports could be bound",
        };
        let daemon = Daemon::start(recipe, folder).await?;
        let anope = if options.services {
            Some(Anope::start(link, options.casemapping).await?)
        } else {
            None
        };
        Ok(Self { anope, daemon, authority, ports })
    }

    /// Where it listens without TLS.
    pub fn addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.plain).into()
    }

    /// Where it listens with TLS, as `localhost`.
    pub fn tls_addr(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.ports.tls).into()
    }

    /// Who signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Registers an account at NickServ.
    ///
    /// # Errors
    /// When the server has no services or they refuse.
    pub async fn register_account(&self, account: &str, password: &str) -> Result<()> {
        let mut client = Client::to(self.addr()).nick(account).connect().await?;
        register(&mut client, account, password).await?;
        client.quit().await
    }

    /// Registers an account at NickServ to which `identity` logs in by SASL EXTERNAL.
    ///
    /// # Errors
    /// When the server has no services or they refuse.
    pub async fn register_certificate(
        &self,
        account: &str,
        password: &str,
        identity: &Identity,
    ) -> Result<()> {
        let login = Client::to(self.tls_addr()).nick(account).tls_as(&self.authority, identity)?;
        let mut client = login.connect().await?;
        register(&mut client, account, password).await?;
        client.say("NickServ", "CERT ADD").await?;
        client.expect(&format!("{}*added", identity.fingerprint())).await?;
        client.quit().await
    }

    /// Ends it the hard way, as a crash would. Services lose their link.
    ///
    /// # Errors
    /// When the process cannot be ended.
    pub fn kill9(&mut self) -> Result<()> {
        self.daemon.kill9()
    }

    /// Starts it again on the same ports, if need be after a kill, and waits until it serves; with
    /// services, until these have linked themselves again.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart(&mut self) -> Result<()> {
        let times = self.anope.as_ref().map_or(0, Anope::times_linked);
        self.daemon.restart().await?;
        match &mut self.anope {
            Some(anope) => anope.linked_again(times).await,
            None => Ok(()),
        }
    }

    /// Ends the services alone, the hard way.
    ///
    /// # Errors
    /// When the process cannot be ended.
    pub fn kill9_services(&mut self) -> Result<()> {
        self.anope.as_mut().map_or(Ok(()), Anope::kill9)
    }

    /// Starts the services again after a kill, and waits until they are linked. They know the
    /// accounts that they wrote down, which they do once a second.
    ///
    /// # Errors
    /// When they do not start.
    pub async fn restart_services(&mut self) -> Result<()> {
        match &mut self.anope {
            Some(anope) => anope.restart().await,
            None => Ok(()),
        }
    }
}

async fn register(client: &mut Client, account: &str, password: &str) -> Result<()> {
    client.say("NickServ", &format!("REGISTER {password}")).await?;
    let answer = client.until_any(&["NickServ!* NOTICE ", " 401 * NickServ"]).await?;
    let answer = answer.last().map_or("", String::as_str);
    ensure!(answer.contains("registered"), "`{account}` is not registered: {answer}");
    // Services log a user in after their answer.
    client.expect(" 900 ").await?;
    Ok(())
}
