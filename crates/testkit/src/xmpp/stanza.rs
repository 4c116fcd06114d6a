//! Stanzas as text: where one ends, and what it says.

/// Cuts what a server sends into the elements below the stream.
#[derive(Debug, Default)]
pub(super) struct Stanzas {
    bytes: Vec<u8>,
    /// How much of it is a tag's already.
    read: usize,
    depth: usize,
    /// Where the element begins that is being read.
    start: usize,
}

impl Stanzas {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole element.
    pub(super) fn next(&mut self) -> Option<String> {
        while let Some((from, to)) = self.tag() {
            self.read = to;
            let tag = self.bytes.get(from..to).unwrap_or_default();
            if tag.starts_with(b"<?") || tag.starts_with(b"<stream:stream") {
                continue;
            }
            if tag.starts_with(b"</") {
                self.depth = self.depth.saturating_sub(1);
            } else {
                if self.depth == 0 {
                    self.start = from;
                }
                self.depth += usize::from(!tag.ends_with(b"/>"));
            }
            if self.depth == 0 {
                let element = self.bytes.get(self.start..to).unwrap_or_default();
                let element = String::from_utf8_lossy(element).into_owned();
                self.bytes.drain(..to);
                self.read = 0;
                return Some(element);
            }
        }
        None
    }

    /// Where the next tag is. No `<` or `>` stands in an attribute's value: servers escape both.
    fn tag(&self) -> Option<(usize, usize)> {
        let rest = self.bytes.get(self.read..)?;
        let from = rest.iter().position(|byte| *byte == b'<')?;
        let to = rest.iter().skip(from).position(|byte| *byte == b'>')?;
        Some((self.read + from, self.read + from + to + 1))
    }
}

/// Text as it stands in XML.
pub fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('\'', "&apos;").replace('"', "&quot;").replace('\r', "&#13;")
}

fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&apos;", "'").replace("&#39;", "'").replace("&amp;", "&")
}

/// An attribute of a stanza's first tag.
pub fn attribute(stanza: &str, name: &str) -> Option<String> {
    let (tag, _) = stanza.split_once('>')?;
    let value = ['\'', '"'].into_iter().find_map(|quote| {
        let (_, rest) = tag.split_once(&format!(" {name}={quote}"))?;
        rest.split_once(quote)
    });
    value.map(|(value, _)| unescape(value))
}

/// The words of a message.
pub fn body(stanza: &str) -> Option<String> {
    let (_, rest) = stanza.split_once("<body")?;
    let (_, rest) = rest.split_once('>')?;
    let (words, _) = rest.split_once("</body>")?;
    Some(unescape(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_cut_wherever_the_bytes_are() {
        let text = "<?xml version='1.0'?><stream:stream id='1'><a/><b x='/'><c>1</c><d/></b> <e/>";
        let (mut stanzas, mut found) = (Stanzas::default(), Vec::new());
        for byte in text.bytes() {
            stanzas.feed(&[byte]);
            found.extend(stanzas.next());
        }
        assert_eq!(found, ["<a/>", "<b x='/'><c>1</c><d/></b>", "<e/>"]);
    }

    #[test]
    fn what_a_stanza_says_is_read() {
        let stanza = "<message from='a@b/&lt;c' to=\"d\"><body>1 &lt; 2 &amp; 3</body></message>";
        assert_eq!(attribute(stanza, "from").as_deref(), Some("a@b/<c"));
        assert_eq!(attribute(stanza, "to").as_deref(), Some("d"));
        assert_eq!(body(stanza).as_deref(), Some("1 < 2 & 3"));
    }
}
