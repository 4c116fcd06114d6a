//! How a server compares nicks and channel names (ISUPPORT `CASEMAPPING`).

use smol_str::SmolStr;

/// A rule by which two spellings are one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseMapping {
    /// `A-Z` are `a-z`.
    Ascii,
    /// `A-Z[]\^` are `a-z{}|~` (as RFC 1459 §2.2 is commonly read).
    #[default]
    Rfc1459,
}

impl CaseMapping {
    /// Reads the value of `CASEMAPPING`. None for one that we do not compare by.
    pub fn announced(value: &str) -> Option<Self> {
        match value {
            "ascii" => Some(Self::Ascii),
            "rfc1459" => Some(Self::Rfc1459),
            _ => None,
        }
    }

    /// As it stands in the configuration and in ISUPPORT.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascii => "ascii",
            Self::Rfc1459 => "rfc1459",
        }
    }

    /// The spelling by which a name is found in a map. Short names do not allocate.
    pub fn fold(self, name: &str) -> SmolStr {
        if name.bytes().all(|byte| self.fold_byte(byte) == byte) {
            return SmolStr::new(name);
        }
        // Only ASCII changes, and to ASCII, so that characters may be mapped one by one.
        name.chars()
            .map(|char| u8::try_from(char).map_or(char, |b| self.fold_byte(b).into()))
            .collect()
    }

    /// Whether two spellings are one name.
    pub fn same(self, a: &str, b: &str) -> bool {
        a.len() == b.len()
            && a.bytes().zip(b.bytes()).all(|(a, b)| self.fold_byte(a) == self.fold_byte(b))
    }

    fn fold_byte(self, byte: u8) -> u8 {
        match (self, byte) {
            (_, b'A'..=b'Z') => byte.to_ascii_lowercase(),
            (Self::Rfc1459, b'[') => b'{',
            (Self::Rfc1459, b']') => b'}',
            (Self::Rfc1459, b'\\') => b'|',
            (Self::Rfc1459, b'^') => b'~',
            _ => byte,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_mapping_folds_what_it_says() {
        assert_eq!(CaseMapping::Rfc1459.fold("#Ä[A]\\^"), "#Ä{a}|~");
        assert_eq!(CaseMapping::Ascii.fold("#Ä[A]\\^"), "#Ä[a]\\^");
        assert!(CaseMapping::Rfc1459.same("Nick^", "nICK~"));
        assert!(!CaseMapping::Ascii.same("Nick^", "nICK~"));
        assert!(!CaseMapping::Ascii.same("nick", "nicks"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once_and_same_agrees(a in ".{0,20}", b in "[A-Za-z\\[\\]{}^~|]{0,3}", c in "[A-Za-z\\[\\]{}^~|]{0,3}") {
            for mapping in [CaseMapping::Ascii, CaseMapping::Rfc1459] {
                prop_assert_eq!(mapping.fold(&mapping.fold(&a)), mapping.fold(&a));
                prop_assert_eq!(mapping.same(&b, &c), mapping.fold(&b) == mapping.fold(&c));
            }
        }
    }
}
