//! What is typed at the console.

use std::io::{self, IsTerminal};

use rustix::process::{Signal, getpid, kill_process};
use tokio::sync::mpsc;

use super::Console;
use crate::editor::{Editor, Prompt};
use crate::stdin::{self, Input};

/// Where the console's lines come from.
#[derive(Debug)]
pub(super) struct Keyboard {
    source: Source,
    is_terminal: bool,
}

#[derive(Debug)]
enum Source {
    Prompt(Box<Editor>),
    Lines(mpsc::Receiver<Input>),
    Ended,
}

impl Keyboard {
    /// A prompt where a person sits at a terminal that can show one, else the lines of standard
    /// input.
    pub(super) fn open(console: &Console) -> io::Result<Self> {
        let is_terminal = io::stdin().is_terminal();
        if !is_terminal || !io::stdout().is_terminal() {
            return Ok(Self { source: Source::Lines(stdin::lines()?), is_terminal });
        }
        let prompt = Prompt {
            text: format!("{}> ", console.bot),
            history: console.history.clone(),
            catalogue: std::sync::Arc::clone(&console.catalogue),
            speaker: super::Voice::speaker(&console.network, true),
        };
        let source = match Editor::start(prompt, &console.screen) {
            Ok(editor) => Source::Prompt(Box::new(editor)),
            Err(error) => {
                tracing::debug!(%error, "This terminal can show no prompt; it has lines all the same.");
                Source::Lines(stdin::lines()?)
            }
        };
        Ok(Self { source, is_terminal })
    }

    /// Lines that a test types.
    #[cfg(test)]
    pub(super) fn of(lines: mpsc::Receiver<Input>, is_terminal: bool) -> Self {
        Self { source: Source::Lines(lines), is_terminal }
    }

    /// Whether a person sits there.
    pub(super) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// The next line; never resolves once the input has ended.
    ///
    /// # Cancel safety
    /// Nothing is lost.
    pub(super) async fn next(&mut self) -> String {
        loop {
            let input = match &mut self.source {
                Source::Prompt(editor) => editor.next().await,
                Source::Lines(lines) => lines.recv().await,
                Source::Ended => std::future::pending().await,
            };
            match input {
                Some(Input::Line(line)) => return line,
                Some(Input::Bad(why)) => tracing::warn!(why, "The console cannot read its input."),
                Some(Input::Interrupt) => {
                    self.source = Source::Ended;
                    interrupt();
                }
                None => {
                    tracing::info!("The console's input ended; the bot goes on.");
                    self.source = Source::Ended;
                }
            }
        }
    }
}

/// A prompt takes Ctrl-C for a key: here it becomes the signal again that it is everywhere else.
fn interrupt() {
    if let Err(error) = kill_process(getpid(), Signal::INT) {
        tracing::warn!(%error, "Ctrl-C could not be passed on.");
    }
}
