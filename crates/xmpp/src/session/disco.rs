//! What somebody says of himself (XEP-0030), and what we say of ourselves (XEP-0030, XEP-0115).

use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use xmpp_parsers::{
    caps::{Caps, compute_disco, hash_caps},
    disco::{DiscoInfoResult, Identity},
    hashes::Algo,
    minidom::Element,
    ns,
    presence::Presence,
};

use super::{
    Session,
    bookmarks::NOTIFY,
    xml::{CONFERENCE, DATA_FORMS, DIRECT_INVITE, FALLBACK, REPLY, RETRACT, STYLING, attribute},
};

/// What stands for this program, whichever its version: a name, for it has no site of its own.
const NODE: &str = "urn:nuncio";

/// What we say that we know.
const FEATURES: [&str; 16] = [
    ns::CAPS,
    ns::CHATSTATES,
    ns::DISCO_INFO,
    ns::MESSAGE_CORRECT,
    ns::MUC,
    ns::PING,
    ns::REACTIONS,
    ns::RECEIPTS,
    ns::SID,
    ns::TIME,
    ns::VERSION,
    DIRECT_INVITE,
    FALLBACK,
    REPLY,
    RETRACT,
    STYLING,
];

/// The most that is kept of each part of an answer.
const MAX_PARTS: usize = 256;

/// What somebody says of himself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Description {
    /// Category and type of each.
    identities: FxHashSet<(SmolStr, SmolStr)>,
    features: FxHashSet<SmolStr>,
    /// Form, name and first value of each field (XEP-0128).
    fields: Vec<(SmolStr, SmolStr, SmolStr)>,
}

impl Description {
    /// Reads a `disco#info` result; what is beyond its bounds is not there.
    pub(super) fn read(answer: &Element) -> Self {
        let all = |name: &'static str| {
            answer.children().filter(move |child| child.is(name, ns::DISCO_INFO)).take(MAX_PARTS)
        };
        let identity = |identity: &Element| {
            let (category, kind) = (attribute(identity, "category")?, attribute(identity, "type")?);
            Some((SmolStr::new(category), SmolStr::new(kind)))
        };
        let forms = answer.children().filter(|child| child.is("x", DATA_FORMS));
        Self {
            identities: all("identity").filter_map(identity).collect(),
            features: all("feature")
                .filter_map(|feature| attribute(feature, "var").map(SmolStr::new))
                .collect(),
            fields: forms.flat_map(fields).take(MAX_PARTS).collect(),
        }
    }

    /// Whether a feature is there.
    pub(super) fn has(&self, feature: &str) -> bool {
        self.features.contains(feature)
    }

    /// Whether anything is said at all.
    pub(super) fn is_something(&self) -> bool {
        !self.identities.is_empty()
    }

    /// Whether one identity is of this category.
    pub(super) fn is_a(&self, category: &str) -> bool {
        self.identities.iter().any(|(known, _)| known == category)
    }

    /// Whether it is a service that has rooms.
    pub(super) fn is_conference(&self) -> bool {
        self.is_a(CONFERENCE)
    }

    /// The first value of a field in the form of this type.
    pub(super) fn field(&self, form: &str, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(of, called, _)| of == form && called == name);
        found.map(|(.., value)| value.as_str())
    }
}

/// The fields of one form, each with the form's type.
fn fields(form: &Element) -> Vec<(SmolStr, SmolStr, SmolStr)> {
    let field = |field: &Element| {
        let value = field.get_child("value", DATA_FORMS)?.text();
        Some((SmolStr::new(attribute(field, "var")?), SmolStr::new(value)))
    };
    let all = form.children().filter(|child| child.is("field", DATA_FORMS)).take(MAX_PARTS);
    let all: Vec<_> = all.filter_map(field).collect();
    let kind = all.iter().find(|(name, _)| name == "FORM_TYPE").map(|(_, kind)| kind.clone());
    let Some(kind) = kind else { return Vec::new() };
    all.into_iter().map(|(name, value)| (kind.clone(), name, value)).collect()
}

impl Session {
    /// Our presence, with a name for all that we can do (XEP-0115), so that nobody need ask twice.
    pub(super) fn presence(&self) -> Presence {
        let presence = self.with_picture(Presence::available());
        match self.caps() {
            Some(caps) => presence.with_payload(caps),
            None => presence,
        }
    }

    /// What we are, if that is what the node is asked for: none, or the one of our presence.
    pub(super) fn describe(&self, node: Option<&str>) -> Option<DiscoInfoResult> {
        let mut ours = self.description();
        if let Some(node) = node {
            let caps = self.caps()?;
            let query = xmpp_parsers::caps::query_caps(caps);
            query.node.as_deref().filter(|known| *known == node)?;
            ours.node = Some(node.to_owned());
        }
        Some(ours)
    }

    fn description(&self) -> DiscoInfoResult {
        let bookmarks = self.settings.bookmarks.then_some(NOTIFY);
        let features = FEATURES.into_iter().chain(bookmarks);
        DiscoInfoResult {
            node: None,
            identities: vec![Identity {
                category: "client".to_owned(),
                type_: "bot".to_owned(),
                lang: None,
                name: Some(self.settings.nick.as_str().to_owned()),
            }],
            features: features.map(str::to_owned).collect(),
            extensions: Vec::new(),
        }
    }

    pub(super) fn caps(&self) -> Option<Caps> {
        let hash = hash_caps(&compute_disco(&self.description()), Algo::Sha_1).ok()?;
        Some(Caps::new(NODE, hash))
    }
}
