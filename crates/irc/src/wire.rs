//! Bytes to lines, lines to messages, and back again.
//!
//! * [`Framer`] cuts a byte stream into lines, whatever the stream holds, in bounded memory.
//! * [`Received`] is one line as understood: a message of [`irc::proto`], or unknown.
//! * [`Line`] is one line to send; one that breaks the protocol cannot be built.

mod frame;
mod line;
mod parse;

pub use self::{
    frame::{Framer, RawLine},
    line::{Builder, Line, LineError, Verb},
    parse::{Content, Received, numeric, prefix_parts, tag},
};

/// The most bytes of a line without its tags, CR LF included (RFC 2812 §2.3).
pub const BODY_BYTES: usize = 512;

/// The most bytes of a line's tags, `@` and the blank included (`IRCv3` message-tags).
pub const TAG_BYTES: usize = 8191;

/// The longest body that a server's `LINELEN` can make us keep.
pub const MAX_BODY_BYTES: usize = 16 * 1024;
