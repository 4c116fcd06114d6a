//! The socket, through a Unix socket. It is the server itself: what it has no part of is a cut.

use std::{fs, os::unix::fs::MetadataExt as _, path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result};
use nuncio_core::{config::SecretSource, transport::Transport};
use nuncio_policy::Speaker;
use nuncio_socket::{
    Catalogue, Socket,
    config::{Config, ConfigError},
    protocol::CommandInfo,
};
use nuncio_testkit::{
    conformance::{Party, Subject},
    peer::Peer,
    transport_conformance,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::UnixStream;

transport_conformance!(OnSocket: delivery, order, cancel, features, flow, hostile);

const ROOM: &str = "lobby";

const CONFIG: &str = "rooms = [\"lobby\"]\nlines_per_second = 0\nburst = 1000\n";

struct OnSocket {
    folder: TempDir,
}

struct Client(Peer);

#[derive(Debug)]
struct NoCommands;

impl Catalogue for NoCommands {
    fn commands(&self, _: &Speaker) -> Vec<CommandInfo> {
        Vec::new()
    }
}

impl OnSocket {
    fn path(&self) -> PathBuf {
        self.folder.path().join("bot.sock")
    }
}

impl Subject for OnSocket {
    type Peer = Client;

    async fn start() -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir()? })
    }

    fn transport(&self) -> Result<Box<dyn Transport>> {
        let config: Config = toml::from_str(CONFIG)?;
        let us = fs::metadata(self.folder.path())?.uid();
        let settings =
            config.settings("socket".parse()?, self.path(), us, |source| match source {
                SecretSource::Text(secret) => Ok(secret.clone()),
                _ => Err(ConfigError::Nobody),
            })?;
        Ok(Box::new(Socket::new(settings, "bot".into(), Arc::new(NoCommands))))
    }

    fn paced(&self, _per_second: u32) -> Result<Box<dyn Transport>> {
        anyhow::bail!("clients are as fast as they read")
    }

    async fn peer(&mut self) -> Result<Client> {
        let mut peer = Peer::new(UnixStream::connect(self.path()).await?).ending_in_lf();
        peer.send(&json!({ "type": "join", "room": ROOM }).to_string()).await?;
        peer.expect(r#""type":"joined""#).await?;
        Ok(Client(peer))
    }

    async fn cut(&mut self) -> Result<()> {
        anyhow::bail!("it is the server itself")
    }

    async fn mend(&mut self) -> Result<()> {
        anyhow::bail!("it is the server itself")
    }
}

impl Party for Client {
    async fn say(&mut self, text: &str) -> Result<()> {
        self.0.send(&json!({ "type": "say", "text": text, "room": ROOM }).to_string()).await
    }

    async fn whisper(&mut self, text: &str) -> Result<()> {
        self.0.send(&json!({ "type": "say", "text": text }).to_string()).await
    }

    async fn hear(&mut self) -> Result<String> {
        loop {
            let line = self.0.expect(r#""type":"#).await?;
            let said: Value = serde_json::from_str(&line)?;
            let field = |name| said.get(name).and_then(Value::as_str);
            let is_said = matches!(field("type"), Some("reply" | "message"));
            // What people say in the room has a speaker; what the bot says has none.
            if is_said && field("from").is_none() {
                return field("text").map(str::to_owned).context("what is said has words");
            }
        }
    }

    async fn garble(&mut self) -> Result<()> {
        let endless = "[".repeat(100_000);
        for bytes in [
            b"\xff\xfe\x00\n".as_slice(),
            b"[[[[[[[[{}]]\n{\"type\":7}\nnull\n\n\r\n",
            b"{\"type\":\"say\",\"text\":\"\\ud800\"}\n",
            endless.as_bytes(),
        ] {
            // Once it is shut out, it has said enough.
            if self.0.send_bytes(bytes).await.is_err() {
                break;
            }
        }
        Ok(())
    }

    async fn misses(&mut self) -> Result<()> {
        self.0.closed().await.map(drop)
    }
}
