//! `[network.<name>]` of kind `xmpp`.

mod avatar;
mod card;
mod error;
mod keys;
mod room;
mod settings;

use std::{fmt, path::PathBuf};

use jid::BareJid;
use nuncio_core::config::{Flood, Period, SecretSource};
use nuncio_core::cursor::Source;
use serde::Deserialize;

pub use self::avatar::{Avatar, AvatarError, MAX_AVATAR_BYTES};
pub use self::card::{Card, Words, WordsError};
pub use self::error::ConfigError;
pub use self::keys::KEYS;
pub use self::settings::{Room, Settings, Trusted};

/// The keys of one XMPP network, as a file writes them. [`Settings`] are what they come to.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Says that this network is XMPP.
    pub kind: Kind,
    /// The account: `name@domain`.
    pub jid: String,
    /// The account's password; none where `client_cert` proves who we are.
    pub password: Option<SecretSource>,
    /// What to call this connection among those of the account; by default the server chooses.
    pub resource: Option<String>,
    /// Where the server is, `host` or `host:port`; by default the domain's SRV records say so.
    pub address: Option<String>,
    /// How the server at `address` speaks TLS.
    #[serde(default)]
    pub security: Security,
    /// A PEM file of the only authorities to trust, in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// A PEM file with our certificate, for `EXTERNAL`.
    pub client_cert: Option<PathBuf>,
    /// A PEM file with the key of `client_cert`; by default it is looked for in the same file.
    pub client_key: Option<PathBuf>,
    /// Lets the password leave as it is, inside TLS, to a server that has nothing better.
    #[serde(default)]
    pub plain: bool,
    /// What we are called in rooms; by default the name in `jid`.
    pub nick: Option<String>,
    /// The PNG or JPEG file of our picture; none to leave the account's as it is.
    pub avatar: Option<PathBuf>,
    /// What our vCard says.
    pub card: Option<Card>,
    /// The rooms to be in.
    #[serde(default)]
    pub rooms: Vec<RoomEntry>,
    /// The services whose word on who an occupant is counts; by default those of our own domain.
    pub trusted_services: Option<Vec<String>>,
    /// The domains whose people may see our presence.
    #[serde(default)]
    pub accept_subscriptions: Vec<String>,
    /// How fast we may write. The default is well below what common servers take
    /// from a client before they slow it down.
    #[serde(default)]
    pub flood: Flood<20, 5>,
    /// How long the server may be silent before the connection counts as lost; we ask it after half
    /// of that.
    #[serde(default = "two_minutes")]
    pub ping_timeout: Period,
    /// Whether to be in the rooms that the account has bookmarked to be joined.
    #[serde(default)]
    pub bookmarks: bool,
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
    Xmpp,
}

/// How a server speaks TLS. There is no way to speak without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// The stream turns to TLS (RFC 6120 §5); on port 5222 unless `address` says otherwise.
    #[default]
    StartTls,
    /// TLS from the first byte (XEP-0368); on port 5223 unless `address` says otherwise.
    Direct,
}

/// A room to be in: `"room@muc.example.org"`, or `{ jid = …, nick = …, password = … }`.
#[derive(Clone)]
pub struct RoomEntry {
    /// Its address.
    pub jid: String,
    /// What we are called in it.
    pub nick: Option<String>,
    /// Its password.
    pub password: Option<SecretSource>,
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

/// Passwords never show, nor where they come from.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("jid", &self.jid)
            .field("address", &self.address)
            .field("security", &self.security)
            .field("nick", &self.nick)
            .field("rooms", &self.rooms)
            .field("trusted_services", &self.trusted_services)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The archives that may be there: our account's, and each configured room's.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        let all = std::iter::once(&self.jid).chain(self.rooms.iter().map(|room| &room.jid));
        all.filter_map(|jid| Source::new(BareJid::new(jid).ok()?.as_str()))
    }
}

impl fmt::Debug for RoomEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = if self.password.is_some() { " with a password" } else { "" };
        write!(f, "{:?}{password}", self.jid)
    }
}

#[cfg(test)]
impl Config {
    /// All that a key sets, secrets left out.
    pub(crate) fn all_for_test(&self) -> String {
        let Self { security, plain, rooms, accept_subscriptions, flood, .. } = self;
        let Self { ping_timeout, bookmarks, rejoin, rejoin_after, .. } = self;
        format!(
            "{security:?} {plain} {rooms:?} {accept_subscriptions:?} {flood:?} {ping_timeout} \
             {bookmarks} {rejoin} {rejoin_after}"
        )
    }
}
