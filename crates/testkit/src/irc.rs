//! A raw IRC client for tests.
//!
//! ```no_run
//! # async fn example(server: &nuncio_testkit::server::InspIrcd) -> anyhow::Result<()> {
//! use nuncio_testkit::irc::Client;
//!
//! let mut ann = Client::to(server.addr()).nick("ann").join("#a").connect().await?;
//! ann.say("#a", "!ping").await?;
//! ann.expect("PRIVMSG #a :pong").await?;
//! # Ok(())
//! # }
//! ```

use std::{net::SocketAddr, ops, sync::Arc};

use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{ClientConfig, pki_types::ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::{
    peer::Peer,
    tls::{Authority, Identity},
};

/// A client that registered, with all that a [`Peer`] can do.
///
/// It answers a PING only while it waits for a line.
#[derive(Debug)]
pub struct Client {
    peer: Peer,
    nick: String,
}

/// How a [`Client`] introduces itself.
#[derive(Debug)]
#[must_use = "a login does nothing until `connect`"]
pub struct Login {
    addr: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
    nick: String,
    caps: Vec<String>,
    sasl: Option<Sasl>,
    rooms: Vec<String>,
}

#[derive(Debug)]
enum Sasl {
    Plain { account: String, password: String },
    External,
}

impl Client {
    /// A client for the server at `addr`, called `tester` unless told otherwise.
    pub fn to(addr: SocketAddr) -> Login {
        Login {
            addr,
            tls: None,
            nick: "tester".to_owned(),
            caps: Vec::new(),
            sasl: None,
            rooms: Vec::new(),
        }
    }

    /// What it is called.
    pub fn nick(&self) -> &str {
        &self.nick
    }

    /// Says `text` to a room or a person.
    ///
    /// # Errors
    /// When the server is gone.
    pub async fn say(&mut self, target: &str, text: &str) -> Result<()> {
        self.peer.send(&format!("PRIVMSG {target} :{text}")).await
    }

    /// Joins a room and waits for the end of its list of names.
    ///
    /// # Errors
    /// When the server does not let it in.
    pub async fn join(&mut self, room: &str) -> Result<()> {
        self.peer.send(&format!("JOIN {room}")).await?;
        let name = room.split(' ').next().unwrap_or(room);
        self.expect(&format!(" 366 *{name}")).await?;
        Ok(())
    }

    /// Leaves the network and waits for the server to close.
    ///
    /// # Errors
    /// When the server keeps the connection open.
    pub async fn quit(mut self) -> Result<()> {
        self.peer.send("QUIT :bye").await?;
        self.peer.closed().await?;
        Ok(())
    }

    /// Asks the server for a round trip and returns all that came before its answer.
    ///
    /// Whatever the server sent to this client earlier is in it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn sync(&mut self) -> Result<Vec<String>> {
        let token = format!("sync-{}", self.peer.seen().len());
        self.peer.send(&format!("PING :{token}")).await?;
        let mut lines = self.until(&format!("PONG *{token}")).await?;
        lines.pop();
        Ok(lines)
    }
}

impl ops::Deref for Client {
    type Target = Peer;

    fn deref(&self) -> &Peer {
        &self.peer
    }
}

impl ops::DerefMut for Client {
    fn deref_mut(&mut self) -> &mut Peer {
        &mut self.peer
    }
}

impl Login {
    /// Is called `nick`.
    pub fn nick(mut self, nick: &str) -> Self {
        nick.clone_into(&mut self.nick);
        self
    }

    /// Asks for a capability; the server must grant it.
    pub fn cap(mut self, name: &str) -> Self {
        self.caps.push(name.to_owned());
        self
    }

    /// Joins `room` once registered; give it again for more rooms.
    pub fn join(mut self, room: &str) -> Self {
        self.rooms.push(room.to_owned());
        self
    }

    /// Speaks TLS and trusts `authority` alone.
    ///
    /// # Errors
    /// When rustls refuses the authority.
    pub fn tls(mut self, authority: &Authority) -> Result<Self> {
        self.tls = Some(authority.client_config(None)?);
        Ok(self)
    }

    /// Speaks TLS, trusts `authority` alone, and shows `identity`.
    ///
    /// # Errors
    /// When rustls refuses a certificate.
    pub fn tls_as(mut self, authority: &Authority, identity: &Identity) -> Result<Self> {
        self.tls = Some(authority.client_config(Some(identity))?);
        Ok(self)
    }

    /// Logs in by SASL PLAIN.
    pub fn sasl_plain(mut self, account: &str, password: &str) -> Self {
        let (account, password) = (account.to_owned(), password.to_owned());
        self.sasl = Some(Sasl::Plain { account, password });
        self.cap("sasl")
    }

    /// Logs in by SASL EXTERNAL, with the certificate that it shows.
    pub fn sasl_external(mut self) -> Self {
        self.sasl = Some(Sasl::External);
        self.cap("sasl")
    }

    /// Connects, registers and joins.
    ///
    /// # Errors
    /// When the server refuses any of it.
    pub async fn connect(self) -> Result<Client> {
        let peer = match &self.tls {
            None => Peer::connect(self.addr).await?,
            Some(config) => {
                let tcp = TcpStream::connect(self.addr).await?;
                tcp.set_nodelay(true)?;
                let name = ServerName::try_from("localhost")?;
                let tls = TlsConnector::from(Arc::clone(config)).connect(name, tcp).await;
                Peer::new(tls.context("the TLS handshake failed")?)
            }
        };
        let peer = peer.answering_pings();
        let mut client = Client { peer, nick: self.nick.clone() };
        self.register(&mut client)
            .await
            .with_context(|| format!("`{}` did not get in", self.nick))?;
        for room in &self.rooms {
            client.join(room).await?;
        }
        Ok(client)
    }

    async fn register(&self, client: &mut Client) -> Result<()> {
        if !self.caps.is_empty() {
            client.send(&format!("CAP REQ :{}", self.caps.join(" "))).await?;
        }
        client.send(&format!("NICK {}", self.nick)).await?;
        client.send(&format!("USER {} 0 * :{}", self.nick, self.nick)).await?;
        if !self.caps.is_empty() {
            let answer = client.expect("CAP * * :").await?;
            ensure!(answer.contains(" ACK "), "the server does not grant `{:?}`", self.caps);
        }
        if let Some(sasl) = &self.sasl {
            sasl.run(client).await?;
        }
        if !self.caps.is_empty() {
            client.send("CAP END").await?;
        }
        let lines = client.until_any(&[" 001 ", " 432 ", " 433 ", "ERROR :"]).await?;
        let answer = lines.last().map_or("", String::as_str);
        ensure!(answer.contains(" 001 "), "the server answers `{answer}`");
        client.sync().await?;
        Ok(())
    }
}

impl Sasl {
    async fn run(&self, client: &mut Client) -> Result<()> {
        let (mechanism, response) = match self {
            Self::Plain { account, password } => {
                ("PLAIN", STANDARD.encode(format!("{account}\0{account}\0{password}")))
            }
            Self::External => ("EXTERNAL", "+".to_owned()),
        };
        client.send(&format!("AUTHENTICATE {mechanism}")).await?;
        client.expect("AUTHENTICATE *+").await?;
        client.send(&format!("AUTHENTICATE {response}")).await?;
        let answer = client.expect(" 90*SASL").await?;
        ensure!(answer.contains(" 903 "), "the server answers `{answer}`");
        Ok(())
    }
}
