//! What a process prints, collected as it comes.

use std::{
    io::{BufRead as _, BufReader, Read},
    thread,
};

use anyhow::{Result, bail};
use nuncio_testkit::DEADLINE;
use tokio::{sync::watch, time::timeout};

/// Lines that a process printed so far.
#[derive(Debug)]
pub(crate) struct Lines {
    lines: watch::Receiver<Vec<String>>,
    reader: Option<thread::JoinHandle<()>>,
}

impl Lines {
    /// Collects what comes out of `source` until that ends.
    pub(crate) fn of(source: impl Read + Send + 'static) -> Self {
        let (tx, lines) = watch::channel(Vec::new());
        let reader = thread::spawn(move || {
            for line in BufReader::new(source).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
                tx.send_modify(|lines| lines.push(line));
            }
        });
        Self { lines, reader: Some(reader) }
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    /// Waits for a line from the `from`th on that `is_it`, and says at which place it is.
    pub(crate) async fn find(
        &mut self,
        from: usize,
        what: &str,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<usize> {
        let place = |lines: &[String]| {
            let rest = lines.iter().enumerate().skip(from);
            rest.filter(|(_, line)| is_it(line)).map(|(index, _)| index).next()
        };
        let found = self.lines.wait_for(|lines| place(lines).is_some());
        let problem = match timeout(DEADLINE, found).await {
            Ok(Ok(lines)) => return Ok(place(&lines).unwrap_or(from)),
            Ok(Err(_)) => "the process ended",
            Err(_) => "it did not come in time",
        };
        let seen = self.all();
        bail!("waited for `{what}`: {problem}; got {:#?}", seen.get(from..).unwrap_or_default())
    }

    /// Waits until nothing more can come.
    pub(crate) async fn end(&mut self) -> Result<()> {
        // An error says that the other end is gone, which is what is waited for.
        match timeout(DEADLINE, self.lines.wait_for(|_| false)).await {
            Ok(_) => Ok(()),
            Err(_) => bail!("the process did not end in time"),
        }
    }

    /// Waits for the thread that reads. The process has ended.
    pub(crate) fn finish(&mut self) -> Vec<String> {
        if let Some(reader) = self.reader.take() {
            // It cannot panic.
            reader.join().ok();
        }
        self.all()
    }
}
