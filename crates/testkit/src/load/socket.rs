//! Lines over a blocking socket, many of them in one system call.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

use anyhow::{Context as _, Result, bail, ensure};
use socket2::SockRef;

use crate::DEADLINE;

/// A connection that is read and written in bulk.
pub(super) struct Socket {
    stream: TcpStream,
    received: Vec<u8>,
    /// How much of `received` has been handed out as lines.
    taken: usize,
    out: Vec<u8>,
    chunk: Box<[u8]>,
}

const CHUNK: usize = 64 * 1024;

impl Socket {
    /// Connects and registers as `nick`.
    pub(super) fn register(server: SocketAddr, nick: &str) -> Result<Self> {
        let stream = TcpStream::connect(server).context("the server does not answer")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(DEADLINE))?;
        let chunk = vec![0; CHUNK].into_boxed_slice();
        let (received, out) = (Vec::new(), Vec::new());
        let mut socket = Self { stream, received, taken: 0, out, chunk };
        socket.push(&format!("NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n"));
        socket.until(|line| line.contains(" 001 "))?;
        Ok(socket)
    }

    /// Puts bytes up to be sent; they go out with the next read.
    pub(super) fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// The next line that is none of the server's questions. Sends what was pushed before it waits.
    pub(super) fn line(&mut self) -> Result<&str> {
        loop {
            let rest = self.received.get(self.taken..).unwrap_or_default();
            let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
                self.fill()?;
                continue;
            };
            let (begin, end) = (self.taken, self.taken + length);
            self.taken = end + 1;
            let is_ping = self.received.get(begin..).is_some_and(|rest| rest.starts_with(b"PING "));
            if is_ping {
                self.out.extend_from_slice(b"PONG ");
                self.out.extend(self.received.get(begin + 5..=end).unwrap_or_default());
                continue;
            }
            let line = self.received.get(begin..end).unwrap_or_default();
            return Ok(str::from_utf8(line)?.trim_end());
        }
    }

    /// Reads up to a line that is the one.
    pub(super) fn until(&mut self, mut is_it: impl FnMut(&str) -> bool) -> Result<()> {
        loop {
            let line = self.line()?;
            if is_it(line) {
                return Ok(());
            }
            if line.starts_with("ERROR") {
                bail!("the server says `{line}`");
            }
        }
    }

    /// Sends what was pushed.
    pub(super) fn send(&mut self) -> Result<()> {
        self.stream.write_all(&self.out)?;
        self.out.clear();
        Ok(())
    }

    fn fill(&mut self) -> Result<()> {
        self.received.drain(..self.taken);
        self.taken = 0;
        self.send()?;
        let length = self.stream.read(&mut self.chunk).context("nothing came in time")?;
        ensure!(length > 0, "the server closed the connection");
        self.received.extend_from_slice(self.chunk.get(..length).unwrap_or_default());
        // Linux forgets it after some segments.
        SockRef::from(&self.stream).set_tcp_quickack(true)?;
        Ok(())
    }
}
