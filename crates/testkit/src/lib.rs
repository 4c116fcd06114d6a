//! Real servers, scripted peers, and the transport conformance suite.
//!
//! - [`server`]: InspIRCd (with Anope), ngIRCd, Prosody, ejabberd, Synapse, each a child process on
//!   loopback with ports and a folder of its own, gone when its value is dropped and when the test process dies.
//! - [`irc`], [`xmpp`] and [`matrix`]: small raw clients, which share no line of code with the transports under
//!   test.
//! - [`peer`]: one end of a conversation in lines: `expect`, `send`, `close`.
//! - [`conformance`]: what every transport must do, as named tests.
//! - [`load`]: clients that keep commands in flight, and the bare loop to compare a bot with.
//! - [`tls`]: a private certificate authority.
//! - [`sso`]: single sign-on, and a browser for it.
//!
//! A missing server is an error that says `cargo xtask servers`, never a skipped test. Nothing here
//! sleeps: all waits are for an event and end at a [`DEADLINE`].

pub mod conformance;
pub mod irc;
pub mod load;
pub mod matrix;
pub mod peer;
pub mod server;
pub mod sso;
pub mod tls;
pub mod xmpp;

mod pattern;

use std::time::Duration;

/// How long any single wait may last before it is a failure.
///
/// Generous, because the tests of a whole workspace share few cores; a wait that ends well ends with
/// the event, not with the deadline.
pub const DEADLINE: Duration = Duration::from_secs(30);
