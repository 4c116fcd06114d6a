//! What a test expects of a line.

/// Whether the whole of `line` is `pattern`, in which `*` stands for any text.
pub(crate) fn matches(pattern: &str, line: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == line };
    let Some(mut line) = line.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some((_, after)) = line.split_once(piece) else { return false };
        line = after;
    }
    line.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_is_the_whole_line() {
        for (pattern, expected) in [
            ("Up for 3 s.", true),
            ("Up for *.", true),
            ("*", true),
            ("Up*for*s.", true),
            ("Up for", false),
            ("*for", false),
            ("for*", false),
        ] {
            assert_eq!(matches(pattern, "Up for 3 s."), expected, "{pattern}");
        }
    }
}
