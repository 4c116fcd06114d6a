//! The running program.

use std::{
    os::unix::process::{CommandExt as _, ExitStatusExt as _},
    process::{Child, Command, ExitStatus, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::output::Lines;

/// A running bot. Its log is printed when this is dropped, where a test runner shows it for a test
/// that failed; the bot and all that it started are killed then.
#[derive(Debug)]
pub struct Bot {
    child: Child,
    log: Lines,
    /// How much of the log has been waited for.
    read: usize,
}

impl Bot {
    pub(crate) fn spawn(mut command: Command) -> Result<Self> {
        command.stderr(Stdio::piped()).process_group(0);
        let mut child =
            command.spawn().context("failed to start `setpriv` (package util-linux)")?;
        // What the command holds of a terminal must not outlive the process.
        drop(command);
        let log = child.stderr.take().context("its standard error is a pipe")?;
        Ok(Self { child, log: Lines::of(log), read: 0 })
    }

    /// Waits for the next line of the log that holds `text`, and returns it.
    ///
    /// # Errors
    /// When none comes in time, or the bot ends before.
    pub async fn logs(&mut self, text: &str) -> Result<String> {
        let found = self.log.find(self.read, text, |line| line.contains(text)).await?;
        self.read = found + 1;
        Ok(self.log.all().get(found).cloned().unwrap_or_default())
    }

    /// Waits until the log holds `text`, wherever.
    ///
    /// # Errors
    /// As [`logs`](Self::logs).
    pub async fn has_logged(&mut self, text: &str) -> Result<()> {
        self.log.find(0, text, |line| line.contains(text)).await.map(drop)
    }

    /// Everything that it has logged.
    pub fn log(&self) -> Vec<String> {
        self.log.all()
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it the hard way, as a crash would.
    ///
    /// # Errors
    /// When it has ended by itself before.
    pub fn kill9(mut self) -> Result<()> {
        self.signal(Signal::KILL)?;
        let status = self.child.wait()?;
        ensure!(status.signal() == Some(9), "it had ended by itself: {status}");
        Ok(())
    }

    /// Asks it to end, as a service manager does, and waits until it has.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn terminate(mut self) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        self.ends().await
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn ends(&mut self) -> Result<ExitStatus> {
        self.log.end().await?;
        Ok(self.child.wait()?)
    }

    /// Tells it to read its configuration again.
    ///
    /// # Errors
    /// When it has ended.
    pub fn hang_up(&self) -> Result<()> {
        self.signal(Signal::HUP)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        Ok(kill_process(self.id()?, signal)?)
    }

    fn id(&self) -> Result<Pid> {
        i32::try_from(self.child.id())
            .ok()
            .and_then(Pid::from_raw)
            .context("a process has a number")
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // Its process group is gone where it has ended by itself.
        if let Ok(id) = self.id() {
            kill_process_group(id, Signal::KILL).ok();
        }
        self.child.wait().ok();
        for line in self.log.finish() {
            show(&line);
        }
    }
}

#[expect(clippy::print_stderr, reason = "a test runner shows it for the tests that failed")]
fn show(line: &str) {
    eprintln!("nuncio: {line}");
}
