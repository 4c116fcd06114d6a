//! The configuration, checked, with its secrets resolved.

use std::time::Duration;

use jid::{BareJid, DomainRef, ResourcePart};
use nuncio_core::config::{Secret, SecretSource};
use nuncio_tls::Client;
use tokio_xmpp::xmlstream::Timeouts;

use super::{Avatar, Card, Config, ConfigError, Security};
use crate::login::{self, Address, Login, Proof};

/// What the session needs to know. Every address in it is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The account.
    pub account: BareJid,
    /// What we are called where a room says nothing else.
    pub nick: ResourcePart,
    /// Our picture.
    pub avatar: Option<Avatar>,
    /// What our vCard says.
    pub card: Option<Card>,
    /// The rooms to be in.
    pub rooms: Vec<Room>,
    /// Whose word on who an occupant is counts.
    pub trusted: Trusted,
    /// The domains whose people may see our presence.
    pub subscribers: Vec<String>,
    /// Whether to be in the rooms that the account has bookmarked.
    pub bookmarks: bool,
    /// How long to wait before joining again after a kick; none to stay out.
    pub rejoin_after: Option<Duration>,
    /// How long the server may be silent before the connection counts as lost; a room may be so
    /// for a multiple of that before we ask whether it still knows us.
    pub ping_timeout: Duration,
}

/// A room to be in.
#[derive(Debug, Clone, PartialEq)]
pub struct Room {
    /// Its address.
    pub jid: BareJid,
    /// What we are called in it.
    pub nick: ResourcePart,
    /// Its password.
    pub password: Option<Secret>,
}

/// The services whose word on who an occupant really is verifies him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trusted {
    /// A domain, and every one below it.
    Below(String),
    /// These and no other.
    These(Vec<String>),
}

impl Trusted {
    /// Whether a service's word counts.
    pub fn holds(&self, service: &DomainRef) -> bool {
        let service = service.as_str();
        match self {
            Self::These(services) => services.iter().any(|trusted| trusted == service),
            Self::Below(domain) => service
                .strip_suffix(domain.as_str())
                .is_some_and(|below| below.is_empty() || below.ends_with('.')),
        }
    }
}

impl Config {
    /// Checks everything that can be checked without the network; our picture is read, and secrets
    /// are resolved by `secret`.
    ///
    /// # Errors
    /// Any [`ConfigError`], or the error of `secret`.
    pub fn settings<E: From<ConfigError>>(
        &self,
        mut secret: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Settings, E> {
        let account = named("jid", &self.jid)?;
        let nick = match &self.nick {
            Some(nick) => called("nick", nick)?,
            None => called("jid", account.node().map_or("", |node| node.as_str()))?,
        };
        let avatar = self.avatar.as_deref().map(|file| {
            let file = file.to_owned();
            Avatar::read(&file).map_err(|source| ConfigError::Avatar { file, source })
        });
        let mut rooms = Vec::with_capacity(self.rooms.len());
        for room in &self.rooms {
            rooms.push(Room {
                jid: named("rooms", &room.jid)?,
                nick: match &room.nick {
                    Some(nick) => called("rooms[].nick", nick)?,
                    None => nick.clone(),
                },
                password: room.password.as_ref().map(&mut secret).transpose()?,
            });
        }
        let trusted = match &self.trusted_services {
            None => Trusted::Below(account.domain().as_str().to_owned()),
            Some(services) => Trusted::These(domains("trusted_services", services)?),
        };
        let subscribers = domains("accept_subscriptions", &self.accept_subscriptions)?;
        let rejoin_after = self.rejoin.then(|| self.rejoin_after.duration());
        let ping_timeout = self.ping_timeout.duration().max(Duration::from_secs(1));
        let bookmarks = self.bookmarks;
        Ok(Settings {
            account,
            nick,
            avatar: avatar.transpose()?,
            card: self.card.clone(),
            rooms,
            trusted,
            subscribers,
            bookmarks,
            rejoin_after,
            ping_timeout,
        })
    }

    /// How to log in; certificates are read, and secrets resolved by `secret`.
    ///
    /// # Errors
    /// Any [`ConfigError`], or the error of `secret`.
    pub fn login<E: From<ConfigError>>(
        &self,
        secret: impl FnMut(&SecretSource) -> Result<Secret, E>,
    ) -> Result<Login, E> {
        let password = self.password.as_ref().map(secret).transpose()?;
        let proof = match password {
            Some(password) => {
                Proof::Password { password: password.expose().to_owned().into(), plain: self.plain }
            }
            None if self.plain => return Err(ConfigError::PlainWithoutPassword.into()),
            None if self.client_cert.is_some() => Proof::Certificate,
            None => return Err(ConfigError::NoProof.into()),
        };
        let half = (self.ping_timeout.duration() / 2).max(Duration::from_secs(1));
        let resource = self.resource.as_deref().map(|text| called("resource", text));
        let tls = Client {
            ca_file: self.ca_file.as_deref(),
            client_cert: self.client_cert.as_deref(),
            client_key: self.client_key.as_deref(),
        };
        Ok(Login {
            account: named("jid", &self.jid)?,
            resource: resource.transpose()?,
            proof,
            address: self
                .address
                .as_deref()
                .map(|text| address(text, self.security))
                .transpose()?,
            tls: tls.config().map_err(ConfigError::from)?,
            timeouts: Timeouts { read_timeout: half, response_timeout: half },
        })
    }
}

/// An address of somebody or of a room.
fn named(key: &'static str, value: &str) -> Result<BareJid, ConfigError> {
    let jid = BareJid::new(value);
    let jid = jid.map_err(|source| ConfigError::Jid { key, value: value.to_owned(), source })?;
    match jid.node() {
        Some(_) => Ok(jid),
        None => Err(ConfigError::NoName { key, value: value.to_owned() }),
    }
}

fn called(key: &'static str, value: &str) -> Result<ResourcePart, ConfigError> {
    let part = ResourcePart::new(value);
    part.map(std::borrow::Cow::into_owned).map_err(|source| ConfigError::Nick {
        key,
        value: value.to_owned(),
        source,
    })
}

fn domains(key: &'static str, values: &[String]) -> Result<Vec<String>, ConfigError> {
    let domain = |value: &String| {
        let jid = BareJid::new(value);
        let jid = jid.map_err(|source| ConfigError::Jid { key, value: value.clone(), source })?;
        Ok(jid.domain().as_str().to_owned())
    };
    values.iter().map(domain).collect()
}

/// `host`, `host:port`, `[::1]:port` or `::1`.
fn address(text: &str, security: Security) -> Result<Address, ConfigError> {
    let (usual, security) = match security {
        Security::StartTls => (5222, login::Security::StartTls),
        Security::Direct => (5223, login::Security::Direct),
    };
    let wrong = || ConfigError::Address { value: text.to_owned() };
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, port.parse().map_err(|_| wrong())?)
        }
        _ => (text, usual),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.contains(char::is_whitespace) {
        return Err(wrong());
    }
    Ok(Address { host: host.to_owned(), port, security })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "kind = \"xmpp\"\njid = \"Bot@Example.org\"\npassword = \"x\"\n";

    fn secret(source: &SecretSource) -> Result<Secret, ConfigError> {
        match source {
            SecretSource::Text(secret) => Ok(secret.clone()),
            _ => Err(ConfigError::NoProof),
        }
    }

    fn read(toml: &str) -> Result<(Settings, Login), String> {
        let config: Config = toml::from_str(toml).map_err(|error| error.message().to_owned())?;
        let settings = config.settings(secret).map_err(|error| error.to_string())?;
        Ok((settings, config.login(secret).map_err(|error| error.to_string())?))
    }

    fn with(more: &str) -> Result<(Settings, Login), String> {
        read(&format!("{LEAST}{more}"))
    }

    #[test]
    fn the_least_configuration_has_safe_defaults() {
        let (settings, login) = with("").expect("the least");
        assert_eq!(settings.account.as_str(), "bot@example.org");
        assert_eq!(settings.nick.as_str(), "bot");
        assert!(settings.subscribers.is_empty() && login.address.is_none());
        assert!(matches!(login.proof, Proof::Password { plain: false, .. }));
    }

    #[test]
    fn the_services_of_our_own_domain_are_trusted_unless_others_are_named() {
        let holds = |settings: &Settings, service: &str| {
            settings.trusted.holds(BareJid::new(service).expect("a domain").domain())
        };
        let (settings, _) = with("").expect("the least");
        for (service, trusted) in [
            ("example.org", true),
            ("muc.example.org", true),
            ("a.muc.example.org", true),
            ("evilexample.org", false),
            ("example.org.evil.test", false),
            ("org", false),
        ] {
            assert_eq!(holds(&settings, service), trusted, "{service}");
        }
        let (settings, _) = with("trusted_services = [\"Rooms.Other.net\"]").expect("services");
        assert!(holds(&settings, "rooms.other.net"));
        assert!(!holds(&settings, "muc.example.org") && !holds(&settings, "other.net"));
        assert!(!holds(&settings, "a.rooms.other.net"));
    }

    #[test]
    fn an_address_may_have_a_port() {
        let at = |text: &str| {
            let (_, login) = with(text).expect(text);
            login.address.map(|address| format!("{} {}", address.host, address.port))
        };
        for (text, wanted) in [
            ("address = \"h\"", "h 5222"),
            ("address = \"h\"\nsecurity = \"direct\"", "h 5223"),
            ("address = \"h:1\"", "h 1"),
            ("address = \"[::1]:1\"", "::1 1"),
            ("address = \"::1\"", "::1 5222"),
        ] {
            assert_eq!(at(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_cannot_work_says_what_to_do() {
        for (more, expected) in [
            ("nickname = \"a\"", "unknown field `nickname`, expected one of"),
            ("rooms = [\"example.org\"]", "`rooms`: `example.org` has no name before an `@`"),
            ("rooms = [\"a b@c\"]", "`rooms`: `a b@c` is no address"),
            ("nick = \"\"", "`nick`: nobody can be called `` on XMPP"),
            ("address = \"h:x\"", "`address`: `h:x` is no `host` or `host:port`"),
            ("flood = { per_second = -1 }", "`-1` is not so many a second"),
            ("avatar = \"/nowhere\"", "`avatar`: cannot use `/nowhere`"),
            ("card = { name = \"\" }", "it is to be a text of 1 to 1000 bytes without control"),
            ("ca_file = \"/nowhere\"", "`ca_file`: cannot read `/nowhere`"),
        ] {
            let error = with(more).expect_err(more);
            assert!(error.starts_with(expected), "{more}: {error}");
        }
        let proof = read("kind = \"xmpp\"\njid = \"a@b\"").expect_err("no proof");
        assert!(proof.starts_with("`password` is missing"), "{proof}");
    }

    #[test]
    fn debug_shows_no_secret() {
        let text = LEAST.replace("\"x\"", "\"hunter1\"");
        let text = format!("{text}rooms = [{{ jid = \"a@b\", password = \"hunter2\" }}]");
        let config: Config = toml::from_str(&text).expect("a config");
        let shown = format!("{config:?} {:?}", read(&text).expect("settings"));
        assert!(!shown.contains("hunter"), "{shown}");
    }
}
