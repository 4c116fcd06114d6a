//! The contract of a transport, on each server.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use nuncio_core::transport::Transport;
use nuncio_testkit::{
    conformance::{Party, Subject},
    irc::Client,
    server::{InspIrcd, NgIrcd, Options},
    transport_conformance,
};

use crate::bot::transport;

pub(crate) const ROOM: &str = "#test";

mod inspircd {
    use super::*;

    transport_conformance!(OnServer<InspIrcd>);
}

mod ngircd {
    use super::*;

    transport_conformance!(OnServer<NgIrcd>);
}

/// What the suite needs of a server.
pub(crate) trait Server: Sized {
    async fn begin() -> Result<Self>;
    fn addr(&self) -> SocketAddr;
    fn kill(&mut self) -> Result<()>;
    async fn again(&mut self) -> Result<()>;
    /// How the server compares names.
    const CASEMAPPING: &'static str;
}

impl Server for InspIrcd {
    const CASEMAPPING: &'static str = "rfc1459";

    async fn begin() -> Result<Self> {
        Self::start(Options::default()).await
    }

    fn addr(&self) -> SocketAddr {
        self.addr()
    }

    fn kill(&mut self) -> Result<()> {
        self.kill9()
    }

    async fn again(&mut self) -> Result<()> {
        self.restart().await
    }
}

impl Server for NgIrcd {
    const CASEMAPPING: &'static str = "ascii";

    async fn begin() -> Result<Self> {
        Self::start().await
    }

    fn addr(&self) -> SocketAddr {
        self.addr()
    }

    fn kill(&mut self) -> Result<()> {
        self.kill9()
    }

    async fn again(&mut self) -> Result<()> {
        self.restart().await
    }
}

/// A server and how many peers were on it.
pub(crate) struct OnServer<S> {
    pub(crate) server: S,
    peers: u32,
}

impl<S: Server> OnServer<S> {
    fn configured(&self, keys: &str) -> Result<Box<dyn Transport>> {
        let keys = format!("rooms = [\"{ROOM}\"]\ncasemapping = \"{}\"\n{keys}", S::CASEMAPPING);
        Ok(Box::new(transport(self.server.addr(), false, &keys)?))
    }
}

impl<S: Server> Subject for OnServer<S> {
    type Peer = Somebody;

    async fn start() -> Result<Self> {
        Ok(Self { server: S::begin().await?, peers: 0 })
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        self.configured("")
    }

    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>> {
        self.configured(&format!("flood = {{ burst = 1, per_second = {per_second} }}"))
    }

    async fn peer(&mut self) -> Result<Somebody> {
        self.peers += 1;
        let nick = format!("peer{}", self.peers);
        let mut client = Client::to(self.server.addr()).nick(&nick).join(ROOM).connect().await?;
        let names = |line: &&String| line.contains(" 353 ");
        let there = |line: &String| {
            line.split([' ', ':', '@', '+']).any(|name| name.split('!').next() == Some("bot"))
        };
        if !client.seen().iter().filter(names).any(there) {
            client.expect(":bot!* JOIN *#test").await?;
        }
        Ok(Somebody(client))
    }

    async fn cut(&mut self) -> Result<()> {
        self.server.kill()
    }

    async fn mend(&mut self) -> Result<()> {
        self.server.again().await
    }
}

/// An IRC user in the room.
pub(crate) struct Somebody(Client);

impl Party for Somebody {
    async fn say(&mut self, text: &str) -> Result<()> {
        self.0.say(ROOM, text).await
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        self.0.say("bot", text).await
    }

    async fn hear(&mut self) -> Result<String> {
        let lines = self.0.until_any(&[":bot!* PRIVMSG * :", ":bot!* NOTICE * :"]).await?;
        let line = lines.last().context("until returns the matching line last")?;
        let (_, text) = line.split_once(" :").context("a text")?;
        let text = text.strip_prefix("\u{1}ACTION ").unwrap_or(text);
        Ok(text.chars().filter(|char| !char.is_control()).collect())
    }

    async fn garble(&mut self) -> Result<()> {
        let long = "x".repeat(2000);
        for bytes in [
            &b"PRIVMSG #test :caf\xe9 \xff\xfe\r\n"[..],
            b"PRIVMSG #test :\x01\x02\x03\x04\x16\r\nPRIVMSG bot :\x01\r\n",
            b"PRIVMSG #test :\x01PING \x01\r\nPRIVMSG bot :\x01VERSION\x01\r\n",
            b"@label=\xff;+a=b PRIVMSG #test :x\r\n",
            b":::: ::\r\n\r\n\n\r \r\n",
            b"NOTICE bot :\x01VERSION \xf0\x9f\x01\r\n",
            format!("PRIVMSG #test :{long}\r\n").as_bytes(),
        ] {
            self.0.send_bytes(bytes).await?;
        }
        Ok(())
    }

    async fn misses(&mut self) -> Result<()> {
        self.0.expect(":bot!* QUIT").await.map(drop)
    }
}
