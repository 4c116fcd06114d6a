//! The queue between the house and one connection's writer.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// How many bytes wait for one connection at most.
pub(crate) const MAX_BYTES: u32 = 1024 * 1024;

/// How many lines wait for one connection at most.
pub(crate) const MAX_LINES: usize = 1024;

/// A number of something that was sent and whose fate is to be known. Grows on each connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Ticket(pub(crate) u64);

/// A line on its way.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// The line, with its end.
    pub(crate) line: Arc<str>,
    /// Whose fate it decides.
    pub(crate) ticket: Option<Ticket>,
    /// The place that it takes in the queue.
    _space: OwnedSemaphorePermit,
}

/// The queue's entrance.
#[derive(Clone, Debug)]
pub(crate) struct Inlet {
    queue: mpsc::Sender<Parcel>,
    space: Arc<Semaphore>,
}

/// The queue is full, or its reader is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client does not read what it is sent")]
pub(crate) struct FullError;

/// A queue of at most [`MAX_LINES`] lines and [`MAX_BYTES`].
///
/// When it is full, what the session itself answers waits, and so the client is no longer read
/// from; what the house sends cannot wait, and the client is disconnected.
pub(crate) fn pipe() -> (Inlet, mpsc::Receiver<Parcel>) {
    let (queue, outlet) = mpsc::channel(MAX_LINES);
    let space = Arc::new(Semaphore::new(usize::try_from(MAX_BYTES).unwrap_or(usize::MAX)));
    (Inlet { queue, space }, outlet)
}

impl Inlet {
    /// Puts a line in. Never waits.
    ///
    /// # Errors
    /// [`FullError`]; nothing was put in.
    pub(crate) fn offer(&self, line: Arc<str>, ticket: Option<Ticket>) -> Result<(), FullError> {
        let space = Arc::clone(&self.space).try_acquire_many_owned(size(&line));
        let parcel = Parcel { line, ticket, _space: space.map_err(|_| FullError)? };
        self.queue.try_send(parcel).map_err(|_| FullError)
    }

    /// Puts a line in, as soon as there is space.
    ///
    /// # Errors
    /// [`FullError`] when the writer is gone.
    ///
    /// # Cancel safety
    /// The line is in, or nothing happened.
    pub(crate) async fn send(&self, line: Arc<str>) -> Result<(), FullError> {
        let space = Arc::clone(&self.space).acquire_many_owned(size(&line)).await;
        let parcel = Parcel { line, ticket: None, _space: space.map_err(|_| FullError)? };
        self.queue.send(parcel).await.map_err(|_| FullError)
    }

    /// Waits until at least half of the space is free.
    ///
    /// # Cancel safety
    /// Nothing is taken.
    pub(crate) async fn half_free(&self) {
        drop(self.space.acquire_many(MAX_BYTES / 2).await);
    }
}

/// The space that a line takes; one that is longer than the queue may pass when it is empty.
fn size(line: &str) -> u32 {
    u32::try_from(line.len()).unwrap_or(MAX_BYTES).min(MAX_BYTES)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn line(bytes: usize) -> Arc<str> {
        "x".repeat(bytes).into()
    }

    #[test]
    fn what_waits_is_bounded_in_bytes_and_lines() {
        let (inlet, mut outlet) = pipe();
        let big = line(MAX_BYTES as usize * 3);
        assert_eq!(inlet.offer(Arc::clone(&big), None), Ok(()));
        assert_eq!(inlet.offer(line(1), None), Err(FullError));
        assert_eq!(outlet.try_recv().map(|parcel| parcel.line), Ok(big));
        for _ in 0..MAX_LINES {
            assert_eq!(inlet.offer(line(1), None), Ok(()));
        }
        assert_eq!(inlet.offer(line(1), None), Err(FullError));
        drop(outlet);
        assert_eq!(inlet.offer(line(1), None), Err(FullError));
    }

    #[tokio::test]
    async fn a_session_waits_for_space() {
        let (inlet, mut outlet) = pipe();
        inlet.offer(line(MAX_BYTES as usize), None).expect("space");
        let mut waiting = Box::pin(async {
            inlet.half_free().await;
            inlet.send(line(1)).await
        });
        assert_eq!(waiting.as_mut().now_or_never(), None);
        drop(outlet.recv().await);
        assert_eq!(waiting.await, Ok(()));
    }
}
