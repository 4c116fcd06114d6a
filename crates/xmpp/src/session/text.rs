//! Stanzas as text, for whoever has no stream: the tests, and the fuzz target.

use tokio_xmpp::Stanza;
use xmpp_parsers::{minidom::Element, ns};

use super::Outgoing;
use crate::sieve::Filter;

/// Reads a stanza as a stream brings it: what the [sieve](crate::sieve) leaves out is not there.
/// None where it is no stanza, or more than one.
pub fn read_stanza(xml: &str) -> Option<Stanza> {
    let stream = format!("<stream xmlns='{}'>{xml}</stream>", ns::JABBER_CLIENT);
    let mut out = Vec::new();
    Filter::default().feed(stream.as_bytes(), &mut out);
    let stream: Element = str::from_utf8(&out).ok()?.parse().ok()?;
    let mut children = stream.children();
    let (stanza, None) = (children.next()?.clone(), children.next()) else { return None };
    match stanza.name() {
        "message" => stanza.try_into().ok().map(Stanza::Message),
        "presence" => stanza.try_into().ok().map(Stanza::Presence),
        "iq" => stanza.try_into().ok().map(Stanza::Iq),
        _ => None,
    }
}

/// Writes a stanza as it goes out, with the namespace of its stream.
pub fn write_stanza(stanza: Stanza) -> String {
    String::from(&match stanza {
        Stanza::Iq(iq) => Element::from(iq),
        Stanza::Message(message) => Element::from(message),
        Stanza::Presence(presence) => Element::from(presence),
    })
}

impl Outgoing {
    /// The stanza as text.
    pub fn into_xml(self) -> String {
        write_stanza(self.stanza)
    }
}
