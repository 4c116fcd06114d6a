//! Where the dots of a command's name are, found once.

/// The places of the dots in a text of at most 64 bytes, a bit each; iterates over them in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Dots(u64);

impl Dots {
    /// Finds the dots of a text of at most 64 bytes.
    pub(super) const fn of(text: &str) -> Self {
        let mut bytes = text.as_bytes();
        let (mut dots, mut bit) = (0, 1_u64);
        while let [byte, rest @ ..] = bytes {
            if *byte == b'.' {
                dots |= bit;
            }
            bit <<= 1;
            bytes = rest;
        }
        Self(dots)
    }

    pub(super) fn leftmost(&self) -> Option<usize> {
        usize::try_from(self.0.trailing_zeros()).ok().filter(|_| self.0 != 0)
    }

    pub(super) fn rightmost(&self) -> Option<usize> {
        usize::try_from(self.0.checked_ilog2()?).ok()
    }
}

impl Iterator for Dots {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let dot = self.leftmost()?;
        self.0 &= self.0 - 1;
        Some(dot)
    }
}

impl DoubleEndedIterator for Dots {
    fn next_back(&mut self) -> Option<usize> {
        let dot = self.rightmost()?;
        self.0 &= !(1 << dot);
        Some(dot)
    }
}
