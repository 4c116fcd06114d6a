//! How a network tells whether two names are one.

use std::str::FromStr;

use smol_str::{SmolStr, StrExt};

use super::{IdentityError, MAX_IDENTITY_BYTES};

/// How a network compares names; chosen by its kind, on IRC by its `casemapping` key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CaseMapping {
    /// Byte for byte: Matrix, the socket, the console.
    #[default]
    Bytes,
    /// `A`–`Z` are `a`–`z`: IRC's `CASEMAPPING=ascii`.
    Ascii,
    /// As `Ascii`, and `[ ] \ ^` are `{ } | ~`: IRC's `CASEMAPPING=rfc1459` (RFC 2812, 2.2).
    Rfc1459,
    /// As the JID rules normalise (stringprep, RFC 6122).
    Jid,
}

impl CaseMapping {
    /// The mapping of a kind of network; a kind that is not known compares byte for byte.
    pub fn of_kind(kind: &str) -> Self {
        match kind {
            "irc" => Self::Rfc1459,
            "xmpp" => Self::Jid,
            _ => Self::Bytes,
        }
    }

    /// The canonical form of a name, and whether it is a JID with a resource.
    pub(super) fn canonical_user(self, name: &str) -> Result<(SmolStr, bool), IdentityError> {
        let folded = match self {
            Self::Bytes => (SmolStr::new(name), false),
            Self::Ascii => (name.to_ascii_lowercase_smolstr(), false),
            Self::Rfc1459 => (name.chars().map(fold_rfc1459).collect(), false),
            Self::Jid => normalise_jid(name)?,
        };
        match folded.0.len() {
            0 => Err(IdentityError::Empty),
            bytes if bytes > MAX_IDENTITY_BYTES => Err(IdentityError::Long { bytes }),
            _ => Ok(folded),
        }
    }
}

/// Reads the value of ISUPPORT's `CASEMAPPING`, which is also that of the `casemapping` key.
impl FromStr for CaseMapping {
    type Err = CaseMappingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "ascii" => Ok(Self::Ascii),
            "rfc1459" => Ok(Self::Rfc1459),
            _ => Err(CaseMappingError { text: text.into() }),
        }
    }
}

/// A case mapping that is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a case mapping; write `rfc1459` or `ascii`")]
pub struct CaseMappingError {
    text: SmolStr,
}

/// Folds one character as RFC 1459 servers do.
pub(crate) fn fold_rfc1459(character: char) -> char {
    match character {
        '[' => '{',
        ']' => '}',
        '\\' => '|',
        '^' => '~',
        _ => character.to_ascii_lowercase(),
    }
}

fn normalise_jid(text: &str) -> Result<(SmolStr, bool), IdentityError> {
    let wrong = |error: jid::Error| IdentityError::Jid {
        text: text.into(),
        reason: SmolStr::new(error.to_string()),
    };
    if text.is_empty() {
        return Err(IdentityError::Empty);
    }
    let mut jid = jid::Jid::new(text).map_err(wrong)?;
    // Stringprep may need a second pass to settle; what does not settle has no canonical form.
    for _ in 0..3 {
        let again = jid::Jid::new(jid.as_str()).map_err(wrong)?;
        if again == jid {
            return Ok((SmolStr::new(jid.as_str()), jid.is_full()));
        }
        jid = again;
    }
    let reason = SmolStr::new_static("it has no stable normal form");
    Err(IdentityError::Jid { text: text.into(), reason })
}
