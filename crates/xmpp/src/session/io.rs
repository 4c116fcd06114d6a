//! What a session is told, and what it wants done.

use nuncio_core::{
    action::Output,
    delivery::OutputKey,
    event::Event,
    receipt::{Receipt, Retry},
};
use smol_str::SmolStr;
use tokio_xmpp::Stanza;

use super::upload::Put;

/// Names one delivery between the session and its shell.
pub type Ticket = u64;

/// What can happen to a session.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most inputs are stanzas, and live for one call")]
pub enum Input<'a> {
    /// A connection is being made.
    Connecting,
    /// A stream is bound, and nothing is left of any before it.
    Online {
        /// Tells this stream's event keys from every other's.
        nonce: u64,
        /// Whether the server confirms what it is handed (XEP-0198).
        acks: bool,
    },
    /// The connection is cut, for this reason; the stream may go on over another (XEP-0198).
    Suspended(&'a str),
    /// The stream goes on where it was.
    Resumed,
    /// A stanza came.
    Stanza(Stanza),
    /// Something is to go out.
    Act(Ticket, &'a OutputKey, &'a Output),
    /// What became of a stanza that was to be [followed](Outgoing::follow).
    Followed(&'a str, Way),
    /// What became of a file that was to be [put](Effect::Put) somewhere; where it is not there, why,
    /// and whether another try may help.
    Put(Ticket, Result<(), (String, Retry)>),
    /// Nothing but time.
    Tick,
    /// We take leave, with these words.
    Leave(&'a str),
    /// The stream is gone, or never came, for this reason.
    Closed(&'a Ending),
}

/// What a session wants done, beside the stanzas that it sends.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "most effects are events, and live for one call")]
pub enum Effect {
    /// Something happened.
    Event(Event),
    /// What became of a delivery.
    Settle(Ticket, Receipt),
    /// A file is to be put somewhere; [`Input::Put`] says what became of it.
    Put(Put),
}

/// Why a stream ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It may be better next time.
    Again(String),
    /// Nothing will be better until somebody changes something.
    Refused(String),
}

/// A stanza on its way out.
#[derive(Debug)]
pub struct Outgoing {
    /// The stanza.
    pub stanza: Stanza,
    /// Its name, where the session wants to know what becomes of it.
    pub follow: Option<SmolStr>,
}

/// How far a stanza came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// It is written to the connection.
    Written,
    /// The server has it (XEP-0198).
    Acked,
    /// It did not go out.
    Lost(String),
}
