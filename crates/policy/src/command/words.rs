//! The words of a dotted name, for what is found of it once; constants are made with it, too.

use crate::outlines::Outlines;

/// What stands before the first dot of a text, and what stands after it.
pub(super) const fn first_word(text: &[u8]) -> (&[u8], &[u8]) {
    let mut end = 0;
    while let Some((word, rest)) = text.split_at_checked(end) {
        if let [b'.', rest @ ..] = rest {
            return (word, rest);
        }
        end += 1;
    }
    (text, &[])
}

const fn last_word(mut text: &[u8]) -> &[u8] {
    while let (_, rest @ [_, ..]) = first_word(text) {
        text = rest;
    }
    text
}

/// The outlines of a command in full, of each dotted prefix of it and of its path, and of its last
/// word.
pub(super) const fn outlines(full: &str) -> Outlines {
    let full = full.as_bytes();
    let (_, path) = first_word(full);
    of_prefixes(full).and(of_prefixes(path)).and(Outlines::of(last_word(path)))
}

const fn of_prefixes(text: &[u8]) -> Outlines {
    let mut outlines = Outlines::of(text);
    let mut end = 0;
    while let Some((prefix, [next, ..])) = text.split_at_checked(end) {
        if *next == b'.' {
            outlines = outlines.and(Outlines::of(prefix));
        }
        end += 1;
    }
    outlines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandId;

    #[test]
    fn every_name_of_a_command_has_one_of_its_outlines() {
        for full in ["games.dice", "admin.capability.add", "a.b.c.d", "plugin.x"] {
            let command: CommandId = full.parse().unwrap();
            let names = command.names().chain(command.capability_names());
            for name in names.chain([command.plugin()]) {
                assert!(outlines(full).meet(Outlines::of(name.as_bytes())), "{full}: {name}");
            }
        }
    }
}
