//! The contract of a transport, on the socket. It is a server and never comes back to anybody, so
//! the claims about reconnecting are not its own.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use nuncio_core::transport::Transport;
use nuncio_policy::Speaker;
use nuncio_socket::config::{Config, ConfigError};
use nuncio_socket::protocol::CommandInfo;
use nuncio_socket::{Catalogue, Socket, path, transport};
use nuncio_testkit::conformance::{Party, Subject};
use nuncio_testkit::transport_conformance;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::time::{Duration, timeout};

transport_conformance!(OnSocket: delivery, order, cancel, features, rate, flow, hostile);

const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
struct NoCommands;

impl Catalogue for NoCommands {
    fn commands(&self, _: &Speaker) -> Vec<CommandInfo> {
        Vec::new()
    }
}

/// A folder for the socket.
struct OnSocket(TempDir);

impl OnSocket {
    fn path(&self) -> PathBuf {
        self.0.path().join("bot.sock")
    }

    fn configured(&self, keys: &str) -> Result<Box<dyn Transport>> {
        let config: Config = toml::from_str(&format!("lines_per_second = 0\n{keys}"))?;
        let uid = path::own_uid();
        let settings = config.settings(transport::network(), self.path(), uid, |_| {
            Err::<_, anyhow::Error>(ConfigError::Nobody.into())
        })?;
        Ok(Box::new(Socket::new(settings, "bot".into(), Arc::new(NoCommands))))
    }
}

impl Subject for OnSocket {
    type Peer = Client;

    async fn start() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        self.configured("")
    }

    fn paced(&self, per_second: u32) -> Result<Box<dyn Transport>> {
        self.configured(&format!("flood = {{ burst = 1, per_second = {per_second} }}"))
    }

    async fn peer(&mut self) -> Result<Client> {
        let mut client = Client(BufReader::new(UnixStream::connect(self.path()).await?));
        client.send(&json!({"type": "join", "room": "lobby"})).await?;
        let joined = client.next().await?.context("it hung up")?;
        anyhow::ensure!(field(&joined, "type") == Some("joined"), "{joined}");
        Ok(client)
    }

    async fn cut(&mut self) -> Result<()> {
        bail!("the socket is its own network")
    }

    async fn mend(&mut self) -> Result<()> {
        bail!("the socket is its own network")
    }
}

/// A client that shares nothing with the transport but the protocol's description.
struct Client(BufReader<UnixStream>);

impl Client {
    async fn send(&mut self, line: &Value) -> Result<()> {
        self.0.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(())
    }

    async fn next(&mut self) -> Result<Option<Value>> {
        let mut line = String::new();
        let count = timeout(PATIENCE, self.0.read_line(&mut line)).await??;
        if count == 0 { Ok(None) } else { Ok(Some(serde_json::from_str(&line)?)) }
    }
}

fn field<'a>(line: &'a Value, name: &str) -> Option<&'a str> {
    line.get(name)?.as_str()
}

impl Party for Client {
    async fn say(&mut self, text: &str) -> Result<()> {
        self.send(&json!({"type": "say", "text": text, "room": "lobby"})).await
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        self.send(&json!({"type": "say", "text": text})).await
    }

    async fn hear(&mut self) -> Result<String> {
        loop {
            let line = self.next().await?.context("it hung up")?;
            let is_speech = matches!(field(&line, "type"), Some("reply" | "message"));
            if is_speech && field(&line, "from").is_none() {
                return Ok(field(&line, "text").context("a text")?.to_owned());
            }
        }
    }

    async fn garble(&mut self) -> Result<()> {
        let long = "x".repeat(200_000);
        for bytes in [
            &b"\xff\xfe\x00\n\n\r\n \n"[..],
            b"{\n}\n[]\nnull\n{\"type\":null}\n{\"type\":\"say\"}\n",
            b"{\"type\":\"say\",\"text\":\"x\",\"room\":\"nowhere\",\"id\":{}}\n",
            b"{\"type\":\"hello\",\"protocol\":1}\n{\"type\":\"ack\",\"key\":\"nothing\"}\n",
            format!("{{\"type\":\"say\",\"text\":\"{long}\"}}\n").as_bytes(),
            format!("{}\n", "[".repeat(5_000)).as_bytes(),
        ] {
            self.0.write_all(bytes).await?;
        }
        Ok(())
    }

    async fn misses(&mut self) -> Result<()> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}
