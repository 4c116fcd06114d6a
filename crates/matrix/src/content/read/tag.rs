//! Tags and character references, as far as people's clients write them.

/// The longest tag, so that signs which begin none are not looked through again and again.
const MAX_TAG: usize = 4096;

/// A tag, a comment, or a declaration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// Lower case; empty for what is no element.
    pub(super) name: String,
    pub(super) ends: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// The tag at the beginning of a text, and what stands behind it.
    pub(super) fn read(html: &'a str) -> Option<(Self, &'a str)> {
        let inner = html.strip_prefix('<')?;
        if let Some(comment) = inner.strip_prefix("!--") {
            let rest = comment.split_once("-->").map_or("", |(_, rest)| rest);
            return Some((Self { name: String::new(), ends: false, attributes: "" }, rest));
        }
        let (ends, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
            return None;
        }
        let (inner, rest) = close(inner)?;
        let end = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
        let (name, attributes) = inner.split_at_checked(end)?;
        Some((Self { name: name.to_ascii_lowercase(), ends, attributes }, rest))
    }

    /// The value of an attribute, as it was meant.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes.trim_start_matches(is_between);
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == '=' || is_between(c)).unwrap_or(rest.len());
            let (name, tail) = rest.split_at_checked(end.max(1).min(rest.len()))?;
            let (value, tail) = match tail.trim_start().strip_prefix('=') {
                None => ("", tail),
                Some(tail) => value(tail.trim_start()),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(decode(value));
            }
            rest = tail.trim_start_matches(is_between);
        }
        None
    }
}

fn is_between(c: char) -> bool {
    c.is_whitespace() || c == '/'
}

/// What stands before the `>` that ends a tag, and behind it; quotes may hold one.
fn close(inner: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in inner.char_indices().take_while(|(at, _)| *at < MAX_TAG) {
        match (quote, c) {
            // One that is not closed before the next begins is none.
            (None, '<') => return None,
            (None, '>') => return Some((inner.get(..at)?, inner.get(at + 1..)?)),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(text) = text.strip_prefix(quote) {
            return text.split_once(quote).unwrap_or((text, ""));
        }
    }
    text.split_at_checked(text.find(char::is_whitespace).unwrap_or(text.len())).unwrap_or_default()
}

/// Replaces the references that people's clients write; others stay as they are.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        decoded.push_str(before);
        let end = behind.bytes().take(10).position(|byte| byte == b';');
        let named = end.and_then(|end| behind.split_at_checked(end));
        let meant = named.and_then(|(name, tail)| Some((character(name)?, tail.get(1..)?)));
        let (c, tail) = meant.unwrap_or(('&', behind));
        decoded.push(c);
        rest = tail;
    }
    decoded.push_str(rest);
    decoded
}

fn character(name: &str) -> Option<char> {
    let number = name.strip_prefix('#').map(|number| match number.strip_prefix(['x', 'X']) {
        Some(number) => u32::from_str_radix(number, 16),
        None => number.parse(),
    });
    match (number, name) {
        (Some(number), _) => char::from_u32(number.ok()?),
        (None, "amp") => Some('&'),
        (None, "lt") => Some('<'),
        (None, "gt") => Some('>'),
        (None, "quot") => Some('"'),
        (None, "apos") => Some('\''),
        (None, "nbsp") => Some('\u{a0}'),
        _ => None,
    }
}
