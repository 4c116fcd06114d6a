//! The Matrix transport.
//!
//! From the outside inwards:
//!
//! - [`Matrix`]: the task that owns the client of matrix-sdk, and does with it what the session says.
//! - [`SsoLogin`]: a login by a person in a browser, for an account that has no password.
//! - [`session`]: what a homeserver tells becomes events and what is to be done becomes requests,
//!   without I/O and without a clock.
//! - [`content`]: rich text as Matrix writes it.
//! - [`config`]: the keys of `[network.<name>]`, checked.
//!
//! The library keeps the account's keys and state in a folder of its own; its send queue is not
//! used and nothing is retried by it: the house's outbox is the only queue. It knows no plugin and
//! no storage of the house, and decides nothing about who may do what: it says who spoke, for whom
//! the homeserver vouches.

pub mod config;
pub mod content;
pub mod session;
mod transport;

pub use self::transport::{LoggedIn, LoginToken, Matrix, NoToken, SsoError, SsoLogin};
