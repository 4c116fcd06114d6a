//! A capability as it is spelt, before anything is read into it.

use std::fmt;

/// The parts of a capability's text, as they were written: `#linux,-op` is `op`, not held, in
/// `#linux`.
///
/// Limnoria's grammar: a capability is one word; what stands before its first comma may be a
/// place; the sign stands on the innermost part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelling<'a> {
    /// What stands before the first comma, if it is a place.
    pub place: Option<&'a str>,
    /// False for an anticapability.
    pub positive: bool,
    /// The rest, after one sign; it may begin with another.
    pub name: &'a str,
}

impl<'a> Spelling<'a> {
    /// Takes a text apart; `is_place` says whether what stands before the first comma is one.
    ///
    /// A comma after what is no place, or before what is no word, belongs to the name. There is no
    /// spelling of what is not one word.
    pub fn split(text: &'a str, is_place: impl FnOnce(&str) -> bool) -> Option<Self> {
        let placed = text.split_once(',').filter(|(place, rest)| is_word(rest) && is_place(place));
        let (place, rest) = placed.map_or((None, text), |(place, rest)| (Some(place), rest));
        let signed = rest.strip_prefix('-');
        let spelling = Self { place, positive: signed.is_none(), name: signed.unwrap_or(rest) };
        (place.is_some() || is_word(text)).then_some(spelling)
    }

    /// The anticapability of a capability, and the capability of an anticapability.
    #[must_use]
    pub fn inverted(self) -> Self {
        Self { positive: !self.positive, ..self }
    }
}

/// Whether a text is one word, with blanks around it or not.
fn is_word(text: &str) -> bool {
    // The separators of ASCII are blank to Limnoria, as to all that Python splits.
    let blank =
        |character: char| character.is_whitespace() || ('\x1c'..='\x1f').contains(&character);
    text.split(blank).filter(|word| !word.is_empty()).count() == 1
}

impl fmt::Display for Spelling<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(formatter, "{place},")?;
        }
        let sign = if self.positive { "" } else { "-" };
        write!(formatter, "{sign}{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_comes_apart_at_its_first_comma_if_a_place_stands_before_it() {
        let split = |text| Spelling::split(text, |place| place.starts_with('#'));
        let spelling = |place, positive, name| Some(Spelling { place, positive, name });
        assert_eq!(split("-games.dice"), spelling(None, false, "games.dice"));
        assert_eq!(split("#a,--#b,op"), spelling(Some("#a"), false, "-#b,op"));
        assert_eq!(split("-#a,op"), spelling(None, false, "#a,op"));
        assert_eq!(split("#a,"), spelling(None, true, "#a,"));
        assert_eq!(split("#a, op"), spelling(Some("#a"), true, " op"));
        assert_eq!(split("#a,b c"), None);
        assert_eq!(split(" "), None);
    }

    proptest! {
        #[test]
        fn what_is_split_reads_as_before_and_is_inverted_twice_to_itself(text in "[#ab, -]{0,8}") {
            if let Some(spelling) = Spelling::split(&text, |place| place.starts_with('#')) {
                prop_assert_eq!(&spelling.to_string(), &text);
                prop_assert_eq!(spelling.inverted().inverted(), spelling);
            }
        }
    }
}
