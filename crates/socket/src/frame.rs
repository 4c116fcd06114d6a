//! Bytes into lines, in bounded memory.

use std::mem;

/// Cuts a stream of bytes into lines, wherever its chunks end.
///
/// Holds at most the longest legal line, whatever is put in; what is longer is skipped to its end
/// and reported once.
#[derive(Debug)]
pub(crate) struct Framer {
    // INVARIANT: at most `max_bytes` long.
    line: Vec<u8>,
    max_bytes: usize,
    skipping: bool,
}

/// One line of the stream, without its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    /// A line; never blank.
    Line(String),
    /// It was longer than allowed.
    Long,
    /// It is no UTF-8 from this byte of it on, the first being 1.
    Invalid {
        /// That byte.
        column: usize,
    },
}

impl Framer {
    /// Lines of at most `max_bytes`, their ends not counted.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { line: Vec::new(), max_bytes, skipping: false }
    }

    /// Takes bytes off the front of `input` up to the end of a line, and answers that line; `None`
    /// when the input is used up before. Blank lines are skipped.
    pub(crate) fn take(&mut self, input: &mut &[u8]) -> Option<Frame> {
        while !input.is_empty() {
            let end = input.iter().position(|&byte| byte == b'\n');
            let (part, rest) = input.split_at_checked(end.unwrap_or(input.len()))?;
            *input = rest.get(usize::from(end.is_some())..).unwrap_or_default();
            self.append(part);
            if let Some(frame) = end.and_then(|_| self.finish()) {
                return Some(frame);
            }
        }
        None
    }

    /// The line that the end of the stream cut short, if any.
    pub(crate) fn finish(&mut self) -> Option<Frame> {
        if mem::take(&mut self.skipping) {
            return Some(Frame::Long);
        }
        match String::from_utf8(mem::take(&mut self.line)) {
            Ok(line) if line.trim_ascii().is_empty() => None,
            Ok(line) => Some(Frame::Line(line)),
            Err(error) => Some(Frame::Invalid { column: error.utf8_error().valid_up_to() + 1 }),
        }
    }

    /// How much it holds, in bytes.
    pub(crate) fn held_bytes(&self) -> usize {
        self.line.capacity()
    }

    fn append(&mut self, part: &[u8]) {
        if self.line.len() + part.len() > self.max_bytes {
            self.skipping = true;
            self.line = Vec::new();
        } else if !self.skipping {
            self.line.reserve_exact(part.len());
            self.line.extend_from_slice(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 16;

    fn frames<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Frame> {
        let mut framer = Framer::new(MAX);
        let mut found = Vec::new();
        for mut chunk in chunks {
            while let Some(frame) = framer.take(&mut chunk) {
                found.push(frame);
            }
            assert!(chunk.is_empty());
            assert!(framer.held_bytes() <= MAX);
        }
        found.extend(framer.finish());
        found
    }

    #[test]
    fn lines_end_at_newlines_and_at_the_end_of_the_stream() {
        let line = |text: &str| Frame::Line(text.into());
        let table: [(&[u8], &[Frame]); 8] = [
            (b"", &[]),
            (b"a\nb\n", &[line("a"), line("b")]),
            (b"a\nb", &[line("a"), line("b")]),
            (b"\n \r\n\na\r\n", &[line("a\r")]),
            (b"1234567890123456\n", &[line("1234567890123456")]),
            (b"12345678901234567\nb\n", &[Frame::Long, line("b")]),
            (b"12345678901234567", &[Frame::Long]),
            (b"ab\xff\nb\n", &[Frame::Invalid { column: 3 }, line("b")]),
        ];
        for (bytes, expected) in table {
            assert_eq!(frames([bytes]), expected, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(
            bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'a'), any::<u8>()], 0..200),
            cuts in prop::collection::vec(1_usize..20, 1..20),
        ) {
            let mut chunks = Vec::new();
            let (mut rest, mut cuts) = (bytes.as_slice(), cuts.iter().cycle());
            while let Some((chunk, tail)) = cuts.next().and_then(|&cut| rest.split_at_checked(cut)) {
                chunks.push(chunk);
                rest = tail;
            }
            chunks.push(rest);
            prop_assert_eq!(frames(chunks), frames([bytes.as_slice()]));
        }
    }
}
