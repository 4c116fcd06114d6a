//! What stands between a connection and the XML parser of the library.
//!
//! The library builds an element with what is in it by recursion: some 750 elements one in another,
//! which anybody may send who knows our address, overflow the stack and end the process. And a name
//! or a value of more than 8 KiB ends the connection; the server would send the same again as soon
//! as the stream goes on, and so for ever. So both are left out before the parser sees them, and so
//! is what would make a stanza too large.
//!
//! It is also the only place where a stream error can be heard: the library keeps it to itself.

mod filter;

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::oneshot,
};

pub use self::filter::{Filter, MAX_DEPTH, MAX_STANZA, MAX_TAG};

/// How many bytes are read at once.
const CHUNK: usize = 4096;

/// A connection of which only what the parser can take is read. What is written is left alone.
#[derive(Debug)]
pub(crate) struct Sieve<S> {
    inner: S,
    filter: Filter,
    /// What was read and passed on, and how much of it was taken.
    ready: Vec<u8>,
    taken: usize,
    left_out: u64,
    /// Where a stream error goes.
    last_words: Option<oneshot::Sender<Vec<u8>>>,
}

impl<S> Sieve<S> {
    /// Around a connection on which nothing was read.
    pub(crate) fn new(inner: S) -> Self {
        let (filter, ready) = (Filter::default(), Vec::new());
        Self { inner, filter, ready, taken: 0, left_out: 0, last_words: None }
    }

    /// The same, and the stream error with which the server ends it, if it does.
    pub(crate) fn with_last_words(inner: S) -> (Self, oneshot::Receiver<Vec<u8>>) {
        let (last_words, heard) = oneshot::channel();
        (Self { last_words: Some(last_words), ..Self::new(inner) }, heard)
    }

    /// The connection; what was read of it and not taken is gone.
    pub(crate) fn into_inner(self) -> S {
        self.inner
    }

    fn take(&mut self, bytes: &[u8]) {
        self.filter.feed(bytes, &mut self.ready);
        if let Some(error) = self.filter.take_error()
            && let Some(last_words) = self.last_words.take()
        {
            // Where nobody is left to hear it, nobody asks why.
            last_words.send(error).ok();
        }
        let left_out = self.filter.left_out();
        if left_out > self.left_out {
            let elements = left_out - self.left_out;
            tracing::info!(elements, "Left out what is too deep or too long for the parser.");
            self.left_out = left_out;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Sieve<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if let Some(rest) = this.ready.get(this.taken..).filter(|rest| !rest.is_empty()) {
                let (now, _) = rest.split_at_checked(buf.remaining()).unwrap_or((rest, &[]));
                buf.put_slice(now);
                this.taken += now.len();
                return Poll::Ready(Ok(()));
            }
            this.ready.clear();
            this.taken = 0;
            let mut chunk = [0; CHUNK];
            let mut chunk = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut chunk))?;
            if chunk.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.take(chunk.filled());
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Sieve<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
