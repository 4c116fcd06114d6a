//! The elements of which we know what they mean.

use nuncio_core::content::{HeadingLevel, Mark};

/// Our one name of an element of which we know what it means.
pub(super) fn known(name: &str) -> Option<&'static str> {
    Some(match name {
        "b" | "strong" => "strong",
        "i" | "em" => "em",
        "u" | "ins" => "u",
        "s" | "del" | "strike" => "del",
        "code" => "code",
        "pre" => "pre",
        "a" => "a",
        "p" | "div" | "details" | "summary" | "table" | "tr" => "p",
        "h1" => "h1",
        "h2" => "h2",
        "h3" => "h3",
        "h4" => "h4",
        "h5" => "h5",
        "h6" => "h6",
        "ul" => "ul",
        "ol" => "ol",
        "li" => "li",
        "blockquote" => "blockquote",
        _ => return None,
    })
}

/// How what it holds is marked.
pub(super) fn mark(name: &str) -> Option<Mark> {
    Some(match name {
        "strong" => Mark::Strong,
        "em" => Mark::Emphasis,
        "u" => Mark::Underline,
        "del" => Mark::Strike,
        "spoiler" => Mark::Spoiler,
        _ => return None,
    })
}

/// How high a heading it is.
pub(super) fn level(name: &str) -> Option<HeadingLevel> {
    Some(match name {
        "h1" => HeadingLevel::H1,
        "h2" => HeadingLevel::H2,
        "h3" => HeadingLevel::H3,
        "h4" => HeadingLevel::H4,
        "h5" => HeadingLevel::H5,
        "h6" => HeadingLevel::H6,
        _ => return None,
    })
}
