//! `[network.<name>]` of kind `irc`.

mod keys;
mod room;
mod settings;

use std::{fmt, path::PathBuf};

use nuncio_core::config::{Flood, Period, SecretSource};
use serde::Deserialize;

use crate::casemap::CaseMapping;

pub use self::keys::KEYS;
pub use self::settings::{ConfigError, Credentials, Mechanism, Room, Settings};

/// The keys of one IRC network, as a file writes them. [`Settings`] are what they come to.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
pub struct Config {
    /// Says that this network is IRC.
    pub kind: Kind,
    /// The server's host name or address; the name that its certificate must bear.
    pub server: String,
    /// The port; by default 6697 with TLS and 6667 without.
    pub port: Option<u16>,
    /// Whether to speak TLS. Plain text is spoken only where this says `false`.
    #[serde(default = "yes")]
    pub tls: bool,
    /// A PEM file of the only authorities to trust, in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// A PEM file with our certificate, for `EXTERNAL`.
    pub client_cert: Option<PathBuf>,
    /// A PEM file with the key of `client_cert`; by default it is looked for in the same file.
    pub client_key: Option<PathBuf>,
    /// Lets passwords leave in plain text to a server that is not this machine.
    #[serde(default)]
    pub danger_plaintext_password: bool,
    /// The nick that we want.
    pub nick: String,
    /// The nicks to take, in this order, while `nick` is in use; then numbered ones.
    #[serde(default)]
    pub alternative_nicks: Vec<String>,
    /// The user name; by default the nick.
    pub username: Option<String>,
    /// The real name; by default the nick.
    pub realname: Option<String>,
    /// The server's password.
    pub password: Option<SecretSource>,
    /// How to log in to an account.
    pub sasl: Option<Sasl>,
    /// The rooms to be in.
    #[serde(default)]
    pub rooms: Vec<RoomEntry>,
    /// How the network compares names; identities are compared so even while offline.
    #[serde(default)]
    pub casemapping: CaseMapping,
    /// What verifies a speaker.
    #[serde(default)]
    pub trust: Trust,
    /// How fast we may write. What common servers take from anybody without delay is the default.
    #[serde(default)]
    pub flood: Flood<5, 1>,
    /// How long the server may be silent before the connection counts as lost; we ask it after half
    /// of that.
    #[serde(default = "two_minutes")]
    pub ping_timeout: Period,
    /// Whether to take `nick` back when it becomes free.
    #[serde(default = "yes")]
    pub regain: bool,
    /// Whether to join again after a kick; never after a ban.
    #[serde(default = "yes")]
    pub rejoin: bool,
    /// How long to wait before that; doubled each time that it happens again.
    #[serde(default = "ten_seconds")]
    pub rejoin_after: Period,
}

/// The one value of `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// This transport.
    Irc,
}

/// What verifies a speaker on this network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// The account that the server vouches for.
    #[default]
    Account,
    /// The whole `nick!user@host`, on a network without accounts.
    Hostmask,
    /// The nick alone, on a network where nobody else could take it.
    Nick,
}

/// How to log in to an account (`IRCv3` SASL).
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sasl {
    /// By what we prove who we are.
    pub mechanism: SaslMechanism,
    /// The account; by default the nick for `plain`, and for `external` whatever the certificate
    /// belongs to.
    pub account: Option<String>,
    /// The account's password; for `plain`.
    pub password: Option<SecretSource>,
}

/// A SASL mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SaslMechanism {
    /// Account and password (RFC 4616).
    Plain,
    /// The client certificate (RFC 4422 appendix A).
    External,
}

/// A room to be in: `"#nuncio"`, or `{ name = "#secret", key = … }`.
#[derive(Clone)]
pub struct RoomEntry {
    /// Its name.
    pub name: String,
    /// Its key (mode `+k`).
    pub key: Option<SecretSource>,
}

fn yes() -> bool {
    true
}

fn two_minutes() -> Period {
    Period::seconds(120)
}

fn ten_seconds() -> Period {
    Period::seconds(10)
}

/// Passwords and keys never show, nor where they come from.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("server", &self.server)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("nick", &self.nick)
            .field("rooms", &self.rooms)
            .field("sasl", &self.sasl)
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Sasl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sasl")
            .field("mechanism", &self.mechanism)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RoomEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = if self.key.is_some() { " with a key" } else { "" };
        write!(f, "{:?}{key}", self.name)
    }
}

#[cfg(test)]
impl Config {
    /// All that a key sets, secrets left out.
    pub(crate) fn all_for_test(&self) -> String {
        let Self { port, tls, danger_plaintext_password, alternative_nicks, rooms, .. } = self;
        let Self { casemapping, trust, flood, ping_timeout, regain, rejoin, rejoin_after, .. } =
            self;
        format!(
            "{port:?} {tls} {danger_plaintext_password} {alternative_nicks:?} {rooms:?} \
             {casemapping:?} {trust:?} {flood:?} {ping_timeout} {regain} {rejoin} {rejoin_after}"
        )
    }
}
