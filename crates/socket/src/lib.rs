//! The socket: JSON lines over a Unix socket and over TCP with TLS.
//!
//! [`Socket`] is the transport. Its lines are described in `docs/socket.md` and typed in
//! [`protocol`]; [`session`] is one connection as a state machine without I/O, so that any input
//! can be tried against it. Who may connect, and as whom, is [`access`].
//!
//! # Invariants
//!
//! - A client is verified only by its token, the user as whom it runs, or its certificate; never
//!   by what it says of itself.
//! - No client makes the house wait: each has a bounded queue of its own, and who does not read is
//!   disconnected.
//! - No line makes a session hold more than the longest legal line.

pub mod access;
mod bucket;
pub mod config;
#[cfg(test)]
mod for_test;
mod frame;
mod hub;
mod listen;
mod names;
pub mod path;
mod pipe;
pub mod protocol;
pub mod session;
mod transport;

pub use transport::{Catalogue, Socket};
