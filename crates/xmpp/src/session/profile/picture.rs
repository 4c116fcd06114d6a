//! Our picture in the words of XEP-0084 and XEP-0153.

use xmpp_parsers::{
    avatar::Data,
    data_forms::{DataForm, DataFormType, Field},
    minidom::Element,
    ns,
};

use super::super::xml::{attribute, element, text};
use crate::config::Avatar;

const PUBSUB: &str = "http://jabber.org/protocol/pubsub";
const OWNER: &str = "http://jabber.org/protocol/pubsub#owner";
const NODE_CONFIG: &str = "http://jabber.org/protocol/pubsub#node_config";
const PUBLISH_OPTIONS: &str = "http://jabber.org/protocol/pubsub#publish-options";

/// One of the two nodes that hold a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Node {
    /// The picture itself.
    Data,
    /// What it is called, which is published after it.
    Metadata,
}

impl Node {
    fn name(self) -> &'static str {
        match self {
            Self::Data => ns::AVATAR_DATA,
            Self::Metadata => ns::AVATAR_METADATA,
        }
    }
}

/// Who may see what we publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Access {
    /// Everybody, as with a vCard.
    Open,
    /// Whoever sees what the node holds already.
    AsItIs,
}

/// Asks for what our contacts are told that we look like.
pub(super) fn look() -> Element {
    let asked = [("node", ns::AVATAR_METADATA), ("max_items", "1")];
    element("pubsub", PUBSUB, &[], [element("items", PUBSUB, &asked, [])])
}

/// Whether they are told of this picture.
pub(super) fn is_shown(answer: &Element, avatar: &Avatar) -> bool {
    let items = answer.get_child("items", PUBSUB).into_iter().flat_map(Element::children);
    let metadata = items.filter_map(|item| item.get_child("metadata", ns::AVATAR_METADATA));
    let mut infos = metadata.flat_map(Element::children);
    infos.any(|info| info.name() == "info" && attribute(info, "id") == Some(avatar.hash()))
}

/// Publishes one part of a picture.
pub(super) fn publish(avatar: &Avatar, node: Node, access: Access) -> Element {
    let payload = match node {
        Node::Data => Data { data: avatar.data().to_vec() }.into(),
        Node::Metadata => metadata(avatar),
    };
    let item = element("item", PUBSUB, &[("id", avatar.hash())], [payload]);
    let publish = element("publish", PUBSUB, &[("node", node.name())], [item]);
    let options = (access == Access::Open).then(open_to_all);
    element("pubsub", PUBSUB, &[], [publish].into_iter().chain(options))
}

fn metadata(avatar: &Avatar) -> Element {
    let (width, height) = avatar.size();
    let numbers = [avatar.data().len(), width.into(), height.into()];
    let [bytes, width, height] = numbers.map(|number| number.to_string());
    let info = [
        ("bytes", bytes.as_str()),
        ("height", &height),
        ("id", avatar.hash()),
        ("type", avatar.media_type()),
        ("width", &width),
    ];
    let info = element("info", ns::AVATAR_METADATA, &info, []);
    element("metadata", ns::AVATAR_METADATA, &[], [info])
}

/// What a node is to be like, if it is new (XEP-0060 §7.1.5).
fn open_to_all() -> Element {
    element("publish-options", PUBSUB, &[], [open_access(PUBLISH_OPTIONS)])
}

/// Opens a node that is there already to everybody (XEP-0060 §8.2).
pub(super) fn open(node: Node) -> Element {
    let form = open_access(NODE_CONFIG);
    element("pubsub", OWNER, &[], [element("configure", OWNER, &[("node", node.name())], [form])])
}

fn open_access(form: &str) -> Element {
    let access = Field::text_single("pubsub#access_model", "open");
    DataForm::new(DataFormType::Submit, form, vec![access]).into()
}

/// What a presence says of our picture: without one, that there may be one later.
pub(super) fn update(avatar: Option<&Avatar>) -> Element {
    let photo = avatar.map(|avatar| text("photo", ns::VCARD_UPDATE, avatar.hash()));
    element("x", ns::VCARD_UPDATE, &[], photo)
}
