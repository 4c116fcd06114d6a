//! Addresses that a link may lead to.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The schemes that a link may have: those that a reader's client opens as an address, none that
/// runs something (`javascript:`) or carries a document in itself (`data:`).
const SCHEMES: [&str; 14] = [
    "http", "https", "mailto", "xmpp", "matrix", "irc", "ircs", "ftp", "ftps", "gemini", "geo",
    "magnet", "sip", "tel",
];

/// The longest address that is taken, in bytes.
const MAX_BYTES: usize = 2048;

/// An absolute address (RFC 3986, or RFC 3987 with letters beyond ASCII) of a scheme that is safe
/// to open.
///
/// It holds no blanks, controls, quotes, backslashes, backticks or angle brackets, so that no
/// network's markup can be broken by one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "SmolStr")]
pub struct Url(SmolStr); // INVARIANT: what `FromStr` accepts

/// Why an address was not taken as a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It has no scheme, or one that is not opened from a chat.
    #[error("a link begins with a scheme such as `https:`")]
    Scheme,
    /// It holds a character that must be percent-encoded.
    #[error("a link holds no `{0}`: write it percent-encoded")]
    Character(char),
    /// It has more than 2048 bytes.
    #[error("a link has at most 2048 bytes")]
    Long,
}

impl Url {
    /// The address itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(url: &str) -> Result<Self, UrlError> {
        if url.len() > MAX_BYTES {
            return Err(UrlError::Long);
        }
        let (scheme, _) = url.split_once(':').ok_or(UrlError::Scheme)?;
        if !SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
            return Err(UrlError::Scheme);
        }
        match url.chars().find(|&c| is_unsafe(c)) {
            Some(c) => Err(UrlError::Character(c)),
            None => Ok(Self(url.into())),
        }
    }
}

impl TryFrom<SmolStr> for Url {
    type Error = UrlError;

    fn try_from(url: SmolStr) -> Result<Self, UrlError> {
        url.parse()
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Blanks and controls, marks that end an address in some markup, and the invisible characters
/// that turn the direction of what follows.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(c, '<' | '>' | '"' | '\\' | '`' | '{' | '}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{Url, UrlError};

    #[test]
    fn only_safe_addresses_are_links() {
        for good in ["https://a.example/x?y=(1)#z", "HTTPS://é.example", "xmpp:ann@a?join"] {
            assert_eq!(good.parse::<Url>().unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("javascript:alert(1)", UrlError::Scheme),
            ("data:text/html,x", UrlError::Scheme),
            ("/relative", UrlError::Scheme),
            ("", UrlError::Scheme),
            ("https://a b", UrlError::Character(' ')),
            ("https://a\u{202e}b", UrlError::Character('\u{202e}')),
            ("https://a\"onclick=", UrlError::Character('"')),
        ] {
            assert_eq!(bad.parse::<Url>(), Err(why), "{bad}");
        }
        assert_eq!(format!("https:{}", "a".repeat(3000)).parse::<Url>(), Err(UrlError::Long));
    }
}
