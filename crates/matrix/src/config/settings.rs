//! The configuration, checked, with its secrets resolved.

use std::{sync::Arc, time::Duration};

use matrix_sdk::{
    reqwest::Url,
    ruma::{IdParseError, OwnedRoomOrAliasId, OwnedServerName, OwnedUserId, ServerName, UserId},
};
use nuncio_core::config::{Secret, SecretSource};
use nuncio_tls::{Client, TlsError};
use rustls::ClientConfig;

use super::{Config, Knock, Recovery, Sync};

/// What the session needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The account.
    pub user: OwnedUserId,
    /// The rooms to be in.
    pub rooms: Vec<Room>,
    /// Whose invitations are accepted.
    pub inviters: Vec<Inviter>,
    /// How long an invitation that nobody accepts is left open.
    pub decline_after: Duration,
    /// How long to wait before entering again where we were removed; none to stay out.
    pub rejoin_after: Option<Duration>,
    /// What is said where we have to knock; empty for nothing, none not to knock.
    pub knock: Option<String>,
    /// Whether to show how far we have read.
    pub receipts: bool,
    /// Whether what is said as text goes out as a notice.
    pub notices: bool,
    /// Whether reactions may go to encrypted rooms.
    pub clear_reactions: bool,
    /// The most bytes of a file that is fetched.
    pub max_download: u64,
}

/// A room to be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its id or alias.
    pub room: OwnedRoomOrAliasId,
    /// The servers to ask the way.
    pub via: Vec<OwnedServerName>,
}

/// Whose invitations are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inviter {
    /// One person's.
    Person(OwnedUserId),
    /// Those of everybody of a server.
    Server(OwnedServerName),
}

impl Inviter {
    /// Whether it names somebody.
    pub fn names(&self, user: &UserId) -> bool {
        match self {
            Self::Person(person) => person == user,
            Self::Server(server) => user.server_name() == server,
        }
    }
}

/// How to reach the homeserver, and how to prove who we are.
#[derive(Debug, Clone)]
pub struct Account {
    /// The account.
    pub user: OwnedUserId,
    /// Its proof.
    pub proof: Proof,
    /// Where the homeserver is; none to ask the account's domain.
    pub homeserver: Option<Url>,
    /// How it is asked what happened.
    pub sync: Sync,
    /// What the account's other clients see this one called.
    pub device_name: String,
    /// What encrypts the store.
    pub passphrase: Option<Secret>,
    /// What opens the account's secret storage.
    pub recovery: Option<Recovery>,
    /// Whom we trust to be the homeserver.
    pub tls: Arc<ClientConfig>,
    /// A proxy's address.
    pub proxy: Option<Secret>,
}

/// What proves who we are where there is no session to go on with; with neither, a person logs in
/// ([`SsoLogin`](crate::SsoLogin)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The account's password.
    pub password: Option<Secret>,
    /// An access token.
    pub token: Option<Secret>,
}

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A value is no Matrix identifier.
    #[error("`{key}`: `{value}` is no {wanted}")]
    Id {
        /// The key.
        key: &'static str,
        /// The value.
        value: String,
        /// What it should be.
        wanted: &'static str,
        /// What is wrong with it.
        #[source]
        source: IdParseError,
    },
    /// The homeserver's address is none.
    #[error("`homeserver`: `{value}` is no `https://` address")]
    Homeserver {
        /// The value.
        value: String,
    },
    /// The homeserver's address is not encrypted.
    #[error(
        "`homeserver`: `{value}` would show everything to everybody on the way: use `https://`"
    )]
    Plain {
        /// The value.
        value: String,
    },
    /// What is said where we knock is too long.
    #[error("`knock`: what is said has at most {} bytes, and this has {bytes}", Knock::MAX_BYTES)]
    Knock {
        /// How long it is.
        bytes: usize,
    },
    /// The files of TLS cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Config {
    /// Checks all that the session needs.
    ///
    /// # Errors
    /// Any [`ConfigError`].
    pub fn settings(&self) -> Result<Settings, ConfigError> {
        let mut rooms = Vec::with_capacity(self.rooms.len());
        for entry in &self.rooms {
            let room = OwnedRoomOrAliasId::try_from(entry.room.as_str());
            let room = room.map_err(not_a("rooms", &entry.room, "room's alias or id"))?;
            let via = entry.via.iter().map(|name| server("rooms[].via", name));
            rooms.push(Room { room, via: via.collect::<Result<_, _>>()? });
        }
        let inviter = |name: &String| {
            if name.starts_with('@') {
                user("accept_invites", name).map(Inviter::Person)
            } else {
                server("accept_invites", name).map(Inviter::Server)
            }
        };
        Ok(Settings {
            user: user("user", &self.user)?,
            rooms,
            inviters: self.accept_invites.iter().map(inviter).collect::<Result<_, _>>()?,
            decline_after: self.decline_after.duration(),
            rejoin_after: self.rejoin.then(|| self.rejoin_after.duration()),
            knock: self.knock.reason()?,
            receipts: self.receipts,
            notices: self.notices,
            clear_reactions: self.clear_reactions,
            max_download: self.max_download,
        })
    }

    /// How to log in; certificates are read, and secrets resolved by `secret`.
    ///
    /// # Errors
    /// Any [`ConfigError`], or the error of `secret`.
    pub fn account<E: From<ConfigError>>(
        &self,
        mut secret: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Account, E> {
        let tls = Client { ca_file: self.ca_file.as_deref(), ..Client::default() };
        let recovery = self.recovery.as_ref();
        let recovery = recovery.map(|source| Recovery::new(source, &mut secret)).transpose()?;
        let mut resolve =
            |source: &Option<SecretSource>| source.as_ref().map(&mut secret).transpose();
        Ok(Account {
            user: user("user", &self.user)?,
            proof: Proof { password: resolve(&self.password)?, token: resolve(&self.token)? },
            homeserver: self.homeserver.as_deref().map(homeserver).transpose()?,
            sync: self.sync,
            device_name: self.device_name.clone(),
            passphrase: resolve(&self.store_passphrase)?,
            recovery,
            tls: tls.config().map_err(ConfigError::from)?,
            proxy: resolve(&self.proxy)?,
        })
    }
}

fn not_a(
    key: &'static str,
    value: &str,
    wanted: &'static str,
) -> impl FnOnce(IdParseError) -> ConfigError {
    move |source| ConfigError::Id { key, value: value.to_owned(), wanted, source }
}

fn user(key: &'static str, value: &str) -> Result<OwnedUserId, ConfigError> {
    UserId::parse(value).map_err(not_a(key, value, "account such as `@name:example.org`"))
}

fn server(key: &'static str, value: &str) -> Result<OwnedServerName, ConfigError> {
    ServerName::parse(value).map_err(not_a(key, value, "server's name"))
}

/// An `https` address, or an `http` one of this machine.
fn homeserver(value: &str) -> Result<Url, ConfigError> {
    let wrong = || ConfigError::Homeserver { value: value.to_owned() };
    let url: Url = value.parse().map_err(|_| wrong())?;
    let host = url.host_str().ok_or_else(wrong)?;
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here => Ok(url),
        "http" => Err(ConfigError::Plain { value: value.to_owned() }),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "kind = \"matrix\"\nuser = \"@bot:example.org\"\npassword = \"x\"\n";

    fn secret(source: &SecretSource) -> Result<Secret, ConfigError> {
        match source {
            SecretSource::Text(secret) => Ok(secret.clone()),
            _ => Err(ConfigError::Plain { value: "no text".to_owned() }),
        }
    }

    fn read(toml: &str) -> Result<(Settings, Account), String> {
        let config: Config = toml::from_str(toml).map_err(|error| error.message().to_owned())?;
        let settings = config.settings().map_err(|error| error.to_string())?;
        Ok((settings, config.account(secret).map_err(|error| error.to_string())?))
    }

    fn with(more: &str) -> Result<(Settings, Account), String> {
        read(&format!("{LEAST}{more}"))
    }

    #[test]
    fn the_least_configuration_has_safe_defaults() {
        let (settings, account) = with("").expect("the least");
        assert!(settings.inviters.is_empty() && settings.notices && !settings.clear_reactions);
        assert!(account.homeserver.is_none());
    }

    #[test]
    fn invitations_are_of_people_and_of_servers() {
        let (settings, _) =
            with("accept_invites = [\"@ann:other.net\", \"example.org\"]").expect("inviters");
        for (name, wanted) in [
            ("@ann:other.net", true),
            ("@Ann:other.net", false),
            ("@bob:other.net", false),
            ("@bob:example.org", true),
            ("@bob:sub.example.org", false),
            ("@bob:example.org:8448", false),
        ] {
            let user = UserId::parse(name).expect(name);
            let named = settings.inviters.iter().any(|inviter| inviter.names(&user));
            assert_eq!(named, wanted, "{name}");
        }
    }

    #[test]
    fn a_room_has_an_alias_or_an_id() {
        let rooms = "rooms = [\"#a:b.c\", { room = \"!x:b.c\", via = [\"d.e\"] }]";
        let (settings, _) = with(rooms).expect("rooms");
        let shown: Vec<String> =
            settings.rooms.iter().map(|room| format!("{} {:?}", room.room, room.via)).collect();
        assert_eq!(shown, ["#a:b.c []", "!x:b.c [\"d.e\"]"]);
    }

    #[test]
    fn a_knock_says_something_nothing_or_is_not_done() {
        for (keys, said) in [
            ("", Some("I have been told to be in this room.")),
            ("knock = true", Some("I have been told to be in this room.")),
            ("knock = \"\"", Some("")),
            ("knock = \"hello\"", Some("hello")),
            ("knock = false", None),
        ] {
            let (settings, _) = with(keys).expect(keys);
            assert_eq!(settings.knock.as_deref(), said, "{keys}");
        }
    }

    #[test]
    fn what_cannot_work_says_what_to_do() {
        let too_long = format!("knock = \"{}\"", "x".repeat(501));
        for (more, expected) in [
            ("nick = \"a\"", "unknown field `nick`, expected one of"),
            ("rooms = [\"room\"]", "`rooms`: `room` is no room's alias or id"),
            ("accept_invites = [\"@ann\"]", "`accept_invites`: `@ann` is no account such as"),
            ("accept_invites = [\"a b\"]", "`accept_invites`: `a b` is no server's name"),
            ("homeserver = \"example.org\"", "`homeserver`: `example.org` is no `https://`"),
            (
                "homeserver = \"http://example.org\"",
                "`homeserver`: `http://example.org` would show",
            ),
            ("knock = 1", "data did not match any variant of untagged enum Knock"),
            (&too_long, "`knock`: what is said has at most 500 bytes, and this has 501"),
            ("flood = { per_second = -1 }", "`-1` is not so many a second"),
            ("ca_file = \"/nowhere\"", "`ca_file`: cannot read `/nowhere`"),
        ] {
            let error = with(more).expect_err(more);
            assert!(error.starts_with(expected), "{more}: {error}");
        }
        assert!(with("homeserver = \"http://127.0.0.1:8008\"").is_ok());
    }

    #[test]
    fn an_account_without_password_and_token_waits_for_a_person() {
        let (_, account) = read("kind = \"matrix\"\nuser = \"@a:b\"").expect("no proof");
        assert_eq!(account.proof, Proof { password: None, token: None });
    }

    #[test]
    fn debug_shows_no_secret() {
        let text = LEAST.replace("\"x\"", "\"hunter1\"");
        let text = format!(
            "{text}token = \"hunter2\"\nstore_passphrase = \"hunter3\"\nproxy = \"http://a:hunter4@b\""
        );
        let config: Config = toml::from_str(&text).expect("a config");
        let shown = format!("{config:?} {:?}", read(&text).expect("settings"));
        assert!(!shown.contains("hunter"), "{shown}");
    }
}
