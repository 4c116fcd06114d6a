//! Standard input as lines, read on a thread of its own.

use std::io::{self, Read};
use std::thread;

use tokio::sync::mpsc;

use crate::frame::{Frame, Framer};

/// How many lines wait at most; then no more is read.
const WAITING: usize = 64;
/// The longest line in bytes. What is longer is reported and skipped.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// What somebody does at a keyboard, or a program at its other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A line; never blank.
    Line(String),
    /// Something that is no line, and why.
    Bad(&'static str),
    /// Ctrl-C.
    Interrupt,
}

/// The lines of standard input, until its end.
///
/// The thread that reads them cannot be stopped while it waits; it ends with the input or the
/// process, and nobody waits for it.
///
/// # Errors
/// Where no thread can be had.
pub(crate) fn lines() -> io::Result<mpsc::Receiver<Input>> {
    let (tx, rx) = mpsc::channel(WAITING);
    thread::Builder::new().name("stdin".into()).spawn(move || read(io::stdin().lock(), &tx))?;
    Ok(rx)
}

fn read(mut from: impl Read, lines: &mpsc::Sender<Input>) {
    let (mut framer, mut buffer) = (Framer::new(MAX_LINE_BYTES), vec![0; 8 * 1024]);
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        let mut input = buffer.get(..count).unwrap_or_default();
        while let Some(frame) = framer.take(&mut input) {
            if lines.blocking_send(frame.into()).is_err() {
                return;
            }
        }
    }
    if let Some(frame) = framer.finish() {
        // Nobody listens any more, or this is the last line.
        drop(lines.blocking_send(frame.into()));
    }
}

impl From<Frame> for Input {
    fn from(frame: Frame) -> Self {
        match frame {
            Frame::Line(line) => Self::Line(line),
            Frame::Long => Self::Bad("a line is too long"),
            Frame::Invalid { .. } => Self::Bad("a line is not UTF-8"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_to_the_end() {
        let (tx, mut rx) = mpsc::channel(8);
        let long = vec![b'x'; MAX_LINE_BYTES + 1];
        let bytes = [b"ping\n\n\xff\n", long.as_slice(), b"\nbye"].concat();
        read(bytes.as_slice(), &tx);
        drop(tx);
        let lines: Vec<Input> = std::iter::from_fn(|| rx.blocking_recv()).collect();
        let line = |text: &str| Input::Line(text.into());
        let expected = [
            line("ping"),
            Input::Bad("a line is not UTF-8"),
            Input::Bad("a line is too long"),
            line("bye"),
        ];
        assert_eq!(lines, expected);
    }
}
