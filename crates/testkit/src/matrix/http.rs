//! HTTP/1.0, which ends an answer with the connection: nothing has to be known of its length.

use std::{fmt::Write as _, net::SocketAddr};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::DEADLINE;

/// Somebody who asks a homeserver.
#[derive(Debug, Clone)]
pub struct Http {
    server: SocketAddr,
    token: Option<String>,
}

impl Http {
    /// Asks a server, with this token if there is one.
    pub fn new(server: SocketAddr, token: Option<String>) -> Self {
        Self { server, token }
    }

    /// # Errors
    /// When the server refuses, with what it says.
    pub async fn get(&self, path: &str) -> Result<Value> {
        self.ask("GET", path, "").await
    }

    /// What it holds that is no JSON.
    ///
    /// # Errors
    /// When the server refuses, with what it says.
    pub async fn download(&self, path: &str) -> Result<Vec<u8>> {
        self.bytes("GET", path, "").await
    }

    /// # Errors
    /// When the server refuses, with what it says.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask("POST", path, &body.to_string()).await
    }

    /// # Errors
    /// When the server refuses, with what it says.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask("PUT", path, &body.to_string()).await
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.bytes(method, path, body).await?)?)
    }

    /// What the server answers, whatever it is.
    async fn bytes(&self, method: &str, path: &str, body: &str) -> Result<Vec<u8>> {
        let asked = timeout(DEADLINE, self.exchange(method, path, body)).await;
        let mut head = asked.with_context(|| format!("{method} {path} is not answered"))??;
        let end = head.windows(4).position(|four| four == b"\r\n\r\n");
        let body = head.split_off(end.context("it is no HTTP")? + 4);
        let head = String::from_utf8(head)?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        let words = || String::from_utf8_lossy(&body);
        ensure!(status == "200", "{method} {path} is answered by {status}: {}", words());
        Ok(body)
    }

    async fn exchange(&self, method: &str, path: &str, body: &str) -> Result<Vec<u8>> {
        let mut stream = TcpStream::connect(self.server).await?;
        let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {}\r\n", self.server);
        if let Some(token) = &self.token {
            write!(head, "Authorization: Bearer {token}\r\n")?;
        }
        write!(head, "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len())?;
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok(answer)
    }
}

/// A text as a part of an address.
pub(super) fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |escaped, byte| match char::from(byte) {
        c if c.is_ascii_alphanumeric() || "-._~".contains(c) => format!("{escaped}{c}"),
        _ => format!("{escaped}%{byte:02X}"),
    })
}
