//! What a message means, whoever sent it: read by hand, within bounds, from the message alone.

use std::borrow::Cow;

use nuncio_core::{
    content::{Content, Inline, Url},
    event::Form,
};
use smol_str::SmolStr;
use xmpp_parsers::{
    message::{Message, MessageType},
    minidom::Element,
    ns,
};

use super::{
    quote::without_quote,
    xml::{FALLBACK, REPLY, RETRACT, STYLING, attribute, find},
};
use crate::content::{styling, xhtml};

/// What stands before an action.
pub(super) const ACTION: &str = "/me ";

/// The longest id that we keep: longer ones are no honest client's.
pub(super) const MAX_ID: usize = 512;

/// The most reactions of one person to one message that we take note of, and the longest of them:
/// one emoji may be a family of many code points.
const MAX_REACTIONS: usize = 16;
pub(super) const MAX_REACTION: usize = 64;

/// What a message means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Meaning<'a> {
    /// Something is said.
    Words(Words<'a>),
    /// The words replace those of a message (XEP-0308), by its sender's id.
    Correction { target: Option<&'a str>, words: Words<'a> },
    /// These, and no others, are somebody's reactions to a message (XEP-0444).
    Reactions { target: &'a str, emoji: Vec<SmolStr> },
    /// A message is taken back (XEP-0424).
    Retraction { target: &'a str },
    /// It is encrypted by this, and what words stand there are nobody's.
    Encrypted { by: &'static str },
    /// All its words are for clients that do not know better (XEP-0428): others do not show them.
    Fallback,
    /// Nothing that concerns us.
    Nothing,
}

/// What is said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words<'a> {
    pub(super) form: Form,
    pub(super) text: Cow<'a, str>,
    /// The message that it answers (XEP-0461).
    pub(super) reply_to: Option<&'a str>,
    /// The words with their styles, where they have any.
    pub(super) content: Option<Content>,
}

impl<'a> Meaning<'a> {
    /// Reads a message.
    pub(super) fn of(message: &'a Message) -> Self {
        let payloads = &message.payloads;
        let body = message.get_best_body(Vec::new()).map(|(_, body)| body.as_str());
        if let Some(by) = encryption(payloads, body.is_some()) {
            return Self::Encrypted { by };
        }
        if let Some(retract) = find(payloads, "retract", RETRACT) {
            let target = id(retract).map(|target| Self::Retraction { target });
            return target.unwrap_or(Self::Nothing);
        }
        if let Some(reactions) = find(payloads, "reactions", ns::REACTIONS) {
            let emoji = emoji(reactions);
            return id(reactions).map_or(Self::Nothing, |target| Self::Reactions { target, emoji });
        }
        let linked = find(payloads, "x", ns::OOB).and_then(link);
        let alone = |link: Linked| Self::Words(link.alone());
        let Some(body) = body else { return linked.map_or(Self::Nothing, alone) };
        if payloads.iter().any(is_whole_fallback) {
            return linked.map_or(Self::Fallback, alone);
        }
        let words = Words::of(message, body, linked);
        match find(payloads, "replace", ns::MESSAGE_CORRECT) {
            Some(replace) => Self::Correction { target: id(replace), words },
            None => Self::Words(words),
        }
    }
}

impl<'a> Words<'a> {
    fn of(message: &'a Message, body: &'a str, linked: Option<Linked>) -> Self {
        let reply = find(&message.payloads, "reply", REPLY).and_then(id);
        let said = if reply.is_some() { without_quote(body, &message.payloads) } else { body };
        let action = said.strip_prefix(ACTION);
        let form = match (message.type_ == MessageType::Headline, action) {
            (true, _) => Form::Notice,
            (false, Some(_)) => Form::Emote,
            (false, None) => Form::Text,
        };
        let text = action.filter(|_| form == Form::Emote).unwrap_or(said);
        let content = formatted(&message.payloads, text, said.len() < body.len());
        // Most clients say the address in their words too.
        let linked = linked.filter(|linked| !body.contains(linked.url.as_str()));
        let content = match linked {
            Some(link) => Some(content.unwrap_or_else(|| Content::text(text)).and(&link.content())),
            None => content,
        };
        Self { form, text: Cow::Borrowed(text), reply_to: reply, content }
    }
}

/// A link that stands beside the words, or in their place (XEP-0066).
struct Linked {
    url: Url,
    label: String,
}

impl Linked {
    fn content(&self) -> Content {
        Content::line([Inline::link(self.url.clone(), &self.label)])
    }

    /// A message that is a link and no words: the address is what it says.
    fn alone(&self) -> Words<'static> {
        let text = Cow::Owned(self.url.as_str().to_owned());
        Words { form: Form::Text, text, reply_to: None, content: Some(self.content()) }
    }
}

fn link(element: &Element) -> Option<Linked> {
    let url: Url = element.get_child("url", ns::OOB)?.text().trim().parse().ok()?;
    let label = element.get_child("desc", ns::OOB).map(Element::text);
    let label = label.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty());
    Some(Linked { label: label.unwrap_or_else(|| url.as_str().to_owned()), url })
}

/// The words with their styles: as XHTML-IM says, unless the words are not all of the body, or by
/// the marks in them.
fn formatted(payloads: &[Element], text: &str, is_cut: bool) -> Option<Content> {
    let html = find(payloads, "html", ns::XHTML_IM).filter(|_| !is_cut);
    let unstyled = || find(payloads, "unstyled", STYLING).is_some();
    html.and_then(xhtml::read).or_else(|| (!unstyled()).then(|| styling::read(text)).flatten())
}

/// An element's `id`, if it is one to keep.
fn id(element: &Element) -> Option<&str> {
    attribute(element, "id").filter(|id| id.len() <= MAX_ID)
}

fn emoji(reactions: &Element) -> Vec<SmolStr> {
    let all = reactions.children().filter(|child| child.is("reaction", ns::REACTIONS));
    let mut emoji: Vec<SmolStr> = Vec::new();
    for reaction in all.take(MAX_REACTIONS) {
        let text = SmolStr::new(reaction.text().trim());
        if !text.is_empty() && text.len() <= MAX_REACTION && !emoji.contains(&text) {
            emoji.push(text);
        }
    }
    emoji
}

/// Whether all words of a message stand in for something that is no text.
fn is_whole_fallback(payload: &Element) -> bool {
    let is_part = |child: &Element| child.name() == "body" && child.attr("end").is_some();
    let mut parts = payload.children().filter(|child| matches!(child.name(), "body" | "subject"));
    payload.is("fallback", FALLBACK)
        && (payload.children().next().is_none()
            || parts.any(|part| part.name() == "body" && !is_part(part)))
}

/// What hides a message's words from us (XEP-0380, XEP-0384, XEP-0373, XEP-0027). What carries no
/// words, such as an exchange of keys, hides none.
fn encryption(payloads: &[Element], has_body: bool) -> Option<&'static str> {
    payloads.iter().find_map(|payload| {
        let space = payload.ns();
        match (payload.name(), space.as_str()) {
            ("encryption", ns::EME) => Some(name(attribute(payload, "namespace")?)),
            ("encrypted", space) if is_omemo(space) => {
                let hides = has_body || payload.children().any(|child| child.name() == "payload");
                hides.then_some("OMEMO")
            }
            ("openpgp", "urn:xmpp:openpgp:0") | ("x", "jabber:x:encrypted") => Some("OpenPGP"),
            _ => None,
        }
    })
}

fn is_omemo(space: &str) -> bool {
    space == ns::LEGACY_OMEMO || space.starts_with("urn:xmpp:omemo:")
}

/// What people call an encryption.
fn name(space: &str) -> &'static str {
    match space {
        space if is_omemo(space) => "OMEMO",
        "urn:xmpp:otr:0" => "OTR",
        "jabber:x:encrypted" | "urn:xmpp:openpgp:0" => "OpenPGP",
        _ => "something",
    }
}
