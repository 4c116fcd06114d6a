//! Cutting a byte stream into lines.

use super::{BODY_BYTES, MAX_BODY_BYTES, TAG_BYTES};

/// One line as it came, without its line ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawLine<'a> {
    /// The tags, without `@` and the blank after them. None where the line has none, and where they
    /// were too long to keep whole: half a tag list could say the opposite of the whole one.
    pub tags: Option<&'a [u8]>,
    /// The rest of the line.
    pub body: &'a [u8],
    /// Whether something was too long and is missing.
    pub cut: bool,
}

/// Cuts a byte stream into lines that end in LF or CR LF; empty lines are passed over.
///
/// It keeps at most [`TAG_BYTES`] and the body limit, whatever comes in. What is longer is cut and
/// marked, and the rest of that line is dropped.
#[derive(Debug)]
pub struct Framer {
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    /// Whether the end of `partial` was dropped already.
    overflow: bool,
    body_limit: usize,
}

impl Default for Framer {
    fn default() -> Self {
        Self { partial: Vec::new(), overflow: false, body_limit: BODY_BYTES }
    }
}

impl Framer {
    /// Sets the most bytes of a body, line ending included: the server's `LINELEN`.
    /// It never goes below 512 nor above [`MAX_BODY_BYTES`].
    pub fn limit_body(&mut self, bytes: usize) {
        self.body_limit = bytes.clamp(BODY_BYTES, MAX_BODY_BYTES);
    }

    /// Takes `chunk` and hands every line that it completes to `on_line`, in order.
    pub fn feed(&mut self, chunk: &[u8], mut on_line: impl FnMut(&mut Self, RawLine<'_>)) {
        let mut rest = chunk;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            rest = after.split_first().map_or(&[], |(_, after)| after);
            if self.partial.is_empty() {
                self.complete(line, false, &mut on_line);
            } else {
                self.keep(line);
                let whole = std::mem::take(&mut self.partial);
                let overflow = std::mem::take(&mut self.overflow);
                self.complete(&whole, overflow, &mut on_line);
                self.partial = whole;
                self.partial.clear();
            }
        }
        self.keep(rest);
    }

    /// How many bytes are held for the line that is not complete yet.
    pub fn held(&self) -> usize {
        self.partial.len()
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = (TAG_BYTES + self.body_limit).saturating_sub(self.partial.len());
        match bytes.split_at_checked(room) {
            Some((kept, dropped)) => {
                self.partial.extend_from_slice(kept);
                self.overflow |= !dropped.is_empty();
            }
            None => self.partial.extend_from_slice(bytes),
        }
    }

    fn complete(
        &mut self,
        line: &[u8],
        overflow: bool,
        on_line: &mut impl FnMut(&mut Self, RawLine<'_>),
    ) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut cut = overflow;
        let (tags, mut body) = match line.split_first() {
            Some((b'@', after)) => match memchr::memchr(b' ', after) {
                Some(blank) => {
                    let (tags, body) = after.split_at_checked(blank).unwrap_or((after, &[]));
                    let start = body.iter().take_while(|byte| **byte == b' ').count();
                    let body = body.get(start..).unwrap_or_default();
                    let fits = tags.len() + 2 <= TAG_BYTES;
                    cut |= !fits;
                    (fits.then_some(tags), body)
                }
                None => (Some(after), &[][..]),
            },
            _ => (None, line),
        };
        // The limit counts CR LF, which is gone by now.
        if let Some((kept, dropped)) = body.split_at_checked(self.body_limit - 2)
            && !dropped.is_empty()
        {
            (body, cut) = (kept, true);
        }
        if tags.is_some() || cut || !body.is_empty() {
            on_line(self, RawLine { tags, body, cut });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let (mut framer, mut out) = (Framer::default(), Vec::new());
        for chunk in chunks {
            framer.feed(chunk, |_, line| {
                let tags = line.tags.map(String::from_utf8_lossy);
                let body = String::from_utf8_lossy(line.body);
                out.push(format!("{tags:?} {body:?} {}", if line.cut { "cut" } else { "whole" }));
            });
        }
        out
    }

    #[test]
    fn a_line_ends_in_lf_or_cr_lf_and_may_come_in_pieces() {
        insta::assert_snapshot!(
            lines(&[b"PING :a\r\nPI", b"NG :b\nPING :c\r", b"\n\r\n\n", b"@a=b :x PING\r\n", b"rest"]).join("\n"),
            @r#"
        None "PING :a" whole
        None "PING :b" whole
        None "PING :c" whole
        Some("a=b") ":x PING" whole
        "#
        );
    }

    #[test]
    fn a_long_body_is_cut_at_512_with_its_ending() {
        let mut line = vec![b'x'; 510];
        line.extend(b"\r\n");
        assert!(lines(&[&line])[0].ends_with("whole"));
        let tagged = [b"@tag=x ", line.as_slice()].concat();
        assert!(lines(&[&tagged])[0].ends_with("whole"), "tags do not count");
        line.insert(0, b'x');
        let cut = lines(&[&line]);
        assert!(cut[0].ends_with("cut") && cut[0].len() == "None \"\" cut".len() + 510);
    }

    #[test]
    fn tags_that_are_too_long_are_dropped_whole() {
        let mut line = b"@a=".to_vec();
        line.extend(vec![b'x'; TAG_BYTES]);
        line.extend(b" PING x\r\n");
        assert_eq!(lines(&[&line]), ["None \"PING x\" cut"]);
    }

    #[test]
    fn memory_is_bounded_and_the_next_line_is_whole_again() {
        let mut framer = Framer::default();
        for _ in 0..1000 {
            framer.feed(&[b'x'; 1000], |_, _| panic!("no line ended"));
        }
        assert!(framer.held() <= TAG_BYTES + BODY_BYTES);
        let mut seen = Vec::new();
        framer.feed(b"\nPING x\n", |_, line| seen.push((line.body.len(), line.cut)));
        assert_eq!(seen, [(510, true), (6, false)]);
    }
}
