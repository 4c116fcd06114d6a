//! What of a stream of XML goes on to the parser.

/// The most elements one in another, the stream itself counted. Honest stanzas have a dozen.
pub const MAX_DEPTH: usize = 64;

/// The most bytes of one tag. The parser ends a stream with a name or a value of more than 8192.
pub const MAX_TAG: usize = 8000;

/// The most bytes of one stanza: twice what common servers take from each other.
pub const MAX_STANZA: usize = 1024 * 1024;

/// The most bytes of a stream error that are kept.
const MAX_ERROR: usize = 4096;

/// What stands for a stanza whose own tag is too long. It is counted as one (XEP-0198), and says
/// nothing.
const NOTHING: &[u8] = b"<message/>";

const DATA: &[u8] = b"<![CDATA[";
const END_OF_DATA: &[u8] = b"]]>";

/// Passes a stream on and leaves out what is too deep, too long or too much. What is well-formed
/// stays so; what is not is for the parser to refuse.
#[derive(Debug, Default)]
pub struct Filter {
    at: At,
    /// The tag so far, without what is too much of it.
    tag: Vec<u8>,
    /// Whether something of the tag is too much.
    is_long: bool,
    /// Whether the tag's last sign is a slash.
    slash: bool,
    /// How many elements are open and passed on.
    depth: usize,
    /// How many elements are open and left out.
    skipped: usize,
    /// How many bytes of this stanza are passed on.
    spent: usize,
    /// How many elements were left out, those within them not counted.
    left_out: u64,
    /// The stream error (RFC 6120 §4.9) that is coming.
    error: Option<Vec<u8>>,
    /// The one that came.
    came: Option<Vec<u8>>,
}

/// Where in the text of a stream we are.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Between tags.
    #[default]
    Text,
    /// Within a tag, and within a value of it that ends with this quote.
    Tag(Option<u8>),
    /// Within character data, which may be passed on; so many brackets may begin its end.
    Data { passes: bool, brackets: u8 },
}

impl Filter {
    /// Takes bytes, and adds to `out` those that go on.
    pub fn feed(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        for byte in bytes {
            match self.at {
                At::Text => self.text(*byte, out),
                At::Tag(quote) => self.tag(*byte, quote, out),
                At::Data { passes, brackets } => self.data(*byte, passes, brackets, out),
            }
        }
    }

    /// How many elements were left out so far, those within them not counted.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The stream error that came, as it was written: at most 4 KiB.
    pub fn take_error(&mut self) -> Option<Vec<u8>> {
        self.came.take()
    }

    fn text(&mut self, byte: u8, out: &mut Vec<u8>) {
        if byte == b'<' {
            self.at = At::Tag(None);
            self.tag.clear();
            self.tag.push(byte);
            (self.is_long, self.slash) = (false, false);
        } else if self.passes() {
            self.pass(&[byte], out);
        }
    }

    fn tag(&mut self, byte: u8, quote: Option<u8>, out: &mut Vec<u8>) {
        if self.tag.len() < MAX_TAG {
            self.tag.push(byte);
        } else {
            self.is_long = true;
        }
        match (quote, byte) {
            (Some(quote), _) if quote == byte => self.at = At::Tag(None),
            (None, b'\'' | b'"') => self.at = At::Tag(Some(byte)),
            (None, b'>') => {
                self.at = At::Text;
                let tag = std::mem::take(&mut self.tag);
                self.tag_ends(&tag, out);
                self.tag = tag;
            }
            (None, _) if self.tag == DATA => {
                let passes = self.passes();
                if passes {
                    self.pass(DATA, out);
                }
                self.at = At::Data { passes, brackets: 0 };
            }
            _ => {}
        }
        self.slash = byte == b'/' && quote.is_none();
    }

    fn data(&mut self, byte: u8, passes: bool, brackets: u8, out: &mut Vec<u8>) {
        let passes = if passes && !self.passes() {
            self.pass(END_OF_DATA, out);
            false
        } else {
            passes
        };
        if passes {
            self.pass(&[byte], out);
        }
        self.at = match (byte, brackets) {
            (b'>', 2) => At::Text,
            (b']', _) => At::Data { passes, brackets: (brackets + 1).min(2) },
            _ => At::Data { passes, brackets: 0 },
        };
    }

    fn tag_ends(&mut self, tag: &[u8], out: &mut Vec<u8>) {
        match tag.get(1) {
            // A declaration, or what the parser refuses.
            Some(b'?' | b'!') => {
                if self.skipped == 0 {
                    self.pass(tag, out);
                }
            }
            Some(b'/') => self.closed(tag, out),
            _ => self.opened(tag, out),
        }
    }

    fn opened(&mut self, tag: &[u8], out: &mut Vec<u8>) {
        let (stays_open, name) = (!self.slash, local_name(tag));
        if self.skipped > 0 {
            self.skipped += usize::from(stays_open);
            return;
        }
        // A stream begins anew on the same connection, after a login.
        if self.depth <= 1 && name == b"stream" {
            self.depth = 1;
            self.pass(tag, out);
            return self.stanza_ends();
        }
        if self.depth <= 1 {
            self.error = (name == b"error").then(Vec::new);
        }
        if self.depth > 0 && (self.is_long || self.depth >= MAX_DEPTH || !self.passes()) {
            self.left_out += 1;
            self.skipped = usize::from(stays_open);
            if self.depth == 1 {
                self.pass(NOTHING, out);
                self.stanza_ends();
            }
            return;
        }
        self.pass(tag, out);
        self.depth += usize::from(stays_open);
        self.stanza_ends();
    }

    fn closed(&mut self, tag: &[u8], out: &mut Vec<u8>) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        self.depth = self.depth.saturating_sub(1);
        self.pass(tag, out);
        self.stanza_ends();
    }

    fn stanza_ends(&mut self) {
        if self.depth <= 1 {
            self.spent = 0;
            self.came = self.error.take().or_else(|| self.came.take());
        }
    }

    /// Whether what comes now is neither left out nor too much.
    fn passes(&self) -> bool {
        self.skipped == 0 && self.spent < MAX_STANZA
    }

    fn pass(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.spent = self.spent.saturating_add(bytes.len());
        out.extend_from_slice(bytes);
        if let Some(error) = &mut self.error
            && error.len() + bytes.len() <= MAX_ERROR
        {
            error.extend_from_slice(bytes);
        }
    }
}

/// A tag's name without its prefix.
fn local_name(tag: &[u8]) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    let name = tag.get(1..).unwrap_or_default().split(ends).next().unwrap_or_default();
    name.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}
