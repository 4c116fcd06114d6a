//! The program where it does something for a person and asks him.

use std::{
    io::Write as _,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
};

use anyhow::{Context as _, Result};

use crate::output::Lines;

/// A run of `nuncio` that is not a bot's. It is killed when this is dropped.
#[derive(Debug)]
pub struct Errand {
    child: Child,
    input: ChildStdin,
    output: Lines,
    complaints: Lines,
}

impl Errand {
    pub(crate) fn spawn(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child =
            command.spawn().context("failed to start `setpriv` (package util-linux)")?;
        let input = child.stdin.take().context("its standard input is a pipe")?;
        let output = child.stdout.take().context("its standard output is a pipe")?;
        let complaints = child.stderr.take().context("its standard error is a pipe")?;
        Ok(Self { child, input, output: Lines::of(output), complaints: Lines::of(complaints) })
    }

    /// Waits for a line of its output that holds `text`, and returns it.
    ///
    /// # Errors
    /// When none comes in time, or it ends before.
    pub async fn says(&mut self, text: &str) -> Result<String> {
        find(&mut self.output, text).await
    }

    /// As [`says`](Self::says), of what it complains about.
    ///
    /// # Errors
    /// When nothing comes in time, or it ends before.
    pub async fn complains(&mut self, text: &str) -> Result<String> {
        find(&mut self.complaints, text).await
    }

    /// Types a line.
    ///
    /// # Errors
    /// When it has ended.
    pub fn tell(&mut self, line: &str) -> Result<()> {
        Ok(writeln!(self.input, "{line}")?)
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn ends(&mut self) -> Result<ExitStatus> {
        self.output.end().await?;
        Ok(self.child.wait()?)
    }
}

async fn find(lines: &mut Lines, text: &str) -> Result<String> {
    let found = lines.find(0, text, |line| line.contains(text)).await?;
    Ok(lines.all().get(found).cloned().unwrap_or_default())
}

impl Drop for Errand {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
