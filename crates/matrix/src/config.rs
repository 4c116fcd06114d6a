//! `[network.<name>]` of kind `matrix`.

mod keys;
mod knock;
mod recovery;
mod room;
mod settings;

use std::{fmt, path::PathBuf};

use nuncio_core::config::{Flood, Period, SecretSource};
use serde::Deserialize;

pub use self::keys::KEYS;
pub use self::knock::Knock;
pub use self::recovery::Recovery;
pub use self::settings::{Account, ConfigError, Inviter, Proof, Room, Settings};

/// The keys of one Matrix network, as a file writes them. [`Settings`] and [`Account`] are what
/// they come to.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
pub struct Config {
    /// Says that this network is Matrix.
    pub kind: Kind,
    /// The account: `@name:example.org`.
    pub user: String,
    /// The account's password.
    pub password: Option<SecretSource>,
    /// An access token in its place.
    pub token: Option<SecretSource>,
    /// Where the homeserver is; by default the domain of `user` says so.
    pub homeserver: Option<String>,
    /// How the homeserver is asked what happened.
    #[serde(default)]
    pub sync: Sync,
    /// What the account's other clients see this one called.
    #[serde(default = "device_name")]
    pub device_name: String,
    /// What encrypts the keys and the session in the bot's folder.
    pub store_passphrase: Option<SecretSource>,
    /// What opens the account's secret storage, in which its signing keys and the key of its backup
    /// are; a file that is not there yet is made.
    pub recovery: Option<SecretSource>,
    /// A PEM file of the only authorities to trust, in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// A proxy through which all goes.
    pub proxy: Option<SecretSource>,
    /// The rooms to be in.
    #[serde(default)]
    pub rooms: Vec<RoomEntry>,
    /// Whose invitations are accepted: people, or whole servers.
    #[serde(default)]
    pub accept_invites: Vec<String>,
    /// How long an invitation that nobody accepts is left open before it is turned down.
    #[serde(default = "one_hour")]
    pub decline_after: Period,
    /// Whether to enter again a room of `rooms` that removed us; never after a ban.
    #[serde(default = "yes")]
    pub rejoin: bool,
    /// How long to wait before that; doubled each time that it happens again.
    #[serde(default = "ten_seconds")]
    pub rejoin_after: Period,
    /// Whether to knock at a room of `rooms` whose people have to let us in, or what to say there.
    #[serde(default)]
    pub knock: Knock,
    /// Whether to show people how far we have read.
    #[serde(default)]
    pub receipts: bool,
    /// Whether answers go out as notices, which no other bot takes for a command.
    #[serde(default = "yes")]
    pub notices: bool,
    /// Whether reactions, which nothing encrypts, may go to encrypted rooms.
    #[serde(default)]
    pub clear_reactions: bool,
    /// The most bytes of a file that a plugin may fetch.
    #[serde(default = "ten_mebibytes")]
    pub max_download: u64,
    /// How fast we may write: everything that we are asked to do costs one token. The default is
    /// what homeservers commonly take from an account before they answer 429.
    #[serde(default)]
    pub flood: Flood<10, 1>,
}

/// The one value of `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// This transport.
    Matrix,
}

/// How the homeserver is asked what happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sync {
    /// `/sync`, as every homeserver has it.
    #[default]
    Classic,
    /// Simplified sliding sync (MSC4186).
    Sliding,
}

/// A room to be in: `"#room:example.org"`, `"!id:example.org"`, or `{ room = …, via = […] }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomEntry {
    /// Its id or alias.
    pub room: String,
    /// The servers that know the way, where its id does not say.
    pub via: Vec<String>,
}

fn yes() -> bool {
    true
}

fn one_hour() -> Period {
    Period::seconds(3_600)
}

fn ten_seconds() -> Period {
    Period::seconds(10)
}

fn ten_mebibytes() -> u64 {
    10 * 1024 * 1024
}

fn device_name() -> String {
    "nuncio".to_owned()
}

/// Secrets never show, nor where they come from; a proxy's address may hold a password.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("user", &self.user)
            .field("homeserver", &self.homeserver)
            .field("device_name", &self.device_name)
            .field("rooms", &self.rooms)
            .field("accept_invites", &self.accept_invites)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl Config {
    /// All that a key with a default sets.
    pub(crate) fn all_for_test(&self) -> String {
        let Self { device_name, rooms, accept_invites, notices, clear_reactions, flood, .. } = self;
        let Self { decline_after, rejoin, rejoin_after, knock, receipts, .. } = self;
        let Self { max_download, sync, .. } = self;
        format!(
            "{device_name} {rooms:?} {accept_invites:?} {notices} {clear_reactions} {flood:?} \
             {decline_after} {rejoin} {rejoin_after} {knock:?} {receipts} {max_download} {sync:?}"
        )
    }
}
