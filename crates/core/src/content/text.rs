//! Text that is safe to show.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A run of text without control characters.
///
/// Line ends become `\n` (from `\r\n` and `\r`), tabs stay, and every other control character
/// (Unicode `Cc`: C0, DEL, C1) is dropped: on IRC they would be formatting codes and commands, on
/// a terminal escape sequences, in XML a broken stream. Clones in constant time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "SmolStr")]
pub struct Text(SmolStr); // INVARIANT: no control character but `\n` and `\t`

impl Text {
    /// Takes what anybody wrote, without its control characters.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(SmolStr::new(clean(text.as_ref())))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The first `max_bytes` bytes at most, cut between two characters.
    #[must_use]
    pub fn cut(&self, max_bytes: usize) -> Self {
        let end = self.0.floor_char_boundary(max_bytes);
        self.0.get(..end).map_or_else(Self::default, |head| Self(SmolStr::new(head)))
    }

    /// This text with another behind it.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut joined = String::with_capacity(self.len() + other.len());
        joined.push_str(self.as_str());
        joined.push_str(other.as_str());
        Self(joined.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<SmolStr> for Text {
    fn from(text: SmolStr) -> Self {
        if text.chars().any(is_unwanted) { Self::new(text) } else { Self(text) }
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn is_unwanted(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unwanted) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                kept.push('\n');
            }
            c if is_unwanted(c) => {}
            c => kept.push(c),
        }
    }
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Text;

    #[test]
    fn control_characters_are_dropped() {
        for (from, to) in [
            ("a\r\nb\rc\nd\te", "a\nb\nc\nd\te"),
            ("\u{2}bold\u{f} \u{3}04red", "bold 04red"),
            ("\u{1b}[31mred\u{7f}\u{9b}", "[31mred"),
            ("a\0b", "ab"),
            ("", ""),
        ] {
            assert_eq!(Text::new(from).as_str(), to);
            assert_eq!(serde_json::from_value::<Text>(from.into()).unwrap().as_str(), to);
        }
    }

    proptest! {
        #[test]
        fn cleaning_twice_changes_nothing(any in ".*") {
            let once = Text::new(any);
            prop_assert_eq!(Text::new(&once), once);
        }

        #[test]
        fn a_cut_is_a_prefix(any in "\\PC*", at in 0usize..40) {
            let text = Text::new(&any);
            let cut = text.cut(at);
            prop_assert!(cut.len() <= at && text.as_str().starts_with(cut.as_str()));
        }
    }
}
