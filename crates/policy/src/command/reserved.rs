//! The commands that policy itself knows: those that change rights or code, and those by which a
//! person becomes known.

use super::CommandId;
use super::words::first_word;

/// Plugins of which every command is reserved, and words that reserve every command they head.
const RESERVED: [&str; 5] = ["owner", "sudo", "modaccess", "tsec", "bw"];

/// Reserved commands of plugins that have others too.
const RESERVED_IN: [(&str, &[&str]); 2] =
    [("plugin", &["install", "update", "grant"]), ("config", &["set", "reset"])];

/// Commands by which a person becomes known: `user identify`, `user register`, and the answer to a
/// link challenge.
const INTRODUCTIONS: [&str; 3] = ["user.identify", "user.register", "user.confirm"];

impl CommandId {
    /// Whether a person becomes known by this command: it passes `default_ignore`, `disable`, the
    /// `bw_list` and anticapabilities.
    pub fn is_introduction(&self) -> bool {
        INTRODUCTIONS.contains(&self.as_str())
    }

    /// Whether this command changes rights or code: its level is `owner` whatever is declared, it
    /// can be granted to nobody, and `[policy.access]` does not reach it.
    pub fn is_reserved(&self) -> bool {
        self.reserved
    }
}

/// Whether a command in full is reserved; asked once, when it is read.
pub(super) const fn is_reserved(full: &str) -> bool {
    let (plugin, path) = first_word(full.as_bytes());
    let (head, _) = first_word(path);
    if contains(&RESERVED, plugin) || contains(&RESERVED, head) {
        return true;
    }
    let mut plugins = RESERVED_IN.as_slice();
    while let [(of, heads), rest @ ..] = plugins {
        if is(of, plugin) && contains(heads, head) {
            return true;
        }
        plugins = rest;
    }
    false
}

const fn contains(mut words: &[&str], word: &[u8]) -> bool {
    while let [first, rest @ ..] = words {
        if is(first, word) {
            return true;
        }
        words = rest;
    }
    false
}

/// What `==` says where constants are made, too.
const fn is(text: &str, mut word: &[u8]) -> bool {
    let mut text = text.as_bytes();
    while let ([one, text_rest @ ..], [other, word_rest @ ..]) = (text, word) {
        if *one != *other {
            return false;
        }
        (text, word) = (text_rest, word_rest);
    }
    text.is_empty() && word.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_rights_or_code_is_reserved() {
        let reserved = |text: &str| text.parse::<CommandId>().unwrap().is_reserved();
        for text in [
            "owner.add",
            "admin.sudo.add",
            "bw.add",
            "admin.bw.add",
            "plugin.install",
            "config.set",
        ] {
            assert!(reserved(text), "{text}");
        }
        for text in ["plugin.list", "config.show", "admin.capability.add", "games.bwana"] {
            assert!(!reserved(text), "{text}");
        }
    }
}
