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
pub mod chat;
pub mod client;
pub mod config;
pub mod console;
mod editor;
#[cfg(test)]
mod for_test;
mod frame;
mod history;
mod hub;
mod listen;
mod names;
pub mod path;
mod pipe;
pub mod protocol;
mod screen;
pub mod session;
mod stdin;
mod terminal;
pub mod transport;

pub use console::Console;
pub use screen::{Log, Screen};
pub use transport::{Catalogue, Socket};
