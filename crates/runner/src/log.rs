//! The log: to standard error or a file, and its latest lines kept for `log tail`.

use std::collections::VecDeque;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use nuncio_config::{Log, LogFormat};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt as lines, reload};

use crate::screen::Screen;

/// How many lines are kept for `log tail`.
const KEPT: usize = 1000;
/// What logs each key that is typed at a prompt, a password's too: never, at any level.
const TYPED: [&str; 1] = ["rustyline"];
/// What tells of each of its steps, and names people and rooms in doing so; what it warns of it
/// expects as well, and what matters of that its transport says.
/// How an XMPP stream begins is one of these: its warning that a server has forgotten a stream is
/// what any restart brings, and others hold whole stanzas.
const TALKATIVE: [&str; 2] = ["matrix_sdk", "tokio_xmpp::stanzastream::negotiation"];

/// The log of this process.
#[derive(Clone)]
pub(crate) struct Logs {
    tail: Tail,
    filter: reload::Handle<EnvFilter, Registry>,
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logs").finish_non_exhaustive()
    }
}

impl Logs {
    /// Begins to log.
    ///
    /// # Errors
    /// Where the level cannot be read or the file not be opened.
    pub(crate) fn begin(log: &Log, screen: &Screen) -> Result<Self, String> {
        let filter = read(&log.level)?;
        let (filter, handle) = reload::Layer::new(filter);
        let tail = Tail::default();
        let sink = Sink::open(log.file.as_deref(), screen)?;
        let kept = lines::layer().with_ansi(false).with_target(false).with_writer({
            let tail = tail.clone();
            move || Clean(tail.clone())
        });
        let shown = lines::layer().with_ansi(false).with_target(false);
        let shown = match log.format {
            LogFormat::Text => shown.with_writer(move || Clean(sink.clone())).boxed(),
            LogFormat::Json => shown.json().with_writer(move || sink.clone()).boxed(),
        };
        tracing_subscriber::registry()
            .with(filter)
            .with(filter_fn(|about| is_told(about.target())))
            .with(kept)
            .with(shown)
            .try_init()
            .map_err(|error| error.to_string())?;
        Ok(Self { tail, filter: handle })
    }

    /// The latest lines, the oldest first.
    pub(crate) fn tail(&self, lines: usize) -> Vec<String> {
        let kept = self.tail.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().skip(kept.len().saturating_sub(lines)).cloned().collect()
    }

    /// How much is logged.
    pub(crate) fn level(&self) -> String {
        self.filter.with_current(ToString::to_string).unwrap_or_default()
    }

    /// Logs so much from now on.
    ///
    /// # Errors
    /// Where the level cannot be read.
    pub(crate) fn set_level(&self, level: &str) -> Result<(), String> {
        let filter = read(level)?;
        self.filter.reload(filter).map_err(|error| error.to_string())
    }
}

/// Whether what a part of the program logs is for anybody to see.
fn is_told(target: &str) -> bool {
    !TYPED.contains(&target) && !TALKATIVE.iter().any(|part| target.starts_with(part))
}

fn read(level: &str) -> Result<EnvFilter, String> {
    EnvFilter::try_new(level).map_err(|error| {
        format!(
            "`{level}` is no level ({error}); write `error`, `warn`, `info`, `debug` or `trace`"
        )
    })
}

/// Where lines go.
#[derive(Clone)]
enum Sink {
    Screen(Screen),
    File(Arc<File>),
}

impl Sink {
    fn open(file: Option<&Path>, screen: &Screen) -> Result<Self, String> {
        let Some(path) = file else { return Ok(Self::Screen(screen.clone())) };
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file
            .map_err(|error| format!("the log `{}` cannot be opened: {error}", path.display()))?;
        Ok(Self::File(Arc::new(file)))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Screen(screen) => screen.log().write(bytes),
            Self::File(file) => (&**file).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The latest lines; the oldest goes when one too many comes.
#[derive(Clone, Default)]
struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Write for Tail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(String::from_utf8_lossy(bytes).trim_end().to_owned());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Escapes control characters: what strangers say must not steer the terminal that shows the log.
/// A line comes in one write.
struct Clean<W>(W);

impl<W: Write> Write for Clean<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut line = String::with_capacity(text.len());
        for character in text.trim_end_matches('\n').chars() {
            if character.is_control() {
                line.extend(character.escape_default());
            } else {
                line.push(character);
            }
        }
        line.push('\n');
        self.0.write_all(line.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_steer_a_terminal_or_forge_another_line() {
        let mut clean = Clean(Vec::new());
        clean.write_all("who=\u{1b}[2Jbob\nERROR all is lost\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(clean.0).unwrap(), "who=\\u{1b}[2Jbob\\nERROR all is lost\n");
    }

    #[test]
    fn libraries_do_not_tell_what_their_transport_says_better() {
        for (target, told) in [
            ("nuncio_xmpp::transport", true),
            ("tokio_xmpp::stanzastream::connected", true),
            ("tokio_xmpp::stanzastream::negotiation", false),
            ("matrix_sdk_base::client", false),
            ("rustyline", false),
        ] {
            assert_eq!(is_told(target), told, "{target}");
        }
    }

    #[test]
    fn the_tail_keeps_the_latest_lines() {
        let mut tail = Tail::default();
        for number in 0..KEPT + 5 {
            tail.write_all(format!("line {number}\n").as_bytes()).unwrap();
        }
        let kept = tail.0.lock().unwrap();
        assert_eq!((kept.len(), kept[0].as_str()), (KEPT, "line 5"));
    }
}
