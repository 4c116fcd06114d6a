//! Where a bot is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a bot listens: a path, `tls://host:port`, or `tcp://127.0.0.1:port` without TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A Unix socket.
    Unix(PathBuf),
    /// TCP with TLS.
    Tls {
        /// The name that its certificate must bear.
        host: String,
        /// The port.
        port: u16,
    },
    /// TCP without TLS, on this machine.
    Plain {
        /// `localhost`, or an address of this machine.
        host: String,
        /// The port.
        port: u16,
    },
}

/// A text does not say where a bot is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// It has another form.
    #[error(
        "`{0}` is no place of a bot: write a path, `tls://HOST:PORT` or `tcp://127.0.0.1:PORT`"
    )]
    Form(String),
    /// Plain TCP would leave this machine.
    #[error("`{0}` would be spoken to in the clear: write `tls://`")]
    Plain(String),
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let wrong = || TargetError::Form(text.into());
        let Some((scheme, rest)) = text.split_once("://") else {
            return if text.is_empty() { Err(wrong()) } else { Ok(Self::Unix(text.into())) };
        };
        if scheme == "unix" && rest.starts_with('/') {
            return Ok(Self::Unix(rest.into()));
        }
        let (host, port) = rest.rsplit_once(':').ok_or_else(wrong)?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = bare.unwrap_or(host).to_owned();
        let port: u16 = port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
        if host.is_empty() || (bare.is_none() && host.contains(':')) {
            return Err(wrong());
        }
        match scheme {
            "tls" => Ok(Self::Tls { host, port }),
            "tcp" if is_here(&host) => Ok(Self::Plain { host, port }),
            "tcp" => Err(TargetError::Plain(text.into())),
            _ => Err(wrong()),
        }
    }
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, host, port) = match self {
            Self::Unix(path) => return path.display().fmt(f),
            Self::Tls { host, port } => ("tls", host, port),
            Self::Plain { host, port } => ("tcp", host, port),
        };
        if host.contains(':') {
            write!(f, "{scheme}://[{host}]:{port}")
        } else {
            write!(f, "{scheme}://{host}:{port}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_path_or_an_address() {
        for text in ["/run/x.sock", "x.sock", "tls://bot.example:7667", "tcp://[::1]:1"] {
            assert_eq!(text.parse::<Target>().expect(text).to_string(), text);
        }
        let target = "unix:///run/x.sock".parse::<Target>().expect("a path");
        assert_eq!(target, Target::Unix("/run/x.sock".into()));
    }

    #[test]
    fn anything_else_is_an_error() {
        for text in [
            "",
            "tls://",
            "tls://x",
            "tls://x:0",
            "tls://:1",
            "tls://::1:1",
            "http://x:1",
            "unix://x",
        ] {
            assert!(matches!(text.parse::<Target>(), Err(TargetError::Form(_))), "{text}");
        }
        let plain = "tcp://bot.example:1";
        assert_eq!(plain.parse::<Target>(), Err(TargetError::Plain(plain.into())));
    }
}
