//! Who is known by which token.

use nuncio_core::config::Secret;
use smol_str::SmolStr;
use subtle::{ConditionallySelectable, ConstantTimeEq};

use super::peer::sha256;

const MAX_NAME_BYTES: usize = 64;

/// Who is known by which token. Only digests are kept.
#[derive(Debug, Default)]
pub struct Tokens(Vec<Known>);

struct Known {
    name: SmolStr,
    digest: [u8; 32],
}

/// A digest of a weak token would give it away.
impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (…)", self.name)
    }
}

/// Why a token cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokensError {
    /// The name could be mistaken for another kind of identity, or is none.
    #[error(
        "`{0}` is not a token's name: write 1 to {MAX_NAME_BYTES} characters without `/`, blanks and controls"
    )]
    Name(SmolStr),
    /// Two have one name.
    #[error("there are two tokens of the name `{0}`: rename one")]
    Double(SmolStr),
    /// Two are the same, so that nobody could tell who is who.
    #[error("`{0}` and `{1}` have the same token: make a new one for either")]
    Same(SmolStr, SmolStr),
    /// There is nothing in it.
    #[error("the token of `{0}` is empty")]
    Empty(SmolStr),
}

impl Tokens {
    /// Adds a token.
    ///
    /// # Errors
    /// [`TokensError`]; nothing is added.
    pub fn add(&mut self, name: &str, token: &Secret) -> Result<(), TokensError> {
        let illegal = |c: char| c == '/' || c.is_whitespace() || c.is_control();
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(illegal) {
            return Err(TokensError::Name(name.into()));
        }
        let name = SmolStr::new(name);
        if token.is_empty() {
            return Err(TokensError::Empty(name));
        }
        if self.0.iter().any(|known| known.name == name) {
            return Err(TokensError::Double(name));
        }
        if let Some(other) = self.name_of(token) {
            return Err(TokensError::Same(other.clone(), name));
        }
        self.0.push(Known { name, digest: sha256(token.expose().as_bytes()) });
        Ok(())
    }

    /// Whose a token is. All are compared, each in constant time and as a digest, so that the time
    /// that it takes tells nothing.
    pub fn name_of(&self, token: &Secret) -> Option<&SmolStr> {
        let digest = sha256(token.expose().as_bytes());
        let mut found = u32::MAX;
        for (index, known) in (0_u32..).zip(&self.0) {
            found.conditional_assign(&index, known.digest.ct_eq(&digest));
        }
        self.0.get(usize::try_from(found).ok()?).map(|known| &known.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        text.to_owned().into()
    }

    #[test]
    fn a_token_names_its_owner() {
        let mut tokens = Tokens::default();
        assert_eq!(tokens.name_of(&secret("a")), None);
        for (name, token) in [("ci", "aaaa"), ("ann", "bbbb"), ("bob", "cccc")] {
            tokens.add(name, &secret(token)).expect(name);
        }
        let name = |token| tokens.name_of(&secret(token)).map(SmolStr::as_str);
        assert_eq!(["aaaa", "bbbb", "cccc"].map(name), [Some("ci"), Some("ann"), Some("bob")]);
        assert_eq!(["", "aaa", "aaaaa", "bbbc"].map(name), [None; 4]);
    }

    #[test]
    fn what_cannot_work_is_refused() {
        let mut tokens = Tokens::default();
        tokens.add("ci", &secret("aaaa")).expect("the first");
        for name in ["", "uid/0", "a b", "a\n", &"x".repeat(65)] {
            assert_eq!(tokens.add(name, &secret("b")), Err(TokensError::Name(name.into())));
        }
        assert_eq!(tokens.add("ci", &secret("b")), Err(TokensError::Double("ci".into())));
        let same = TokensError::Same("ci".into(), "ann".into());
        assert_eq!(tokens.add("ann", &secret("aaaa")), Err(same));
        assert_eq!(tokens.add("ann", &secret("")), Err(TokensError::Empty("ann".into())));
        assert_eq!(format!("{tokens:?}"), "Tokens([ci (…)])");
    }
}
