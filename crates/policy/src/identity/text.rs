//! The text form of an identity: percent-encoded where the text around it has its own signs.

use std::borrow::Cow;
use std::fmt::{self, Write};

use smol_str::{SmolStr, format_smolstr};

use super::IdentityError;

/// Whether a character never stands bare in an identity: rules separate by blanks, `,` and `;`.
fn is_special(character: char) -> bool {
    matches!(character, ',' | ';' | '%') || character.is_whitespace() || character.is_control()
}

/// Displays a name with its special characters percent-encoded.
pub(super) struct Encoded<'a>(pub(super) &'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nearly every name is plain, and this is written with every command.
        if !self.0.contains(is_special) {
            return formatter.write_str(self.0);
        }
        for character in self.0.chars() {
            if is_special(character) {
                formatter.write_str(&encoded(character))?;
            } else {
                formatter.write_char(character)?;
            }
        }
        Ok(())
    }
}

fn encoded(character: char) -> SmolStr {
    let mut buffer = [0; 4];
    character
        .encode_utf8(&mut buffer)
        .bytes()
        .fold(SmolStr::default(), |text, byte| format_smolstr!("{text}%{byte:02X}"))
}

/// Reads a name back; `a%20b` is `a b`.
pub(super) fn decode(text: &str) -> Result<Cow<'_, str>, IdentityError> {
    let bare = text.chars().find(|&character| character != '%' && is_special(character));
    if let Some(character) = bare {
        let encoded = encoded(character);
        return Err(IdentityError::Bare { text: text.into(), character, encoded });
    }
    let mut parts = text.split('%');
    let head = parts.next().unwrap_or_default();
    if head.len() == text.len() {
        return Ok(Cow::Borrowed(text));
    }
    let wrong = || IdentityError::Encoding { text: text.into() };
    let mut bytes = head.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or_else(wrong)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_encoded_and_read_back() {
        let name = "a b,c;d%e\t\u{a0}ü";
        let text = Encoded(name).to_string();
        assert_eq!(text, "a%20b%2Cc%3Bd%25e%09%C2%A0ü");
        assert_eq!(decode(&text).unwrap(), name);
    }

    #[test]
    fn a_sign_that_encodes_nothing_is_refused() {
        for text in ["%", "a%2", "a%zz", "a%+1", "%C3", "a%é0"] {
            let error = IdentityError::Encoding { text: text.into() };
            assert_eq!(decode(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn a_bare_special_character_is_refused_with_its_code() {
        let error = decode("a b").unwrap_err();
        assert_eq!(error.to_string(), "`a b` holds a bare ' '; write it as `%20`");
    }
}
