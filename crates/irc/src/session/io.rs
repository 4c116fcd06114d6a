//! What a session is told, and what it wants done.

use nuncio_core::{action::Output, event::Event, receipt::Receipt};

use crate::wire::Received;

/// Names one delivery between the session and its shell.
pub type Ticket = u64;

/// What can happen to a session.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most inputs are lines, and live for one call")]
pub enum Input<'a> {
    /// A connection is being made.
    Connecting,
    /// The connection stands, TLS included.
    Connected {
        /// Tells this connection's event keys from every other's.
        nonce: u64,
    },
    /// A line came.
    Line(Received),
    /// Something is to go out.
    Act(Ticket, &'a Output),
    /// All lines that were taken so far are on their way.
    Flushed,
    /// Nothing but time.
    Tick,
    /// We take leave, with these words.
    Leave(&'a str),
    /// The connection is gone, or never came, for this reason.
    Closed(&'a Ending),
}

/// What a session wants done, beside the lines that it sends.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most effects are events, and live for one call")]
pub enum Effect {
    /// Something happened.
    Event(Event),
    /// What became of a delivery.
    Settle(Ticket, Receipt),
    /// Close the connection, and come back as it says.
    Close(Ending),
}

/// Why a connection ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It may be better next time.
    Again(String),
    /// Nothing will be better until somebody changes something.
    Refused(String),
}
