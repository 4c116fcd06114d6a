//! The configuration, checked, with its secrets resolved.

use std::{net::IpAddr, time::Duration};

use nuncio_core::config::{Secret, SecretSource};
use nuncio_tls::TlsError;

use super::{Config, SaslMechanism, Trust};
use crate::{
    casemap::CaseMapping,
    wire::{Builder, Line, LineError, Verb},
};

/// What the session needs to know. Everything in it can stand on a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The nick that we want.
    pub nick: String,
    /// What to take while it is in use.
    pub alternative_nicks: Vec<String>,
    /// The user name.
    pub username: String,
    /// The real name.
    pub realname: String,
    /// The server's password.
    pub password: Option<Secret>,
    /// How to log in.
    pub sasl: Option<Credentials>,
    /// The rooms to be in.
    pub rooms: Vec<Room>,
    /// How the network's identities are compared.
    pub casemapping: CaseMapping,
    /// What verifies a speaker.
    pub trust: Trust,
    /// How long the server may be silent.
    pub ping_timeout: Duration,
    /// Whether to take the nick back.
    pub regain: bool,
    /// How long to wait before joining again after a kick; None to stay out.
    pub rejoin_after: Option<Duration>,
}

/// A room to be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: Option<Secret>,
}

/// How to log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account; empty to let the server say which one.
    pub account: String,
    /// The proof.
    pub mechanism: Mechanism,
}

/// A proof of who we are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mechanism {
    /// A password.
    Plain(Secret),
    /// The certificate that TLS showed already.
    External,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A value cannot stand on a line of the protocol.
    #[error("`{key}` cannot be used")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        #[source]
        source: LineError,
    },
    /// `sasl.mechanism = "plain"` without a password.
    #[error("`sasl.password` is missing: `plain` needs one")]
    NoPassword,
    /// `sasl.mechanism = "external"` without a certificate to show.
    #[error("`client_cert` is missing: `external` shows it to the server")]
    NoCertificate,
    /// TLS keys where there is no TLS.
    #[error("`{key}` has no effect with `tls = false`: remove one of them")]
    NoTls {
        /// The key.
        key: &'static str,
    },
    /// A password would leave in plain text.
    #[error(
        "a password would cross the network in plain text: use `tls = true`, or set \
         `danger_plaintext_password = true` if that is what you want"
    )]
    PlaintextPassword,
    /// The server's name cannot stand in a certificate.
    #[error("`{name}` is not a host name or address: a certificate cannot bear it")]
    ServerName {
        /// The name.
        name: String,
    },
    /// The files of TLS cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A room's name has a comma, which would be two rooms.
    #[error("`{name}` is not one room's name")]
    RoomName {
        /// The name.
        name: String,
    },
    /// A room's key has a comma, which would be two keys.
    #[error("the key of `{name}` holds a comma, which no key can")]
    RoomKey {
        /// The room.
        name: String,
    },
}

impl Config {
    /// The port, by default the usual one.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(if self.tls { 6697 } else { 6667 })
    }

    /// Checks everything that can be checked without the network; resolves secrets by `secret`.
    ///
    /// # Errors
    ///
    /// Any [`ConfigError`], or the error of `secret`.
    pub fn settings<E: From<ConfigError>>(
        &self,
        mut secret: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Settings, E> {
        self.check()?;
        let mut resolve =
            |source: &Option<SecretSource>| source.as_ref().map(&mut secret).transpose();
        let password = resolve(&self.password)?;
        let sasl = match &self.sasl {
            None => None,
            Some(sasl) => Some(match sasl.mechanism {
                SaslMechanism::Plain => Credentials {
                    account: sasl.account.clone().unwrap_or_else(|| self.nick.clone()),
                    mechanism: Mechanism::Plain(
                        resolve(&sasl.password)?.ok_or(ConfigError::NoPassword)?,
                    ),
                },
                SaslMechanism::External => Credentials {
                    account: sasl.account.clone().unwrap_or_default(),
                    mechanism: Mechanism::External,
                },
            }),
        };
        let mut rooms = Vec::with_capacity(self.rooms.len());
        for entry in &self.rooms {
            rooms.push(Room { name: entry.name.clone(), key: resolve(&entry.key)? });
        }
        let settings = Settings {
            nick: self.nick.clone(),
            alternative_nicks: self.alternative_nicks.clone(),
            username: self.username.clone().unwrap_or_else(|| self.nick.clone()),
            realname: self.realname.clone().unwrap_or_else(|| self.nick.clone()),
            password,
            sasl,
            rooms,
            casemapping: self.casemapping,
            trust: self.trust,
            ping_timeout: self.ping_timeout.duration().max(Duration::from_secs(2)),
            regain: self.regain,
            rejoin_after: self.rejoin.then(|| self.rejoin_after.duration()),
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if let Some(sasl) = &self.sasl {
            match sasl.mechanism {
                SaslMechanism::Plain if sasl.password.is_none() => {
                    return Err(ConfigError::NoPassword);
                }
                SaslMechanism::External if self.client_cert.is_none() => {
                    return Err(ConfigError::NoCertificate);
                }
                _ => {}
            }
        }
        if self.tls {
            return Ok(());
        }
        let unused = [
            ("ca_file", &self.ca_file),
            ("client_cert", &self.client_cert),
            ("client_key", &self.client_key),
        ];
        if let Some((key, _)) = unused.iter().find(|(_, file)| file.is_some()) {
            return Err(ConfigError::NoTls { key });
        }
        if self.shows_password() && !self.danger_plaintext_password {
            return Err(ConfigError::PlaintextPassword);
        }
        Ok(())
    }

    /// Whether a password leaves in plain text to a server that is not this machine.
    pub fn shows_password(&self) -> bool {
        let password = self.password.is_some() || self.sasl.is_some();
        let here = self.server == "localhost"
            || self.server.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        !self.tls && password && !here
    }
}

impl Settings {
    /// Tries each value on a line, so that none can fail later.
    fn check(&self) -> Result<(), ConfigError> {
        let can = |key, line: Result<Line, LineError>| match line {
            Ok(_) => Ok(()),
            Err(source) => Err(ConfigError::Value { key, source }),
        };
        let single = |verb, value: &str| Line::begin(verb).middle(value).and_then(Builder::end);
        can("nick", single(Verb::Nick, &self.nick))?;
        for nick in &self.alternative_nicks {
            can("alternative_nicks", single(Verb::Nick, nick))?;
        }
        can("username", single(Verb::User, &self.username))?;
        can("realname", Line::begin(Verb::User).last(&self.realname))?;
        if let Some(password) = &self.password {
            can("password", Line::begin(Verb::Pass).secret().last(password.expose()))?;
        }
        for room in &self.rooms {
            if room.name.contains(',') {
                return Err(ConfigError::RoomName { name: room.name.clone() });
            }
            can("rooms", single(Verb::Join, &room.name))?;
            if room.key.as_ref().is_some_and(|key| key.expose().contains(',')) {
                return Err(ConfigError::RoomKey { name: room.name.clone() });
            }
            if let Some(key) = &room.key {
                can(
                    "rooms[].key",
                    Line::begin(Verb::Join).secret().middle(key.expose()).and_then(Builder::end),
                )?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(toml: &str) -> Result<Settings, String> {
        let config: Config = toml::from_str(toml).map_err(|error| error.message().to_owned())?;
        config
            .settings(|source| match source {
                SecretSource::Text(secret) => Ok(secret.clone()),
                _ => Err(ConfigError::NoPassword),
            })
            .map_err(|error| error.to_string())
    }

    const LEAST: &str = "kind = \"irc\"\nserver = \"irc.example.org\"\nnick = \"bot\"\n";

    fn with(more: &str) -> Result<Settings, String> {
        settings(&format!("{LEAST}{more}"))
    }

    #[test]
    fn the_least_configuration_has_safe_defaults() {
        let config: Config = toml::from_str(LEAST).expect("the least");
        assert!(config.tls && config.port() == 6697 && config.regain && config.rejoin);
        let settings = with("").expect("the least");
        assert_eq!((settings.username.as_str(), settings.realname.as_str()), ("bot", "bot"));
        assert_eq!(settings.trust, Trust::Account);
        assert_eq!(settings.rejoin_after, Some(Duration::from_secs(10)));
    }

    #[test]
    fn rooms_may_have_keys() {
        let settings = with("rooms = [\"#a\", { name = \"#b\", key = \"k\" }]").expect("rooms");
        assert_eq!(
            settings.rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(),
            ["#a", "#b"]
        );
        assert_eq!(settings.rooms[1].key.as_ref().map(Secret::expose), Some("k"));
    }

    #[test]
    fn what_cannot_work_says_what_to_do() {
        let table = [
            ("nick2 = \"a\"", "unknown field `nick2`, expected one of"),
            ("username = \"a b\"", "`username` cannot be used"),
            ("rooms = [\"#a,#b\"]", "`#a,#b` is not one room's name"),
            ("sasl = { mechanism = \"plain\" }", "`sasl.password` is missing"),
            ("sasl = { mechanism = \"external\" }", "`client_cert` is missing"),
            ("tls = false\nca_file = \"x\"", "`ca_file` has no effect with `tls = false`"),
            ("tls = false\npassword = \"x\"", "a password would cross the network in plain text"),
            ("flood = { per_second = -1 }", "`-1` is not so many a second"),
        ];
        for (more, expected) in table {
            let error = with(more).expect_err(more);
            assert!(error.starts_with(expected), "{more}: {error}");
        }
        assert!(with("tls = false\npassword = \"x\"\ndanger_plaintext_password = true").is_ok());
        let here = LEAST.replace("irc.example.org", "127.0.0.1");
        assert!(settings(&format!("{here}tls = false\npassword = \"x\"")).is_ok());
    }

    #[test]
    fn debug_shows_no_secret() {
        let toml = "password = \"hunter1\"\nsasl = { mechanism = \"plain\", password = \"hunter2\" }\n\
                    rooms = [{ name = \"#a\", key = \"hunter3\" }]";
        let config: Config = toml::from_str(&format!("{LEAST}{toml}")).expect("a config");
        insta::assert_snapshot!(
            format!("{config:?}"),
            @r##"Config { server: "irc.example.org", port: None, tls: true, nick: "bot", rooms: ["#a" with a key], sasl: Some(Sasl { mechanism: Plain, account: None, .. }), trust: Account, .. }"##
        );
        let settings = format!("{:?}", with(toml).expect("settings"));
        assert!(!settings.contains("hunter"), "{settings}");
    }
}
