//! What a test expects of a line.

/// Whether `line` holds the pieces of `pattern` (separated by `*`) in this order.
///
/// A pattern is found anywhere in the line, so `PRIVMSG #a :pong` needs no prefix; `*` stands for
/// any text in between.
pub(crate) fn matches(pattern: &str, line: &str) -> bool {
    let mut rest = line;
    for piece in pattern.split('*') {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn pieces_are_found_in_order() {
        let line = ":ann!a@h PRIVMSG #a :one two";
        for (pattern, expected) in [
            ("PRIVMSG #a :one two", true),
            ("", true),
            ("ann!*:one", true),
            (":one*ann!", false),
            ("one*one", false),
            ("NOTICE", false),
        ] {
            assert_eq!(matches(pattern, line), expected, "{pattern}");
        }
    }
}
