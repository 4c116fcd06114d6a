//! One end of a conversation in lines.
//!
//! A [`Peer`] plays the server to a client under test, or the client to a server under test, over
//! loopback TCP, TLS, or memory.

use std::{fmt, net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{DEADLINE, pattern::matches};

/// Any stream of bytes in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One end of a conversation in lines, with deadlines.
pub struct Peer {
    stream: Box<dyn Stream>,
    received: Vec<u8>,
    seen: Vec<String>,
    ending: &'static str,
    answers_pings: bool,
    deadline: Duration,
}

impl Peer {
    /// Speaks over `stream`; lines that it sends end in CR LF.
    pub fn new(stream: impl Stream + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            received: Vec::new(),
            seen: Vec::new(),
            ending: "\r\n",
            answers_pings: false,
            deadline: DEADLINE,
        }
    }

    /// A peer and the other end of its stream, in memory.
    pub fn in_memory() -> (Self, DuplexStream) {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        (Self::new(ours), theirs)
    }

    /// Connects over TCP.
    ///
    /// # Errors
    /// When nobody listens at `addr`.
    pub async fn connect(addr: SocketAddr) -> Result<Self> {
        let stream = timeout(DEADLINE, TcpStream::connect(addr)).await?;
        let stream = stream.with_context(|| format!("nobody listens at {addr}"))?;
        stream.set_nodelay(true)?;
        Ok(Self::new(stream))
    }

    /// Ends its lines in LF alone.
    #[must_use]
    pub fn ending_in_lf(mut self) -> Self {
        self.ending = "\n";
        self
    }

    /// Answers each IRC `PING` that it reads while it waits for something else.
    #[must_use]
    pub fn answering_pings(mut self) -> Self {
        self.answers_pings = true;
        self
    }

    /// Waits at most `deadline` for each expected line.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sends one line.
    ///
    /// # Errors
    /// When the other side is gone.
    pub async fn send(&mut self, line: &str) -> Result<()> {
        self.send_bytes(format!("{line}{}", self.ending).as_bytes()).await
    }

    /// Sends bytes as they are: half a line, several lines, invalid UTF-8.
    ///
    /// # Errors
    /// When the other side is gone.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        timeout(self.deadline, async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        })
        .await
        .context("the other side does not read")?
        .context("the other side is gone")
    }

    /// Reads until a line matches `pattern` and returns that line.
    ///
    /// A pattern is found anywhere in the line; `*` in it stands for any text.
    ///
    /// # Errors
    /// At the deadline or the end of the stream, with the lines that did come.
    pub async fn expect(&mut self, pattern: &str) -> Result<String> {
        let mut lines = self.until(pattern).await?;
        lines.pop().context("until returns the matching line last")
    }

    /// Reads until a line matches `pattern`, and returns all lines read, that line last.
    ///
    /// # Errors
    /// As [`expect`](Self::expect).
    pub async fn until(&mut self, pattern: &str) -> Result<Vec<String>> {
        self.until_any(&[pattern]).await
    }

    /// Reads until a line matches one of `patterns`, and returns all lines read, that line last.
    ///
    /// # Errors
    /// As [`expect`](Self::expect).
    pub async fn until_any(&mut self, patterns: &[&str]) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        let deadline = self.deadline;
        match timeout(deadline, self.read_until(patterns, &mut lines)).await {
            Ok(Ok(true)) => Ok(lines),
            Ok(Ok(false)) => bail!("the stream ended; expected {patterns:?}, got {lines:#?}"),
            Ok(Err(error)) => Err(error.context(format!("expected {patterns:?}, got {lines:#?}"))),
            Err(_) => bail!("waited {deadline:?} for {patterns:?}, got {lines:#?}"),
        }
    }

    async fn read_until(&mut self, patterns: &[&str], lines: &mut Vec<String>) -> Result<bool> {
        while let Some(line) = self.next_line().await? {
            if self.answers_pings
                && let Some(token) = line.strip_prefix("PING ")
            {
                self.send(&format!("PONG {token}")).await?;
                continue;
            }
            let found = patterns.iter().any(|pattern| matches(pattern, &line));
            lines.push(line);
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits for the other side to close, and returns the lines that came before.
    ///
    /// # Errors
    /// At the deadline.
    pub async fn closed(&mut self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        let read = async {
            // A reset is as good an end as a close.
            while let Ok(Some(line)) = self.next_line().await {
                lines.push(line);
            }
        };
        let ended = timeout(DEADLINE, read).await.is_ok();
        if ended { Ok(lines) } else { bail!("still open after {DEADLINE:?}; got {lines:#?}") }
    }

    /// Says goodbye to the transport below (TLS, TCP) and drops the stream.
    ///
    /// # Errors
    /// When the other side is gone already.
    pub async fn close(mut self) -> Result<()> {
        self.stream.shutdown().await.context("the other side is gone")
    }

    /// Every line received so far, the oldest first.
    pub fn seen(&self) -> &[String] {
        &self.seen
    }

    /// The next line without its ending, or `None` at the end of the stream.
    ///
    /// # Errors
    /// When reading fails.
    ///
    /// # Cancel safety
    /// What was read of a line is kept for the next call.
    pub async fn next_line(&mut self) -> Result<Option<String>> {
        loop {
            if let Some(end) = self.received.iter().position(|byte| *byte == b'\n') {
                let rest = self.received.split_off(end + 1);
                let line = std::mem::replace(&mut self.received, rest);
                let line = String::from_utf8_lossy(&line);
                let line = line.trim_end_matches(['\r', '\n']).to_owned();
                self.seen.push(line.clone());
                return Ok(Some(line));
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Ok(None);
            }
        }
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// A loopback listener whose connections are scripted peers.
#[derive(Debug)]
pub struct Listener {
    listener: TcpListener,
    addr: SocketAddr,
}

impl Listener {
    /// Listens on a free loopback port.
    ///
    /// # Errors
    /// When loopback has no free port.
    pub async fn bind() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        Ok(Self { listener, addr })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Waits for the next connection.
    ///
    /// # Errors
    /// When none comes within the deadline.
    pub async fn accept(&self) -> Result<Peer> {
        let accepted = timeout(DEADLINE, self.listener.accept()).await;
        let (stream, _) = accepted.context("nobody connects")??;
        stream.set_nodelay(true)?;
        Ok(Peer::new(stream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_found_whole_however_they_arrive() -> Result<()> {
        let (mut left, right) = Peer::in_memory();
        let mut right = Peer::new(right);
        left.send_bytes(b"on").await?;
        left.send_bytes(b"e\r\ntwo\nthr").await?;
        left.send("ee").await?;
        assert_eq!(right.until("thr*").await?, ["one", "two", "three"]);
        left.close().await?;
        assert!(right.expect("four").await.is_err_and(|error| error.to_string().contains("ended")));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_deadline_names_what_was_expected_and_what_came() {
        let (mut left, right) = Peer::in_memory();
        let mut right = Peer::new(right);
        left.send("noise").await.expect("there is room");
        let error = right.expect("signal").await.expect_err("nothing matches").to_string();
        assert!(error.contains("signal") && error.contains("noise"), "{error}");
    }
}
