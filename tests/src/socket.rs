//! A client of the bot's socket, which speaks its protocol in raw lines.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use nuncio_testkit::{DEADLINE, peer::Peer};
use serde_json::{Value, json};
use tokio::{net::UnixStream, time::timeout};

/// A client.
#[derive(Debug)]
pub struct Socket {
    peer: Peer,
    requests: u64,
}

impl Socket {
    /// Connects to the bot whose socket is at `path`.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn connect(path: &Path) -> Result<Self> {
        let stream = timeout(DEADLINE, UnixStream::connect(path)).await?;
        let stream = stream.with_context(|| format!("nobody listens at {}", path.display()))?;
        Ok(Self { peer: Peer::new(stream).ending_in_lf(), requests: 0 })
    }

    /// Asks, and returns every answer, each ended by a line feed.
    ///
    /// # Errors
    /// When the bot does not answer in time.
    pub async fn ask(&mut self, command: &str) -> Result<String> {
        self.requests += 1;
        let id = self.requests;
        self.peer.send(&json!({ "type": "say", "id": id, "text": command }).to_string()).await?;
        let mut answers = String::new();
        loop {
            let line = self.peer.expect("{").await?;
            let response: Value = serde_json::from_str(&line)?;
            if response.get("to").and_then(Value::as_u64) != Some(id) {
                continue;
            }
            match response.get("type").and_then(Value::as_str) {
                Some("reply") => {
                    answers += response.get("text").and_then(Value::as_str).unwrap_or_default();
                    answers += "\n";
                }
                Some("done") => return Ok(answers),
                _ => bail!("the bot says `{line}`"),
            }
        }
    }
}
