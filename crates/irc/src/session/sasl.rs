//! Logging in to an account (`IRCv3` SASL).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::config::{Credentials, Mechanism};

/// The most characters of one AUTHENTICATE (`IRCv3` SASL).
const CHUNK: usize = 400;

impl Credentials {
    /// The mechanism's name on the wire.
    pub(super) fn name(&self) -> &'static str {
        match self.mechanism {
            Mechanism::Plain(_) => "PLAIN",
            Mechanism::External => "EXTERNAL",
        }
    }

    /// The answer to the server's `+`, in as many parts as it needs.
    ///
    /// A part of exactly 400 characters says that another follows, so that a whole number of them
    /// ends in `+`; so does an empty answer.
    pub(super) fn answer(&self) -> Vec<Zeroizing<String>> {
        let plain = Zeroizing::new(match &self.mechanism {
            // RFC 4616: authorisation, NUL, authentication, NUL, password.
            Mechanism::Plain(password) => {
                format!("{account}\0{account}\0{}", password.expose(), account = self.account)
            }
            // RFC 4422 appendix A: the authorisation identity, which may be empty.
            Mechanism::External => self.account.clone(),
        });
        let encoded = Zeroizing::new(STANDARD.encode(plain.as_bytes()));
        let mut rest = encoded.as_str();
        let mut parts = Vec::new();
        while let Some((part, after)) = rest.split_at_checked(CHUNK) {
            parts.push(Zeroizing::new(part.to_owned()));
            rest = after;
        }
        parts.push(Zeroizing::new(if rest.is_empty() { "+".to_owned() } else { rest.to_owned() }));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(account: &str, password: &str) -> Vec<String> {
        let mechanism = Mechanism::Plain(password.to_owned().into());
        let credentials = Credentials { account: account.to_owned(), mechanism };
        credentials.answer().into_iter().map(|part| part.to_string()).collect()
    }

    #[test]
    fn plain_is_account_twice_and_password() {
        assert_eq!(plain("jilles", "sesame"), ["amlsbGVzAGppbGxlcwBzZXNhbWU="]);
    }

    #[test]
    fn a_long_answer_goes_in_parts_of_400() {
        // 300 bytes encode to exactly 400 characters.
        let parts = plain("ann", &"x".repeat(300 - 8));
        assert_eq!((parts.len(), parts[0].len(), parts[1].as_str()), (2, 400, "+"));
        let parts = plain("ann", &"x".repeat(293));
        assert_eq!((parts.len(), parts[0].len(), parts[1].len()), (2, 400, 4));
    }

    #[test]
    fn external_may_leave_the_account_to_the_certificate() {
        let external = |account: &str| {
            Credentials { account: account.to_owned(), mechanism: Mechanism::External }.answer()
        };
        assert_eq!(*external("")[0], "+");
        assert_eq!(*external("ann")[0], "YW5u");
    }
}
