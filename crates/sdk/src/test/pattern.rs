//! Expected answers, in which `…` stands for any text.

/// Whether a text is what was expected.
pub(super) fn matches(expected: &str, text: &str) -> bool {
    let mut pieces = expected.split('…');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some((_, behind)) = rest.split_once(piece) else { return false };
        rest = behind;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn an_ellipsis_is_any_text() {
        for (expected, text, same) in [
            ("hello", "hello", true),
            ("hello", "hello!", false),
            ("hello", "hell", false),
            ("up for …", "up for 5 s", true),
            ("up for …", "up for ", true),
            ("up for …", "down for 5 s", false),
            ("… and …", "a and b", true),
            ("…x", "xyx", true),
            ("a…a", "a", false),
            ("…", "", true),
            ("", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(expected, text), same, "{expected} {text}");
        }
    }
}
