//! A TCP stream that acknowledges at once.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Acknowledges what it read at once, and sends what is written at once.
///
/// Many servers use Nagle's algorithm: they hold a line back until the one before it is
/// acknowledged. The kernel likes to wait 40 ms for data to send the acknowledgement with, and after
/// an echo of our own words there is none.
#[derive(Debug)]
pub(super) struct Prompt(TcpStream);

impl Prompt {
    /// Takes a connected stream.
    pub(super) fn new(tcp: TcpStream) -> io::Result<Self> {
        // Lines are short and often go out one by one: our own end must not hold them back either.
        tcp.set_nodelay(true)?;
        Ok(Self(tcp))
    }
}

impl AsyncRead for Prompt {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.0).poll_read(context, buffer);
        #[cfg(target_os = "linux")]
        if polled.is_ready() && buffer.filled().len() > before {
            // The kernel forgets it, so that it is said after each read. Without it we are slower.
            self.0.set_quickack(true).ok();
        }
        polled
    }
}

impl AsyncWrite for Prompt {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
