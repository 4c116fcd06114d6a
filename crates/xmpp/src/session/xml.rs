//! Elements, built and read without a schema: what cannot be read is not there.

use smol_str::SmolStr;
use xmpp_parsers::{
    minidom::{Element, rxml::NcName},
    ns,
};

pub(super) const MUC_ADMIN: &str = "http://jabber.org/protocol/muc#admin";
pub(super) const MUC_OWNER: &str = "http://jabber.org/protocol/muc#owner";
pub(super) const DIRECT_INVITE: &str = "jabber:x:conference";
pub(super) const CONFERENCE: &str = "conference";
pub(super) const DATA_FORMS: &str = "jabber:x:data";
pub(super) const STYLING: &str = "urn:xmpp:styling:0";
pub(super) const REPLY: &str = "urn:xmpp:reply:0";
pub(super) const FALLBACK: &str = "urn:xmpp:fallback:0";
pub(super) const RETRACT: &str = "urn:xmpp:message-retract:1";
/// What stood in its place when retraction and moderation were fastened to a message.
pub(super) const RETRACT_BEFORE: &str = "urn:xmpp:message-retract:0";
/// Moderated retraction (XEP-0425).
pub(super) const MODERATE: &str = "urn:xmpp:message-moderate:1";
/// Its form up to version 0.2, which servers still send, and what fastens it (XEP-0422).
pub(super) const MODERATE_BEFORE: &str = "urn:xmpp:message-moderate:0";
pub(super) const FASTEN: &str = "urn:xmpp:fasten:0";
pub(super) const HINTS: &str = "urn:xmpp:hints";

/// An element with these attributes and children.
pub(super) fn element(
    name: &str,
    namespace: &str,
    attributes: &[(&str, &str)],
    children: impl IntoIterator<Item = Element>,
) -> Element {
    let element = Element::builder(name, namespace).append_all(children);
    let with = |element: xmpp_parsers::minidom::ElementBuilder, (name, value): &(&str, &str)| {
        match NcName::try_from(*name) {
            Ok(name) => element.attr(name, *value),
            Err(_) => element,
        }
    };
    attributes.iter().fold(element, with).build()
}

/// An element that holds text.
pub(super) fn text(name: &str, namespace: &str, text: &str) -> Element {
    Element::builder(name, namespace).append(text).build()
}

/// The first of these elements.
pub(super) fn find<'a>(
    payloads: &'a [Element],
    name: &str,
    namespace: &str,
) -> Option<&'a Element> {
    payloads.iter().find(|payload| payload.is(name, namespace))
}

/// An attribute's value.
pub(super) fn attribute<'a>(element: &'a Element, name: &'static str) -> Option<&'a str> {
    element.attr(name).filter(|value| !value.is_empty())
}

/// What an error says (RFC 6120 §8.3): its condition, and its words where it has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) condition: SmolStr,
    words: Option<String>,
}

impl Failure {
    /// Reads the `<error/>` among these payloads.
    pub(super) fn of(payloads: &[Element]) -> Self {
        let error = payloads.iter().find(|payload| payload.name() == "error");
        error.map_or_else(|| Self { condition: SmolStr::default(), words: None }, Self::read)
    }

    /// Reads an `<error/>`.
    pub(super) fn read(error: &Element) -> Self {
        let of_ours = || error.children().filter(|child| child.ns() == ns::XMPP_STANZAS);
        let condition = of_ours().find(|child| child.name() != "text");
        let words = of_ours().find(|child| child.name() == "text").map(Element::text);
        Self {
            condition: condition.map(|child| SmolStr::new(child.name())).unwrap_or_default(),
            words: words.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty()),
        }
    }

    /// Words of ours with those of the server.
    pub(super) fn explain(&self, ours: &str) -> String {
        match &self.words {
            Some(words) => format!("{ours} ({words})"),
            None if ours.is_empty() => self.condition.to_string(),
            None => ours.to_owned(),
        }
    }
}
