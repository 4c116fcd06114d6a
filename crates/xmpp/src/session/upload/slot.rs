//! The place that a service names for a file (XEP-0363 §5).

use nuncio_core::{config::Secret, content::Url};
use xmpp_parsers::{minidom::Element, ns};

use crate::session::xml::attribute;

/// The headers that a service may ask for; any other is not sent (XEP-0363 §5).
const HEADERS: [&str; 3] = ["Authorization", "Cookie", "Expires"];

/// The most of them that are read.
const MAX_HEADERS: usize = 8;

/// A place for a file.
#[derive(Debug, PartialEq)]
pub(super) struct Slot {
    /// Where to put it.
    pub(super) put: Url,
    /// Where others get it.
    pub(super) get: Url,
    /// What is sent along when it is put there, without line ends.
    pub(super) headers: Vec<(&'static str, Secret)>,
}

/// Why an answer names no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum SlotError {
    /// It lacks one of the addresses.
    #[error("the server named no place for the file")]
    Missing,
    /// Whoever is on the way could read or change the file.
    #[error("the server named a place for the file that is no `https:` address")]
    Unsafe,
}

impl Slot {
    /// Reads a `<slot/>`.
    pub(super) fn read(slot: &Element) -> Result<Self, SlotError> {
        let child = |name| slot.get_child(name, ns::HTTP_UPLOAD).ok_or(SlotError::Missing);
        let (put, get) = (child("put")?, child("get")?);
        let headers = put.children().filter(|child| child.is("header", ns::HTTP_UPLOAD));
        Ok(Self {
            put: address(put)?,
            get: address(get)?,
            headers: headers.take(MAX_HEADERS).filter_map(header).collect(),
        })
    }
}

fn address(element: &Element) -> Result<Url, SlotError> {
    let url = attribute(element, "url").ok_or(SlotError::Missing)?;
    let is_https = url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    url.parse().ok().filter(|_| is_https).ok_or(SlotError::Unsafe)
}

fn header(element: &Element) -> Option<(&'static str, Secret)> {
    let name = attribute(element, "name")?;
    let name = HEADERS.into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
    let value: String = element.text().chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    Some((name, Secret::from(value.trim().to_owned())))
}

#[cfg(test)]
mod tests {
    use super::{Slot, SlotError};

    fn read(inner: &str) -> Result<Slot, SlotError> {
        let slot = format!("<slot xmlns='urn:xmpp:http:upload:0'>{inner}</slot>");
        Slot::read(&slot.parse().expect("XML"))
    }

    #[test]
    fn a_place_is_two_addresses_that_nobody_else_can_read() {
        let https = "https://up.example.org/a";
        for (put, get, wanted) in [
            (https, https, None),
            ("HTTPS://up.example.org/a", https, None),
            (https, "", Some(SlotError::Missing)),
            ("", https, Some(SlotError::Missing)),
            (https, "http://up.example.org/a", Some(SlotError::Unsafe)),
            ("http://up.example.org/a", https, Some(SlotError::Unsafe)),
            (https, "javascript:https://", Some(SlotError::Unsafe)),
            ("https://up.example.org/a&#10;b", https, Some(SlotError::Unsafe)),
        ] {
            let read = read(&format!("<put url='{put}'/><get url='{get}'/>"));
            assert_eq!(read.err(), wanted, "{put} {get}");
        }
        assert_eq!(read(""), Err(SlotError::Missing));
    }

    #[test]
    fn only_three_headers_are_sent_and_each_is_one_line() {
        let slot = read(
            "<put url='https://a/'><header name='authorization'>Basic x\r\nHost: eve</header>\
             <header name='Host'>eve</header><header name='Expires'>now</header>\
             <header>x</header></put><get url='https://a/'/>",
        );
        let headers = slot.expect("a slot").headers;
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.expose())).collect();
        assert_eq!(headers, [("Authorization", "Basic xHost: eve"), ("Expires", "now")]);
    }
}
