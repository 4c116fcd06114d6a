//! `[network.socket]`.

mod keys;
mod settings;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use nuncio_core::config::{Flood, Period, SecretSource};
use serde::Deserialize;

pub use keys::KEYS;
pub use settings::{ConfigError, Limits, Listen, Settings};

/// The keys of the socket, as a file writes them. [`Settings`] are what they come to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Says that this network is the socket.
    pub kind: Kind,
    /// Where the Unix socket is; by default in the runtime directory.
    pub path: Option<PathBuf>,
    /// The users of this machine who may connect without a token; by default root and the bot's
    /// own.
    pub allow_uids: Option<BTreeSet<u32>>,
    /// The address at which to listen for TLS too.
    pub listen: Option<SocketAddr>,
    /// A PEM file with our certificate and those between it and its authority.
    pub tls_certificate: Option<PathBuf>,
    /// A PEM file with its key.
    pub tls_key: Option<PathBuf>,
    /// A PEM file of the authorities whose certificates vouch for clients.
    pub tls_client_ca: Option<PathBuf>,
    /// Who is known by a token.
    pub tokens: Vec<Token>,
    /// The rooms that can be joined.
    pub rooms: Vec<String>,
    /// The longest line that is taken, in bytes.
    pub max_line_bytes: u32,
    /// How many may be connected at once.
    pub max_connections: u32,
    /// How many lines a connection may send at once.
    pub burst: NonZeroU32,
    /// How many more each second; 0 lifts the limit.
    pub lines_per_second: u32,
    /// How fast the bot may speak. Without limit, for each client has a bounded queue of its own.
    pub flood: Flood<100, 0>,
    /// How long a connection may take to say who it is.
    pub handshake_timeout: Period,
    /// How long a connection may be silent.
    pub idle_timeout: Period,
    /// Lets anybody connect over TCP. They are never verified.
    pub danger_anonymous: bool,
    /// Speaks without TLS at `listen`, which must then be an address of this machine alone.
    pub danger_plain_tcp: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            kind: Kind::Socket,
            path: None,
            allow_uids: None,
            listen: None,
            tls_certificate: None,
            tls_key: None,
            tls_client_ca: None,
            tokens: Vec::new(),
            rooms: vec!["lobby".into()],
            max_line_bytes: 65_536,
            max_connections: 64,
            burst: NonZeroU32::MIN.saturating_add(499),
            lines_per_second: 500,
            flood: Flood::default(),
            handshake_timeout: Period::seconds(10),
            idle_timeout: Period::seconds(3_600),
            danger_anonymous: false,
            danger_plain_tcp: false,
        }
    }
}

/// The one value of `kind`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// This transport.
    #[default]
    Socket,
}

/// Somebody who is known by a token, as `u:socket:<name>`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// His name; no `/` in it.
    pub name: String,
    /// His token.
    pub token: SecretSource,
}
