//! The configuration, checked, with its secrets resolved.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use nuncio_core::config::{Flood, Secret, SecretSource};
use nuncio_policy::{CaseMapping, IdentityError, Network, RoomId};
use nuncio_tls::{Server, TlsError};
use rustls::ServerConfig;
use smol_str::SmolStr;

use super::{Config, Kind};
use crate::access::{Access, Tokens, TokensError};

/// What the socket needs to know.
#[derive(Debug)]
pub struct Settings {
    /// The network's name.
    pub network: Network,
    /// Where the Unix socket is.
    pub path: PathBuf,
    /// Where else to listen.
    pub listen: Option<Listen>,
    /// Who may connect, and as whom.
    pub access: Access,
    /// The rooms that can be joined, by their plain names.
    pub rooms: BTreeMap<SmolStr, RoomId>,
    /// How much of everything.
    pub limits: Limits,
}

/// Where and how to listen for TCP.
#[derive(Clone, Debug)]
pub enum Listen {
    /// With TLS.
    Tls(SocketAddr, Arc<ServerConfig>),
    /// Without, at an address of this machine alone.
    Plain(SocketAddr),
}

/// How much of everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest line that is taken.
    pub max_line_bytes: usize,
    /// How many may be connected at once.
    pub max_connections: usize,
    /// How many lines a connection may send at once.
    pub burst: u32,
    /// The time in which it may send one more; zero lifts the limit.
    pub line_interval: Duration,
    /// How fast the bot may speak.
    pub flood: Flood<100, 0>,
    /// How long a connection may take to say who it is.
    pub handshake: Duration,
    /// How long a connection may be silent.
    pub idle: Duration,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A key is missing that another needs.
    #[error("`{missing}` is missing: `{needed_by}` needs it")]
    Missing {
        /// The key.
        missing: &'static str,
        /// What needs it.
        needed_by: &'static str,
    },
    /// A key does nothing beside another.
    #[error("`{key}` has no effect {reason}: remove it")]
    NoEffect {
        /// The key.
        key: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// Plain TCP to the world.
    #[error(
        "`{0}` can be reached from elsewhere: plain TCP is for 127.0.0.1 and ::1, elsewhere remove `danger_plain_tcp` and set `tls_certificate` and `tls_key`"
    )]
    PlainTcp(SocketAddr),
    /// A TCP listener that would let nobody in.
    #[error("nobody can connect at `listen`: add `tokens` or `tls_client_ca`")]
    Nobody,
    /// A room's name is none.
    #[error("`rooms` holds `{name}`")]
    Room {
        /// What was written.
        name: String,
        /// What is wrong with it.
        #[source]
        source: IdentityError,
    },
    /// The files of TLS cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The tokens cannot be told apart.
    #[error("`tokens` cannot be used")]
    Tokens(#[from] TokensError),
}

impl Config {
    /// Checks everything that can be checked without opening a socket; reads certificates, and
    /// resolves secrets by `secret`.
    ///
    /// `default_path` holds where the configuration names none, `own_uid` is the user as whom the
    /// bot runs.
    ///
    /// # Errors
    /// Any [`ConfigError`], or the error of `secret`.
    pub fn settings<E: From<ConfigError>>(
        self,
        network: Network,
        default_path: PathBuf,
        own_uid: u32,
        mut secret: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Settings, E> {
        let Kind::Socket = self.kind;
        let listen = self.listener()?;
        let rooms = rooms(&network, &self.rooms)?;
        let limits = Limits {
            max_line_bytes: usize::try_from(self.max_line_bytes).unwrap_or(usize::MAX),
            max_connections: usize::try_from(self.max_connections).unwrap_or(usize::MAX),
            burst: self.burst.get(),
            line_interval: interval(self.lines_per_second),
            flood: self.flood,
            handshake: self.handshake_timeout.duration(),
            idle: self.idle_timeout.duration(),
        };
        let mut tokens = Tokens::default();
        for token in &self.tokens {
            tokens.add(&token.name, &secret(&token.token)?).map_err(ConfigError::from)?;
        }
        let access = Access {
            tokens,
            uids: self.allow_uids.unwrap_or_else(|| BTreeSet::from([0, own_uid])),
            anonymous: self.danger_anonymous,
            network: network.clone(),
        };
        Ok(Settings {
            network,
            path: self.path.unwrap_or(default_path),
            listen,
            access,
            rooms,
            limits,
        })
    }

    fn listener(&self) -> Result<Option<Listen>, ConfigError> {
        let files = [
            ("tls_certificate", &self.tls_certificate),
            ("tls_key", &self.tls_key),
            ("tls_client_ca", &self.tls_client_ca),
        ];
        let without = |reason| match files.iter().find(|(_, file)| file.is_some()) {
            Some((key, _)) => Err(ConfigError::NoEffect { key, reason }),
            None => Ok(()),
        };
        let Some(address) = self.listen else {
            let flags = [
                ("danger_anonymous", self.danger_anonymous),
                ("danger_plain_tcp", self.danger_plain_tcp),
            ];
            if let Some((key, _)) = flags.iter().find(|(_, set)| *set) {
                return Err(ConfigError::NoEffect { key, reason: "without `listen`" });
            }
            return without("without `listen`").map(|()| None);
        };
        if self.tokens.is_empty() && self.tls_client_ca.is_none() && !self.danger_anonymous {
            return Err(ConfigError::Nobody);
        }
        if self.danger_plain_tcp {
            without("with `danger_plain_tcp`")?;
            let here = address.ip().is_loopback();
            return if here {
                Ok(Some(Listen::Plain(address)))
            } else {
                Err(ConfigError::PlainTcp(address))
            };
        }
        let tls = Server {
            tls_certificate: needed("tls_certificate", self.tls_certificate.as_deref())?,
            tls_key: needed("tls_key", self.tls_key.as_deref())?,
            tls_client_ca: self.tls_client_ca.as_deref(),
        };
        Ok(Some(Listen::Tls(address, tls.config()?)))
    }
}

fn needed<'a>(missing: &'static str, file: Option<&'a Path>) -> Result<&'a Path, ConfigError> {
    file.ok_or(ConfigError::Missing { missing, needed_by: "listen" })
}

/// The time for one; zero where there is no limit.
fn interval(per_second: u32) -> Duration {
    Duration::from_secs(1).checked_div(per_second).unwrap_or_default()
}

fn rooms(network: &Network, names: &[String]) -> Result<BTreeMap<SmolStr, RoomId>, ConfigError> {
    let room = |name: &String| match RoomId::new(network, name, CaseMapping::Bytes) {
        Ok(room) => Ok((name.into(), room)),
        Err(source) => Err(ConfigError::Room { name: name.clone(), source }),
    };
    names.iter().map(room).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str) -> Result<Settings, String> {
        let config: Config = toml::from_str(toml).map_err(|error| error.message().to_owned())?;
        let network = "socket".parse().expect("a network");
        config
            .settings(network, "/run/n.sock".into(), 1000, |source| match source {
                SecretSource::Text(secret) => Ok(secret.clone()),
                _ => Err(ConfigError::Nobody),
            })
            .map_err(|error| match std::error::Error::source(&error) {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            })
    }

    #[test]
    fn nothing_is_needed() {
        let settings = settings("").expect("the defaults");
        assert_eq!(settings.path, PathBuf::from("/run/n.sock"));
        assert_eq!(settings.access.uids, BTreeSet::from([0, 1000]));
        assert_eq!(settings.limits.line_interval, Duration::from_millis(2));
        assert!(settings.listen.is_none());
        assert_eq!(settings.rooms.keys().collect::<Vec<_>>(), ["lobby"]);
    }

    #[test]
    fn tcp_is_tls_unless_it_says_danger() {
        let tokens = "tokens = [{ name = \"ci\", token = \"hunter2\" }]\n";
        let tls = "listen = \"0.0.0.0:7667\"\ntls_certificate = \"c\"\ntls_key = \"k\"\n";
        let error = settings(&format!("{tokens}{tls}")).expect_err("no such files");
        assert!(error.starts_with("`tls_certificate`: cannot read `c`"), "{error}");
        let plain = "listen = \"127.0.0.1:1\"\ndanger_plain_tcp = true";
        let listen = settings(&format!("{tokens}{plain}")).expect("plain").listen;
        assert!(matches!(listen, Some(Listen::Plain(_))));
    }

    #[test]
    fn what_cannot_work_says_what_to_do() {
        let table = [
            ("colour = 1", "unknown field `colour`"),
            ("kind = \"irc\"", "unknown variant `irc`"),
            ("tls_key = \"k\"", "`tls_key` has no effect without `listen`: remove it"),
            ("danger_plain_tcp = true", "`danger_plain_tcp` has no effect without `listen`"),
            ("listen = \"[::]:1\"", "nobody can connect at `listen`: add `tokens`"),
            (
                "listen = \"[::]:1\"\ndanger_anonymous = true",
                "`tls_certificate` is missing: `listen` needs it",
            ),
            (
                "listen = \"[::]:1\"\ndanger_anonymous = true\ndanger_plain_tcp = true",
                "`[::]:1` can be reached from elsewhere",
            ),
            (
                "tokens = [{ name = \"uid/0\", token = \"hunter2\" }]",
                "`tokens` cannot be used: `uid/0` is not a token's name",
            ),
            ("rooms = [\"\"]", "`rooms` holds ``: a user or room has at least one character"),
            ("burst = 0", "invalid value: integer `0`, expected a nonzero u32"),
        ];
        for (toml, expected) in table {
            let error = settings(toml).expect_err(toml);
            assert!(error.starts_with(expected), "{toml}: {error}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let toml = "tokens = [{ name = \"ci\", token = \"hunter2\" }]";
        let config: Config = toml::from_str(toml).expect("a config");
        let shown = format!("{config:?} {:?}", settings(toml).expect("settings"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
