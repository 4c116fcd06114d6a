//! What people type, and what it asks for.
//!
//! A message goes through three pure steps, none of which can fail but by saying where and why:
//!
//! 1. [`recognise`]: is it for us, and where does the command begin?
//! 2. [`CommandTree::resolve`]: which command is it?
//! 3. [`Signature::parse`]: what are its arguments?
//!
//! A [`Command`] is data. Whether somebody may run it is policy's to say; wherever names are shown
//! or suggested here, a predicate that asks policy says which of them the asker may see.

use std::time::Duration;

use nuncio_policy::{CommandId, Level};
use smol_str::SmolStr;

mod arguments;
mod bind;
mod error;
mod expand;
mod help;
mod line;
mod recognise;
mod resolve;
mod signature;
mod suggest;
mod template;
mod tree;
mod value;
mod words;

pub use arguments::{Arguments, Here};
pub use error::{ArgumentError, Wrong};
pub use expand::{AliasError, Expanded, Used};
pub use line::{Line, Span};
pub use recognise::{Addressed, Addressing, By, recognise};
pub use resolve::{ResolveError, Resolved};
pub use signature::{Kind, Need, Parameter, Signature, SignatureError};
pub use template::{Template, TemplateError};
pub use tree::{CommandTree, TreeError};
pub use value::Value;
pub use words::{Unterminated, Word, Words};

/// A command, as its plugin declares it.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// Its plugin, and its path there.
    pub id: CommandId,
    /// Other names of it in the same plugin.
    pub aliases: Vec<CommandId>,
    /// What it takes.
    pub signature: Signature,
    /// What it asks of whoever runs it.
    pub level: Level,
    /// What it does, in a line.
    pub summary: String,
    /// What else is to be known, in Markdown; may be empty.
    pub details: String,
    /// How it is used.
    pub examples: Vec<Example>,
    /// How long the same person waits before running it again.
    pub cooldown: Option<Duration>,
    /// Whether it may run again when a crash cut it off.
    pub repeat: Repeat,
    /// What becomes of it when it was said while the bot was away.
    pub late: Late,
    /// Whether help and suggestions leave it out.
    pub hidden: bool,
    /// Whether it is taken in private only: what is said with it is nobody else's to read.
    pub private: bool,
}

/// A use of a command, which is also a test of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// What is typed, without prefix.
    pub line: String,
    /// What is answered, as plain text; none where that varies.
    pub answer: Option<String>,
}

/// Whether a command may run again when a crash cut it off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// It may: running it twice does what running it once does.
    Safe,
    /// It may not; the person is told that it was cut off.
    #[default]
    Once,
}

/// What becomes of a command that was said while the bot was away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Late {
    /// It runs.
    Run,
    /// Nothing, in silence.
    Skip,
    /// The person is told that it came too late.
    #[default]
    Report,
}

impl Command {
    /// A command without arguments, of level `sudo`; set the fields that differ.
    pub fn new(id: CommandId, summary: impl Into<String>) -> Self {
        Self {
            id,
            aliases: Vec::new(),
            signature: Signature::default(),
            level: Level::default(),
            summary: summary.into(),
            details: String::new(),
            examples: Vec::new(),
            cooldown: None,
            repeat: Repeat::default(),
            late: Late::default(),
            hidden: false,
            private: false,
        }
    }

    /// Its path as people type it: `capability add`.
    pub fn spoken(&self) -> String {
        self.id.path().replace('.', " ")
    }

    /// Whether what is typed with it is for nobody but the bot: nothing repeats it, keeps it, or
    /// shows it to whoever listens in.
    pub fn is_confidential(&self) -> bool {
        self.private || self.signature.has_secrets()
    }
}

/// A name in lower case, as the tree and flags compare it.
fn folded(name: &str) -> SmolStr {
    name.chars().map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests;
