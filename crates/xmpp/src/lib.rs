//! The XMPP transport.
//!
//! From the wire inwards:
//!
//! - [`login`] reaches a server and proves who we are.
//! - [`sieve`] keeps from the XML parser what it could not bear.
//! - [`session`]: one account's life as a state machine, without I/O and without a clock.
//! - [`evidence`] and [`content`]: what the session knows of people and of text.
//! - [`Xmpp`]: the task around it all, which owns the stream.
//! - [`config`]: the keys of `[network.<name>]`, checked.
//!
//! It knows no plugin and no storage, and decides nothing about who may do what: it says who spoke,
//! and what vouches for it.

pub mod config;
pub mod content;
pub mod evidence;
pub mod login;
pub mod session;
pub mod sieve;
mod transport;

pub use self::transport::Xmpp;
