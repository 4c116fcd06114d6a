//! A terminal that a prompt and other output share.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustyline::ExternalPrinter;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// How many texts wait for the terminal at most.
const WAITING: usize = 1024;

/// Standard output, shared with a prompt: while one is shown, what is printed appears above it.
///
/// Printing never waits for the terminal's user. Up to 1,024 texts wait for the terminal; what
/// comes beyond is dropped, and [`Screen::print`] says so.
#[derive(Clone, Debug, Default)]
pub struct Screen {
    // Held for the length of a send that does not wait.
    prompt: Arc<Mutex<Option<SyncSender<Printed>>>>,
}

#[derive(Debug)]
struct Printed {
    text: String,
    done: Option<oneshot::Sender<()>>,
}

impl Screen {
    /// A screen without a prompt.
    pub fn new() -> Self {
        Self::default()
    }

    /// Prints a text that is safe to show, with its line end. Resolves when it is there.
    ///
    /// # Errors
    /// What standard output says, or that too much waits for it already; nothing was printed.
    pub async fn print(&self, text: String) -> io::Result<()> {
        let (done, printed) = oneshot::channel();
        match self.offer(Printed { text, done: Some(done) }) {
            Ok(()) => {}
            // A pipe may be full for as long as its reader likes.
            Err(Some(Printed { text, .. })) => {
                let write = move || write_to(&mut io::stdout().lock(), &text);
                return spawn_blocking(write).await.map_err(io::Error::other)?;
            }
            Err(None) => return Err(io::ErrorKind::WouldBlock.into()),
        }
        printed.await.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// Where a log is written: above the prompt when both share a terminal, else to standard error.
    pub fn log(&self) -> Log {
        Log { screen: self.clone(), shared: io::stderr().is_terminal(), line: Vec::new() }
    }

    /// Prints through a prompt's editor from now on.
    pub(crate) fn attach(&self, printer: impl ExternalPrinter + Send + 'static) -> io::Result<()> {
        let (tx, rx) = sync_channel(WAITING);
        thread::Builder::new().name("screen".into()).spawn(move || pass_on(&rx, printer))?;
        *self.prompt.lock().unwrap_or_else(PoisonError::into_inner) = Some(tx);
        Ok(())
    }

    /// The prompt is gone.
    pub(crate) fn detach(&self) {
        self.prompt.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Gives it to the prompt's editor; back where there is none, `None` where it does not fit.
    fn offer(&self, printed: Printed) -> Result<(), Option<Printed>> {
        let prompt = self.prompt.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(prompt) = &*prompt else { return Err(Some(printed)) };
        prompt.try_send(printed).map_err(|error| match error {
            TrySendError::Disconnected(printed) => Some(printed),
            TrySendError::Full(_) => None,
        })
    }
}

fn pass_on(texts: &Receiver<Printed>, mut printer: impl ExternalPrinter) {
    while let Ok(Printed { text, done }) = texts.recv() {
        if printer.print(text).is_err() {
            return;
        }
        if let Some(done) = done {
            // He may have stopped waiting.
            done.send(()).ok();
        }
    }
}

fn write_to(to: &mut impl Write, text: &str) -> io::Result<()> {
    to.write_all(text.as_bytes())?;
    to.flush()
}

/// Where a log is written, line by line. Never waits for the terminal's user; a line that does not
/// fit is dropped.
#[derive(Debug)]
pub struct Log {
    screen: Screen,
    shared: bool,
    line: Vec<u8>,
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.shared {
            return io::stderr().write(bytes);
        }
        self.line.extend_from_slice(bytes);
        if self.line.ends_with(b"\n") {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.line.is_empty() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
        match self.screen.offer(Printed { text, done: None }) {
            Ok(()) | Err(None) => Ok(()),
            Err(Some(Printed { text, .. })) => write_to(&mut io::stderr().lock(), &text),
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // There is nowhere to report what cannot be logged.
        drop(self.flush());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    struct Printer(mpsc::Sender<String>);

    impl ExternalPrinter for Printer {
        fn print(&mut self, text: String) -> rustyline::Result<()> {
            self.0.send(text).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe).into())
        }
    }

    #[tokio::test]
    async fn what_is_printed_beside_a_prompt_goes_through_it() {
        let (screen, (tx, rx)) = (Screen::new(), mpsc::channel());
        screen.attach(Printer(tx)).expect("a thread");
        screen.print("pong\n".into()).await.expect("it is printed");
        assert_eq!(rx.try_recv().as_deref(), Ok("pong\n"));
        let mut log = Log { screen: screen.clone(), shared: true, line: Vec::new() };
        write!(log, "one {}", 1).expect("it fits");
        assert!(rx.try_recv().is_err());
        writeln!(log, "!").expect("it fits");
        assert_eq!(rx.recv().as_deref(), Ok("one 1!\n"));
        drop(rx);
        assert!(screen.print("more\n".into()).await.is_err());
        screen.detach();
    }
}
