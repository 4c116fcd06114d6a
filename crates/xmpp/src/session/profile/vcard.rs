//! Our vCard (XEP-0054): what the configuration says of it, put into what is there.

use xmpp_parsers::{avatar::Data, minidom::Element, ns, vcard::Binval};

use super::super::xml::{element, text};
use crate::config::{Avatar, Card, Words};

/// What our vCard is to hold.
pub(super) struct Wanted<'a> {
    pub(super) avatar: Option<&'a Avatar>,
    pub(super) card: Option<&'a Card>,
    /// What we are called where we are called briefly.
    pub(super) nick: &'a str,
}

impl Wanted<'_> {
    /// Asks for what is there.
    pub(super) fn question() -> Element {
        element("vCard", ns::VCARD, &[], [])
    }

    /// What is to be written in place of this vCard; none if it is right as it is.
    pub(super) fn in_place_of(&self, found: Option<&Element>) -> Option<Element> {
        let found = found.filter(|found| found.is("vCard", ns::VCARD));
        let texts = self.texts();
        let texts = texts.into_iter().filter(|line| !line.stands_in(found));
        let lines: Vec<Line<'_>> = texts.collect();
        let avatar = self.avatar.filter(|avatar| !holds(found, avatar));
        if lines.is_empty() && avatar.is_none() {
            return None;
        }
        let is_replaced = |child: &&Element| {
            (avatar.is_some() && child.name() == "PHOTO")
                || lines.iter().any(|line| line.names.contains(&child.name()))
        };
        let kept = found.into_iter().flat_map(Element::children);
        let kept = kept.filter(|child| !is_replaced(child)).cloned();
        let ours = lines.iter().filter_map(Line::element).chain(avatar.map(photo));
        Some(element("vCard", ns::VCARD, &[], kept.chain(ours)))
    }

    fn texts(&self) -> Vec<Line<'_>> {
        let Some(Card { name, description, url }) = self.card else { return Vec::new() };
        let texts = [name, description, url].map(|words| words.as_ref().map(Words::as_str));
        let [name, description, url] = texts;
        // Prosody keeps a DESC as a note of vCard 4, and gives it out as a NOTE.
        let lines: [(&'static [&'static str], _); 4] = [
            (&["FN"], name),
            (&["DESC", "NOTE"], description),
            (&["URL"], url),
            (&["NICKNAME"], Some(self.nick)),
        ];
        lines.into_iter().filter_map(|(names, text)| Some(Line { names, text: text? })).collect()
    }
}

/// A text of a vCard.
struct Line<'a> {
    /// Its name, and others that servers give it.
    names: &'static [&'static str],
    text: &'a str,
}

impl Line<'_> {
    fn stands_in(&self, card: Option<&Element>) -> bool {
        let mut children = card.into_iter().flat_map(Element::children);
        children.any(|child| self.names.contains(&child.name()) && child.text() == self.text)
    }

    fn element(&self) -> Option<Element> {
        Some(text(self.names.first()?, ns::VCARD, self.text))
    }
}

/// Whether a vCard holds this picture, however its base64 is broken into lines.
fn holds(card: Option<&Element>, avatar: &Avatar) -> bool {
    let photo = card.and_then(|card| card.get_child("PHOTO", ns::VCARD));
    let data = photo.and_then(|photo| photo.get_child("BINVAL", ns::VCARD));
    let data = data.and_then(|data| Binval::try_from(data.clone()).ok());
    data.is_some_and(|found| found.data == avatar.data())
}

fn photo(avatar: &Avatar) -> Element {
    let data = Element::from(Data { data: avatar.data().to_vec() }).text();
    let kind = text("TYPE", ns::VCARD, avatar.media_type());
    element("PHOTO", ns::VCARD, &[], [kind, text("BINVAL", ns::VCARD, &data)])
}
