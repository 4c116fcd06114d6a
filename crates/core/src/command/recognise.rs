//! Whether a message is for us.

use nuncio_policy::CaseMapping;
use smol_str::SmolStr;

/// How the bot is addressed in one place.
#[derive(Clone, Copy, Debug)]
pub struct Addressing<'a> {
    /// What stands before a command there; none when it is empty.
    pub prefix: &'a str,
    /// What the bot is called there.
    pub names: &'a [SmolStr],
    /// How the network compares names.
    pub mapping: CaseMapping,
    /// Whether nobody else is spoken to there, so that neither prefix nor name is needed.
    pub private: bool,
}

/// How a message was found to be for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// By its prefix.
    Prefix,
    /// By one of our names.
    Name,
    /// By being private.
    Privacy,
}

/// Where the command begins in a message that is for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addressed {
    /// The first byte of the command's name.
    pub at: usize,
    /// How we know.
    pub by: By,
}

/// Finds the command in a message, if there is one for us.
///
/// A room's message is for us when it begins with the prefix, or with one of our names, alone or
/// with `@` before it, and `:` or `,` or a blank behind it; a prefix may follow. A command begins
/// with a letter or a digit: a prefix alone, a name alone, `!!!` and `:)` are none.
pub fn recognise(text: &str, addressing: &Addressing<'_>) -> Option<Addressed> {
    let said = text.trim_start();
    let found = |rest: &str, by| begins_a_command(rest).then_some((text.len() - rest.len(), by));
    let by_name = || {
        let rest = after_name(said, addressing)?;
        found(after_prefix(rest, addressing.prefix).unwrap_or(rest), By::Name)
    };
    let by_prefix = || found(after_prefix(said, addressing.prefix)?, By::Prefix);
    let in_private = || found(said, By::Privacy).filter(|_| addressing.private);
    let (at, by) = by_name().or_else(by_prefix).or_else(in_private)?;
    Some(Addressed { at, by })
}

fn begins_a_command(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
}

/// What stands behind the prefix. One that ends in a letter needs a blank behind it.
fn after_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(prefix).filter(|_| !prefix.is_empty())?;
    let is_word = prefix.ends_with(char::is_alphanumeric);
    (!is_word || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
}

/// What stands behind the longest of our names that the text begins with.
fn after_name<'a>(text: &'a str, addressing: &Addressing<'_>) -> Option<&'a str> {
    let after = |text: &'a str| {
        let rests = addressing.names.iter().filter(|name| !name.is_empty());
        rests
            .filter_map(|name| strip_folded(text, name, addressing.mapping))
            .filter_map(after_boundary)
            .min_by_key(|rest| rest.len())
    };
    after(text).or_else(|| after(text.strip_prefix('@')?))
}

/// What stands behind the end of a name: `:`, `,` or a blank.
fn after_boundary(rest: &str) -> Option<&str> {
    let behind = rest.strip_prefix([':', ',']).unwrap_or(rest);
    let bounded = behind.len() < rest.len() || rest.starts_with(char::is_whitespace);
    bounded.then(|| behind.trim_start())
}

/// Strips a name from the front of a text, where the network takes the two for one.
fn strip_folded<'a>(text: &'a str, name: &str, mapping: CaseMapping) -> Option<&'a str> {
    let mut chars = text.chars();
    let same = name.chars().all(|expected| {
        chars.next().is_some_and(|said| folded(said, mapping).eq(folded(expected, mapping)))
    });
    same.then_some(chars.as_str())
}

/// A character as a network compares it; of a JID, as stringprep's case folding does it.
fn folded(c: char, mapping: CaseMapping) -> impl Iterator<Item = char> {
    let one = match (mapping, c) {
        (CaseMapping::Rfc1459, '[') => '{',
        (CaseMapping::Rfc1459, ']') => '}',
        (CaseMapping::Rfc1459, '\\') => '|',
        (CaseMapping::Rfc1459, '^') => '~',
        (CaseMapping::Rfc1459 | CaseMapping::Ascii, c) => c.to_ascii_lowercase(),
        (_, c) => c,
    };
    let lower = (mapping == CaseMapping::Jid).then(|| c.to_lowercase());
    let kept = lower.is_none().then_some(one);
    lower.into_iter().flatten().chain(kept)
}

#[cfg(test)]
mod tests {
    use nuncio_policy::CaseMapping;
    use proptest::prelude::*;
    use smol_str::SmolStr;

    use super::{Addressing, By, recognise};

    fn check(private: bool, prefix: &str, text: &str, expect: Option<(&str, By)>) {
        let names = [SmolStr::new("nuncio"), SmolStr::new("[bot]"), SmolStr::new("nuncio the 2nd")];
        let addressing =
            Addressing { prefix, names: &names, mapping: CaseMapping::Rfc1459, private };
        let found = recognise(text, &addressing).map(|found| (text.split_at(found.at).1, found.by));
        assert_eq!(found, expect, "{text:?}");
    }

    #[test]
    fn in_a_room() {
        let check = |text, expect| check(false, "!", text, expect);
        check("!hello", Some(("hello", By::Prefix)));
        check("  !hello world ", Some(("hello world ", By::Prefix)));
        check("! hello", Some(("hello", By::Prefix)));
        for by_name in [
            "nuncio hello",
            "nuncio: hello",
            "Nuncio, hello",
            "NUNCIO:hello",
            "nuncio !hello",
            "nuncio: ! hello",
            "@nuncio hello",
            "{BOT}: hello",
            "nuncio\thello",
            "nuncio the 2nd: hello",
        ] {
            check(by_name, Some(("hello", By::Name)));
        }
        check("nuncio hello\nworld", Some(("hello\nworld", By::Name)));
        check("!nuncio hello", Some(("nuncio hello", By::Prefix)));
        for nothing in [
            "hello",
            "nuncios hello",
            "nuncio-x: hello",
            "nuncio_ hello",
            "nuncio",
            "nuncio:",
            "nuncio: !",
            "nuncio; hello",
            "!",
            "!!!",
            "!!hello",
            "! ",
            "!?",
            "...",
            "",
            " ",
            "say !hello",
            "hello nuncio",
            "@ nuncio hello",
            ":)",
            "nuncio: :)",
        ] {
            check(nothing, None);
        }
    }

    #[test]
    fn in_private() {
        let check = |text, expect| check(true, "!", text, expect);
        check("hello", Some(("hello", By::Privacy)));
        check("!hello", Some(("hello", By::Prefix)));
        check("nuncio: hello", Some(("hello", By::Name)));
        check("nuncios hello", Some(("nuncios hello", By::Privacy)));
        check("nuncio", Some(("nuncio", By::Privacy)));
        for nothing in ["", "!", "!!!", ":)", "  "] {
            check(nothing, None);
        }
    }

    #[test]
    fn prefixes_may_be_anything() {
        check(false, "", "hello", None);
        check(false, "", "nuncio hello", Some(("hello", By::Name)));
        check(false, "bot", "bot hello", Some(("hello", By::Prefix)));
        check(false, "bot", "bothello", None);
        check(false, "!!", "!!foo", Some(("foo", By::Prefix)));
        check(false, "!!", "!foo", None);
        check(false, "é", "é foo", Some(("foo", By::Prefix)));
    }

    #[test]
    fn the_network_compares_names() {
        let names = [SmolStr::new("Añn[x]")];
        for (mapping, text, ours) in [
            (CaseMapping::Bytes, "Añn[x]: hi", true),
            (CaseMapping::Bytes, "añn[x]: hi", false),
            (CaseMapping::Ascii, "añn[x]: hi", true),
            (CaseMapping::Ascii, "añn{x}: hi", false),
            (CaseMapping::Rfc1459, "AñN{X}: hi", true),
            (CaseMapping::Jid, "AÑN[X]: hi", true),
        ] {
            let addressing = Addressing { prefix: "", names: &names, mapping, private: false };
            assert_eq!(recognise(text, &addressing).is_some(), ours, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_command_begins_with_a_letter_or_digit(text in "(nuncio)?[:, !@]{0,3}\\PC{0,8}", private: bool) {
            let names = [SmolStr::new("nuncio")];
            let addressing =
                Addressing { prefix: "!", names: &names, mapping: CaseMapping::Jid, private };
            if let Some(found) = recognise(&text, &addressing) {
                prop_assert!(text.split_at(found.at).1.starts_with(char::is_alphanumeric));
            }
        }
    }
}
