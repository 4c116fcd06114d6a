//! The token to which a login in a browser leads.

use std::str::FromStr;

use matrix_sdk::reqwest::Url;
use nuncio_core::config::Secret;

/// The longest token that is one.
const MAX_BYTES: usize = 4096;

/// What a homeserver gives a browser for whoever logged in: good once, and for some minutes.
///
/// It is read from the address to which the browser was sent, or from itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginToken(Secret);

/// What was given is no token, and no address with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "that is neither the address to which the browser was sent (`http://…?loginToken=…`) nor a token"
)]
pub struct NoToken;

impl LoginToken {
    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The token in the query of an address, `a=b&loginToken=…`.
    pub(super) fn of_query(query: &str) -> Option<Self> {
        let mut address = Url::parse("http://localhost/").ok()?;
        address.set_query(Some(query));
        let mut found = address.query_pairs().filter(|(name, _)| name == "loginToken");
        let token = found.next()?.1.into_owned();
        // Two are one too many: nobody knows which is meant.
        if found.next().is_some() { None } else { Self::new(token) }
    }

    fn new(token: String) -> Option<Self> {
        let is_one = (1..=MAX_BYTES).contains(&token.len())
            && token.bytes().all(|byte| byte.is_ascii_graphic());
        is_one.then(|| Self(Secret::from(token)))
    }
}

impl FromStr for LoginToken {
    type Err = NoToken;

    fn from_str(text: &str) -> Result<Self, NoToken> {
        let text = text.trim();
        let token = match text.split_once('?') {
            Some((_, query)) => {
                Self::of_query(query.split_once('#').map_or(query, |(query, _)| query))
            }
            None if text.contains("://") => None,
            None => Self::new(text.to_owned()),
        };
        token.ok_or(NoToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_pasted_with_its_address_or_alone() {
        for (pasted, expect) in [
            ("syl_abc_d", Some("syl_abc_d")),
            (" syl_abc_d\r\n", Some("syl_abc_d")),
            ("http://127.0.0.1:4000/x?loginToken=syl_a%3Db", Some("syl_a=b")),
            ("127.0.0.1:4000/x?a=b&loginToken=syl#top", Some("syl")),
            ("http://127.0.0.1:4000/x?loginToken=", None),
            ("http://127.0.0.1:4000/x?loginToken=a&loginToken=b", None),
            ("http://127.0.0.1:4000/x?token=a", None),
            ("http://127.0.0.1:4000/x", None),
            ("http://127.0.0.1:4000/x?loginToken=a%0Ab", None),
            ("two words", None),
            ("", None),
        ] {
            let token = pasted.parse::<LoginToken>().ok();
            assert_eq!(token.as_ref().map(LoginToken::expose), expect, "{pasted}");
        }
        assert!("x".repeat(MAX_BYTES + 1).parse::<LoginToken>().is_err());
    }

    #[test]
    fn nobody_sees_it() {
        let token: LoginToken = "hunter2".parse().expect("a token");
        assert!(!format!("{token:?}").contains("hunter"));
    }
}
