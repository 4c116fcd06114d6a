//! Why a text is not an identity.

use smol_str::SmolStr;

/// Why a text is not an identity; the message says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The text has none of the four forms.
    #[error(
        "`{text}` is not an identity; write `u:NETWORK:USER`, `r:NETWORK:ROOM`, `p:NETWORK` or `a:ACCOUNT`"
    )]
    Form {
        /// What was written.
        text: SmolStr,
    },
    /// The text is an identity, of another kind than the place asks for.
    #[error("`{text}` does not name {wanted}")]
    Kind {
        /// What was written.
        text: SmolStr,
        /// What the place asks for, with an article.
        wanted: &'static str,
    },
    /// There is nothing after the last colon.
    #[error("a user or room has at least one character")]
    Empty,
    /// The name is longer than any network allows.
    #[error("a user or room has at most {max} bytes, not {bytes}", max = super::MAX_IDENTITY_BYTES)]
    Long {
        /// Its length in bytes.
        bytes: usize,
    },
    /// A network's name breaks the rule for such names.
    #[error(
        "`{text}` is not a network's name; write the name in `[network.NAME]`: lower-case letters, digits, `-` and `_`"
    )]
    Network {
        /// What was written.
        text: SmolStr,
    },
    /// An account's name breaks the rule for such names.
    #[error("`{text}` is not an account's name; write letters, digits, `-`, `_` and `.`")]
    Account {
        /// What was written.
        text: SmolStr,
    },
    /// A character that must be percent-encoded stands bare.
    #[error("`{text}` holds a bare {character:?}; write it as `{encoded}`")]
    Bare {
        /// What was written.
        text: SmolStr,
        /// The character.
        character: char,
        /// How to write it.
        encoded: SmolStr,
    },
    /// A `%` does not begin a percent-encoded UTF-8 character.
    #[error("`{text}` holds a `%` that encodes nothing; write `%25` for the sign itself")]
    Encoding {
        /// What was written.
        text: SmolStr,
    },
    /// The text is no JID.
    #[error("`{text}` is not an address, which looks like `name@server`: {reason}")]
    Jid {
        /// What was written.
        text: SmolStr,
        /// What the JID rules say.
        reason: SmolStr,
    },
    /// A JID has a resource where only a bare one can match.
    #[error("`{text}` has a resource; write the bare JID")]
    Resource {
        /// What was written.
        text: SmolStr,
    },
}
