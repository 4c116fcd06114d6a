//! Templates: trusted markup with places for text that is not.

use std::fmt;

use super::Inline;

/// Makes a [`Content`](crate::content::Content) from a Markdown template and values.
///
/// ```
/// use nuncio_core::text;
///
/// let name = "<script>**x**";
/// assert_eq!(text!("Hello, *{name}*!", name).to_plain(), "Hello, <script>**x**!");
/// assert_eq!(text!("{n} of {{all}}", n = 3).to_plain(), "3 of {all}}");
/// ```
///
/// A value is anything that displays, or a node; see [`Slot`](crate::content::Slot). It is put in after the template
/// is parsed, so that it can make no markup; see
/// [`Content::template`](crate::content::Content::template).
#[macro_export]
macro_rules! text {
    ($template:expr $(, $name:ident $(= $value:expr)?)* $(,)?) => {
        $crate::content::Content::template(
            $template,
            [$((stringify!($name), $crate::text!(@slot $name $(= $value)?))),*],
        )
    };
    (@slot $name:ident) => { $crate::content::Slot::from($name) };
    (@slot $name:ident = $value:expr) => { $crate::content::Slot::from($value) };
}

/// What is put in the place of `{name}` in a template.
///
/// Whatever displays comes out verbatim. An [`Inline`] is a node that the plugin made on purpose,
/// such as a mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot(Inline);

/// What it displays as, verbatim.
impl<T: fmt::Display> From<T> for Slot {
    fn from(value: T) -> Self {
        Self(Inline::text(value.to_string()))
    }
}

impl From<Inline> for Slot {
    fn from(inline: Inline) -> Self {
        Self(inline)
    }
}

/// The values of one template.
pub(super) struct Slots<'a>(&'a [(&'a str, Slot)]);

enum Piece<'a> {
    Text(&'a str),
    Slot(&'a Inline),
}

impl<'a> Slots<'a> {
    pub(super) const fn new(values: &'a [(&'a str, Slot)]) -> Self {
        Self(values)
    }

    /// A text of the template as nodes.
    pub(super) fn inlines(&self, template: &str, filled: &mut Vec<Inline>) {
        self.pieces(template, |piece| {
            filled.push(match piece {
                Piece::Text(text) => Inline::text(text),
                Piece::Slot(inline) => inline.clone(),
            });
        });
    }

    /// A code of the template as text.
    pub(super) fn string(&self, template: &str) -> String {
        let mut filled = String::new();
        self.pieces(template, |piece| match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Slot(inline) => plain(inline, &mut filled),
        });
        filled
    }

    /// The address of a link: a value is percent-encoded unless it is all of it.
    pub(super) fn address(&self, template: &str) -> String {
        let mut filled = String::new();
        self.pieces(template, |piece| match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Slot(inline) => {
                let mut value = String::new();
                plain(inline, &mut value);
                if name_at(template).is_some_and(|name| name.len() + 2 == template.len()) {
                    filled.push_str(&value);
                } else {
                    percent_encode(&value, &mut filled);
                }
            }
        });
        filled
    }

    fn pieces(&self, template: &str, mut each: impl FnMut(Piece<'_>)) {
        let mut rest = template;
        while let Some((text, brace)) = rest.find('{').and_then(|at| rest.split_at_checked(at)) {
            each(Piece::Text(text));
            let name = name_at(brace);
            let value = name.and_then(|name| self.0.iter().find(|(known, _)| *known == name));
            let taken = if let (Some(name), Some((_, Slot(inline)))) = (name, value) {
                each(Piece::Slot(inline));
                name.len() + 2
            } else {
                each(Piece::Text("{"));
                if brace.starts_with("{{") { 2 } else { 1 }
            };
            rest = brace.get(taken..).unwrap_or_default();
        }
        each(Piece::Text(rest));
    }
}

/// The name in `{name}` at the beginning of a text.
fn name_at(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(name)
}

fn plain(inline: &Inline, out: &mut String) {
    match inline {
        Inline::Text(text) | Inline::Code(text) => out.push_str(text.as_str()),
        Inline::Mention { label, .. } => out.push_str(label.as_str()),
        Inline::Break => out.push('\n'),
        Inline::Marked(_, inner) | Inline::Link { label: inner, .. } => {
            for inline in inner {
                plain(inline, out);
            }
        }
    }
}

/// Encodes all but the unreserved characters of RFC 3986 §2.3.
fn percent_encode(value: &str, out: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                let digits =
                    [byte >> 4, byte & 15].map(|digit| b"0123456789ABCDEF".get(usize::from(digit)));
                out.push('%');
                out.extend(digits.into_iter().flatten().map(|&digit| char::from(digit)));
            }
        }
    }
}
