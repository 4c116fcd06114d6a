//! The IRC transport.
//!
//! From the wire inwards:
//!
//! - [`wire`]: bytes to lines, lines to messages, and lines that cannot break the protocol.
//! - [`session`]: one connection's life as a state machine, without I/O and without a clock.
//! - [`evidence`], [`content`], [`isupport`], [`casemap`]: what the session knows of people,
//!   text, the server and names.
//! - [`Irc`]: the task around it all, which owns the socket; [`Connector`] reaches the server.
//! - [`config`]: the keys of `[network.<name>]`, checked.
//!
//! It knows no plugin and no storage, and decides nothing about who may do what: it says who spoke,
//! and what vouches for it.
//!
//! ```
//! use nuncio_core::config::SecretSource;
//! use nuncio_core::transport::Transport as _;
//! use nuncio_irc::{Irc, config::{Config, ConfigError}};
//!
//! let config: Config = toml::from_str(
//!     r##"
//!     kind = "irc"
//!     server = "irc.example.org"
//!     nick = "nuncio"
//!     rooms = ["#nuncio"]
//!     "##,
//! )?;
//! let irc = Irc::new("irc".parse()?, &config, |source| match source {
//!     SecretSource::Text(secret) => Ok(secret.clone()),
//!     _ => Err(ConfigError::NoPassword),
//! })?;
//! assert_eq!(irc.kind(), "irc");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod casemap;
pub mod config;
mod connect;
pub mod content;
pub mod evidence;
pub mod isupport;
pub mod session;
mod transport;
pub mod wire;

pub use self::{connect::Connector, transport::Irc};
