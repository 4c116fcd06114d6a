//! What the socket calls connections, messages and events.

use std::fmt;

use aws_lc_rs::rand;
use nuncio_core::event::{EventKey, MessageId};
use nuncio_core::place::Address;
use smol_str::{SmolStr, format_smolstr};

/// One connection of a run, numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ConnId(u64);

impl ConnId {
    /// The one before the first.
    pub(crate) const NONE: Self = Self(0);

    /// The one after this.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

impl fmt::Display for ConnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names that no other run of any bot gives: an answer that waited for longer than its client
/// reaches nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    run: SmolStr,
}

impl Names {
    /// Names for a new run, by 64 random bits.
    pub(crate) fn new() -> Self {
        let mut bytes = [0; 8];
        // Without randomness there is still the process and the time, which are enough here.
        let run = match rand::fill(&mut bytes) {
            Ok(()) => u64::from_ne_bytes(bytes),
            Err(_) => fastrand::u64(..),
        };
        Self { run: format_smolstr!("{run:016x}") }
    }

    /// The handle of a connection.
    pub(crate) fn address(&self, conn: ConnId) -> Address {
        Address::new(format_smolstr!("{}.{conn}", self.run))
    }

    /// The name of what was said in a line of a connection.
    pub(crate) fn message(&self, conn: ConnId, line: u64) -> MessageId {
        MessageId::new(format_smolstr!("{}.{conn}.{line}", self.run))
    }

    /// The name of an event; `part` tells apart those of one connection.
    pub(crate) fn event(&self, conn: ConnId, part: impl fmt::Display) -> EventKey {
        EventKey::new(format_smolstr!("{}.{conn}.{part}", self.run))
    }

    /// Reads back [`Names::address`]; `None` for one of another run.
    pub(crate) fn conn(&self, address: &Address) -> Option<ConnId> {
        self.own(address.as_str())?.parse().ok().map(ConnId)
    }

    /// Reads back [`Names::message`].
    pub(crate) fn line(&self, message: &MessageId) -> Option<(ConnId, u64)> {
        let (conn, line) = self.own(message.as_str())?.split_once('.')?;
        Some((ConnId(conn.parse().ok()?), line.parse().ok()?))
    }

    fn own<'a>(&self, text: &'a str) -> Option<&'a str> {
        text.strip_prefix(self.run.as_str())?.strip_prefix('.')
    }
}

impl Default for Names {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_by_their_own_run_alone() {
        let (names, others) = (Names::new(), Names::new());
        let conn = ConnId::NONE.next().next();
        assert_eq!(names.conn(&names.address(conn)), Some(conn));
        assert_eq!(names.line(&names.message(conn, 7)), Some((conn, 7)));
        assert_eq!(others.conn(&names.address(conn)), None);
        assert_eq!(others.line(&names.message(conn, 7)), None);
        for text in ["", ".1", "1", "x.1.2", "é"] {
            assert_eq!(names.conn(&Address::new(text)), None);
            assert_eq!(names.line(&MessageId::new(text)), None);
        }
    }
}
