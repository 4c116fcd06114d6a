//! A first look at names: whether any of some can be any of others.

/// The outlines of some names, a bit each: the length, the first letter and the last, as a number
/// below 64.
///
/// Names of different outlines differ. Most names that are asked of a set are not in it, and this
/// says so of many at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Outlines(u64);

impl Outlines {
    /// Of one name.
    pub(crate) const fn of(name: &[u8]) -> Self {
        let (first, last) = match name {
            [first, .., last] => (*first, *last),
            [only] => (*only, *only),
            [] => (0, 0),
        };
        let mixed = 5 * first as usize + 3 * last as usize + name.len();
        Self(1 << (mixed % 64))
    }

    /// Of these names and others.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether some outline is among both.
    pub(crate) const fn meet(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_meets_itself_and_few_others() {
        let of = |name: &str| Outlines::of(name.as_bytes());
        let set = of("owner").and(of("admin")).and(of("trusted"));
        for name in ["owner", "admin", "trusted"] {
            assert!(set.meet(of(name)), "{name}");
        }
        for name in ["games", "games.dice", "dice", "music", "shell", "play", "", "a"] {
            assert!(!set.meet(of(name)), "{name}");
        }
    }
}
