//! How far a network's archives were heard: marks, which events carry, and cursors, which the house
//! keeps.
//!
//! An *archive* holds what was said, each message under a name of its own: that of a room, or of our
//! account (XEP-0313; Matrix's `/messages` and IRCv3's `chathistory` are the like). After a pause a
//! transport asks each for what came after its cursor, and tells it as
//! [`Timing::Late`](crate::event::Timing::Late). Where there is no cursor the bot never was before,
//! and nothing is late: a source without a cursor has no past.

use std::fmt;

use jiff::Timestamp;
use nuncio_policy::Network;
use smol_str::SmolStr;

/// The longest name of a source, and of a message in it, in bytes.
const MAX_NAME: usize = 1024;

/// Which archive of a network: a room's, or our account's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Source(SmolStr);

/// The archive's own name of a message; whoever else reads it learns nothing from it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position(SmolStr);

/// Where an event stands in an archive.
///
/// Events of one source come in its order. One of
/// [`Timing::History`](crate::event::Timing::History) has no mark: the cursor is past it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which archive.
    pub source: Source,
    /// Where in it.
    pub at: Position,
}

/// How far an archive is settled: nothing up to there is still waiting, running or unwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The archive's network.
    pub network: Network,
    /// Which archive, and where in it.
    pub mark: Mark,
    /// When what stands there was said: where the archive has forgotten it, one asks by time.
    pub time: Timestamp,
}

impl Source {
    /// A name of 1 to 1024 bytes; nothing for any other.
    pub fn new(text: impl Into<SmolStr>) -> Option<Self> {
        bounded(text.into()).map(Self)
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Position {
    /// A name of 1 to 1024 bytes; nothing for any other.
    pub fn new(text: impl Into<SmolStr>) -> Option<Self> {
        bounded(text.into()).map(Self)
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn bounded(text: SmolStr) -> Option<SmolStr> {
    (1..=MAX_NAME).contains(&text.len()).then_some(text)
}
