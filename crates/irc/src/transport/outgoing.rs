//! Bytes on their way out.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// The most bytes that wait for the socket; no more lines are taken from the session beyond that.
const MOST: usize = 32 * 1024;

/// What is to be written, and how much of it is.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    bytes: Vec<u8>,
    written: usize,
}

impl Outgoing {
    /// Adds a line.
    pub(super) fn push(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
    }

    /// Whether everything is written.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether no more should be added for now.
    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= MOST
    }

    /// Forgets what was for a connection that is gone.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.written = 0;
    }

    /// Writes and flushes all of it.
    ///
    /// # Cancel safety
    ///
    /// What was written is remembered; a later call goes on behind it.
    pub(super) async fn drain(&mut self, writer: &mut (impl AsyncWrite + Unpin)) -> io::Result<()> {
        while let Some(rest) = self.bytes.get(self.written..).filter(|rest| !rest.is_empty()) {
            match writer.write(rest).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => self.written += count,
            }
        }
        writer.flush().await?;
        self.clear();
        Ok(())
    }
}
