//! From a part of a text value to the part of the file that it was written in.

use std::ops::Range;

/// The bytes of the TOML string `raw`, quotes included, that hold the bytes `part` of its value.
///
/// A part that begins or ends inside an escape takes in the whole escape; one beyond the end is the
/// place of the closing quote. What is not a quoted string is its own value.
pub(crate) fn within(raw: &str, part: Range<usize>) -> Range<usize> {
    let (start, body, escapes) = body(raw);
    let (mut at, mut value_at) = (start, 0);
    let (mut first, mut last) = (None, None);
    let mut rest = body;
    while let Some((raw_bytes, value_bytes)) = piece(rest, escapes) {
        let value_end = value_at + value_bytes;
        if first.is_none() && value_end > part.start {
            first = Some(at);
        }
        if value_bytes > 0 && value_at < part.end {
            last = Some(at + raw_bytes);
        }
        (at, value_at) = (at + raw_bytes, value_end);
        rest = rest.get(raw_bytes..).unwrap_or_default();
    }
    let first = first.unwrap_or(at);
    first..last.unwrap_or(first).max(first)
}

/// Where the contents of a string begin, the contents and what follows, and whether `\` escapes.
fn body(raw: &str) -> (usize, &str, bool) {
    for (quote, escapes) in [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)] {
        let Some(inner) = raw.strip_prefix(quote).and_then(|raw| raw.strip_suffix(quote)) else {
            continue;
        };
        let newline = match quote.len() {
            3 => ["\r\n", "\n"].into_iter().find(|newline| inner.starts_with(newline)),
            _ => None,
        };
        let skipped = newline.map_or(0, str::len);
        return (quote.len() + skipped, inner.get(skipped..).unwrap_or_default(), escapes);
    }
    (0, raw, false)
}

/// How many bytes the next piece of a string has, and how many it stands for.
fn piece(rest: &str, escapes: bool) -> Option<(usize, usize)> {
    let char = rest.chars().next()?;
    if char != '\\' || !escapes {
        return Some((char.len_utf8(), char.len_utf8()));
    }
    let digits = match rest.chars().nth(1)? {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        // A `\` at the end of a line takes the blanks and line ends after it along.
        char if char.is_ascii_whitespace() => {
            let after = rest.trim_start_matches('\\').trim_start_matches([' ', '\t', '\r', '\n']);
            return Some((rest.len() - after.len(), 0));
        }
        char => return Some((1 + char.len_utf8(), 1)),
    };
    let number = rest.get(2..2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    Some((2 + digits, number.and_then(char::from_u32).map_or(1, char::len_utf8)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml::de::DeValue;

    use super::*;

    /// The raw text of the first `wanted` in the value of `raw`.
    fn find<'a>(raw: &'a str, wanted: &str) -> &'a str {
        let value = DeValue::parse(raw).unwrap().into_inner();
        let start = value.as_str().unwrap().find(wanted).unwrap();
        raw.get(within(raw, start..start + wanted.len())).unwrap()
    }

    #[test]
    fn every_kind_of_string_leads_back_to_its_text() {
        assert_eq!(find(r#""b * shell""#, "shell"), "shell");
        assert_eq!(find(r"'b * shell'", "*"), "*");
        assert_eq!(find("\"\"\"\nb * shell\"\"\"", "b *"), "b *");
        assert_eq!(find("'''\r\nb * shell'''", "b *"), "b *");
        assert_eq!(find(r#""\u00e9 = \t x""#, "é"), r"\u00e9");
        assert_eq!(find(r#""\u00e9 = \t x""#, "x"), "x");
        assert_eq!(find("\"\"\"a \\\n   b\"\"\"", "b"), "b");
        assert_eq!(find("\"\"\"a\\\n   b\"\"\"", "ab"), "a\\\n   b");
    }

    #[test]
    fn an_empty_part_and_one_beyond_the_end_stay_inside() {
        assert_eq!(within("\"ab\"", 1..1), 2..2);
        assert_eq!(within("\"ab\"", 2..2), 3..3);
        assert_eq!(within("\"ab\"", 7..9), 3..3);
        assert_eq!(within("42", 0..1), 0..1);
    }

    proptest! {
        /// Any string that the toml crate can read back leads each of its characters back.
        #[test]
        fn each_character_leads_back(text: String) {
            let raw = toml::Value::String(text.clone()).to_string();
            let value = DeValue::parse(&raw).unwrap().into_inner();
            prop_assert_eq!(value.as_str(), Some(text.as_str()));
            for (at, char) in text.char_indices() {
                let place = within(&raw, at..at + char.len_utf8());
                let piece = raw.get(place).unwrap();
                prop_assert!(piece.starts_with(char) || piece.contains('\\'), "{char:?} at {piece:?}");
            }
        }

        #[test]
        fn no_text_panics(raw in ".*", start in 0..40_usize, length in 0..40_usize) {
            let place = within(&raw, start..start + length);
            prop_assert!(place.start <= place.end && place.end <= raw.len().max(place.start));
        }
    }
}
