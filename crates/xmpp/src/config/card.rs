//! What our vCard says (XEP-0054).

use serde::Deserialize;

/// The most bytes of each of its texts.
const MAX_BYTES: usize = 1000;

/// What our vCard is to say; what else is in it stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Our name in full.
    pub name: Option<Words>,
    /// What we are for.
    pub description: Option<Words>,
    /// Where more is said about us.
    pub url: Option<Words>,
}

/// A text of a vCard: neither empty nor longer than 1,000 bytes, and without control characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Words(String);

/// A text that a vCard cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is to be a text of 1 to {MAX_BYTES} bytes without control characters")]
pub struct WordsError;

impl TryFrom<String> for Words {
    type Error = WordsError;

    fn try_from(text: String) -> Result<Self, WordsError> {
        let is_fit = !text.trim().is_empty() && text.len() <= MAX_BYTES;
        // The last two code points of the first plane are none of XML's (XML 1.0 §2.2).
        let is_foreign = |char: char| char.is_control() || matches!(char, '\u{fffe}' | '\u{ffff}');
        if is_fit && !text.contains(is_foreign) { Ok(Self(text)) } else { Err(WordsError) }
    }
}

impl Words {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
