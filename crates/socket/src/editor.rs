//! A prompt with history and completion, on a thread of its own.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use nuncio_policy::Speaker;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Helper};
use tokio::sync::mpsc;

use crate::history::is_kept;
use crate::screen::Screen;
use crate::stdin::Input;
use crate::transport::Catalogue;

/// How many lines wait at most; then the prompt waits too.
const WAITING: usize = 16;

/// What a prompt is to be.
#[derive(Clone, Debug)]
pub(crate) struct Prompt {
    /// What stands before the line.
    pub(crate) text: String,
    /// Where its history is kept; nobody else may read it.
    pub(crate) history: Option<PathBuf>,
    /// What completes it.
    pub(crate) catalogue: Arc<dyn Catalogue>,
    /// Who types.
    pub(crate) speaker: Speaker,
}

/// A prompt on the terminal. When it is dropped, the terminal is as it was.
#[derive(Debug)]
pub(crate) struct Editor {
    lines: mpsc::Receiver<Input>,
    screen: Screen,
    before: Option<Termios>,
}

impl Editor {
    /// Shows a prompt. What is printed to the screen appears above it.
    ///
    /// # Errors
    /// Where the terminal is none after all.
    pub(crate) fn start(prompt: Prompt, screen: &Screen) -> io::Result<Self> {
        let before = tcgetattr(io::stdin().as_fd()).ok();
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .history_ignore_space(true)
            .build();
        let mut editor =
            rustyline::Editor::<Completion, FileHistory>::with_config(config).map_err(plain)?;
        let Prompt { text, history, catalogue, speaker } = prompt;
        editor.set_helper(Some(Completion { catalogue, speaker }));
        if let Some(path) = &history {
            remember(&mut editor, path);
        }
        screen.attach(editor.create_external_printer().map_err(plain)?)?;
        let (tx, lines) = mpsc::channel(WAITING);
        thread::Builder::new().name("prompt".into()).spawn(move || {
            let end = ask(&mut editor, &text, history.as_deref(), &tx);
            tracing::debug!(%end, "The prompt ended.");
        })?;
        Ok(Self { lines, screen: screen.clone(), before })
    }

    /// What he does next; `None` when he ended the input.
    ///
    /// # Cancel safety
    /// Nothing is lost.
    pub(crate) async fn next(&mut self) -> Option<Input> {
        self.lines.recv().await
    }
}

/// The thread of the prompt may wait for a key for ever, in the middle of a line.
impl Drop for Editor {
    fn drop(&mut self) {
        self.screen.detach();
        if self.lines.is_closed() {
            return;
        }
        // What follows begins on a line of its own.
        drop(writeln!(io::stdout()));
        if let Some(before) = &self.before
            && let Err(error) = tcsetattr(io::stdin().as_fd(), OptionalActions::Flush, before)
        {
            tracing::debug!(%error, "The terminal could not be put back.");
        }
    }
}

type LineEditor = rustyline::Editor<Completion, FileHistory>;

/// Asks until the input ends. Ctrl-C ends it too: as a signal it would break off the next line.
fn ask(
    editor: &mut LineEditor,
    prompt: &str,
    history: Option<&Path>,
    lines: &mpsc::Sender<Input>,
) -> ReadlineError {
    loop {
        let line = match editor.readline(prompt) {
            Ok(line) if line.trim().is_empty() => continue,
            Ok(line) => line,
            Err(error) => {
                if matches!(error, ReadlineError::Interrupted) {
                    // Who does not listen any more need not be told to stop.
                    drop(lines.blocking_send(Input::Interrupt));
                }
                return error;
            }
        };
        if let Err(error) = keep(editor, &line, history) {
            tracing::debug!(%error, "The history could not be kept.");
        }
        if lines.blocking_send(Input::Line(line)).is_err() {
            return ReadlineError::Eof;
        }
    }
}

/// Keeps a line that holds nothing confidential.
fn keep(editor: &mut LineEditor, line: &str, history: Option<&Path>) -> rustyline::Result<()> {
    let commands = editor.helper().map(|helper| helper.catalogue.commands(&helper.speaker));
    if !is_kept(line, &commands.unwrap_or_default()) {
        return Ok(());
    }
    editor.add_history_entry(line)?;
    history.map_or(Ok(()), |path| editor.append_history(path))
}

fn remember(editor: &mut LineEditor, path: &Path) {
    // A history holds what people say in private.
    let opened = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    let loaded = opened.map_err(ReadlineError::from).and_then(|_| editor.load_history(path));
    if let Err(error) = loaded {
        tracing::debug!(%error, "There is no history.");
    }
}

fn plain(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

/// Completes commands by their names.
#[derive(Debug)]
struct Completion {
    catalogue: Arc<dyn Catalogue>,
    speaker: Speaker,
}

impl Completer for Completion {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let begun = line.get(..at).unwrap_or(line);
        let typed = begun.trim_start();
        let fitting = self.catalogue.commands(&self.speaker).into_iter();
        let pairs = fitting.filter(|command| command.name.starts_with(typed)).map(|command| Pair {
            display: command.name.clone(),
            replacement: format!("{} ", command.name),
        });
        Ok((begun.len() - typed.len(), pairs.collect()))
    }
}

impl Hinter for Completion {
    type Hint = String;
}

impl Highlighter for Completion {}
impl Validator for Completion {}
impl Helper for Completion {}

#[cfg(test)]
mod tests {
    use rustyline::history::DefaultHistory;

    use super::*;
    use crate::protocol::CommandInfo;

    #[derive(Debug)]
    struct Commands;

    impl Catalogue for Commands {
        fn commands(&self, _: &Speaker) -> Vec<CommandInfo> {
            let info = |name: &str| CommandInfo {
                name: name.into(),
                about: String::new(),
                confidential: false,
            };
            ["config set", "config show", "ping"].map(info).into()
        }
    }

    fn check(line: &str, at: usize, expected: (usize, &[&str])) {
        let completion =
            Completion { catalogue: Arc::new(Commands), speaker: Speaker::claimed([]) };
        let history = DefaultHistory::new();
        let (start, pairs) = completion.complete(line, at, &Context::new(&history)).expect("never");
        let names: Vec<&str> = pairs.iter().map(|pair| pair.replacement.as_str()).collect();
        assert_eq!((start, names.as_slice()), expected, "{line}");
    }

    #[test]
    fn commands_are_completed_from_their_beginning() {
        check("", 0, (0, &["config set ", "config show ", "ping "]));
        check("  con", 5, (2, &["config set ", "config show "]));
        check("config sh", 9, (0, &["config show "]));
        check("ping x", 2, (0, &["ping "]));
        check("zzz", 3, (0, &[]));
        check("é", 1, (0, &[]));
    }
}
