//! The rooms that our account has bookmarked (XEP-0402), where the configuration says to follow
//! them: those to be joined are joined, and left when they are not to be any more.
//!
//! They are read and never written: another client of the account, a person's, keeps them. What the
//! configuration or a command wants goes before what a bookmark says.

use std::collections::BTreeSet;

use jid::{BareJid, Jid, ResourcePart};
use nuncio_core::config::Secret;
use xmpp_parsers::{iq::Iq, message::Message, minidom::Element};

use super::{
    Session,
    questions::About,
    rooms::Stay,
    xml::{attribute, element, find},
};

const PUBSUB: &str = "http://jabber.org/protocol/pubsub";
const PUBSUB_EVENT: &str = "http://jabber.org/protocol/pubsub#event";
const BOOKMARKS: &str = "urn:xmpp:bookmarks:1";

/// What we say that we want to hear of, by which the server tells us of changes (XEP-0163 §4).
pub(super) const NOTIFY: &str = "urn:xmpp:bookmarks:1+notify";

/// What a bookmark says of a room.
struct Bookmark {
    room: BareJid,
    /// Whether it is to be joined.
    joined: bool,
    nick: Option<ResourcePart>,
    password: Option<Secret>,
}

impl Bookmark {
    /// Reads an item; one that is no bookmark is none, and joins nothing.
    fn read(item: &Element) -> Option<Self> {
        let room = named(item)?;
        let conference = item.get_child("conference", BOOKMARKS)?;
        let text = |name| Some(conference.get_child(name, BOOKMARKS)?.text());
        Some(Self {
            room,
            joined: matches!(attribute(conference, "autojoin"), Some("true" | "1")),
            nick: text("nick").and_then(|nick| Some(ResourcePart::new(&nick).ok()?.into_owned())),
            password: text("password").filter(|password| !password.is_empty()).map(Secret::from),
        })
    }
}

/// The room that an item is named by.
fn named(item: &Element) -> Option<BareJid> {
    BareJid::new(attribute(item, "id")?).ok().filter(|room| room.node().is_some())
}

impl Session {
    /// Asks our account for its bookmarks, if they are to be followed.
    pub(super) fn ask_for_bookmarks(&mut self) {
        if !self.settings.bookmarks {
            return;
        }
        let items = element("items", PUBSUB, &[("node", BOOKMARKS)], []);
        let payload = element("pubsub", PUBSUB, &[], [items]);
        let account = self.settings.account.clone();
        self.ask(&account, About::Bookmarks, |id| Iq::Get { from: None, to: None, id, payload });
    }

    /// Our account has these bookmarks and no others.
    pub(super) fn on_bookmarks(&mut self, answer: &Element) {
        let items = answer.get_child("items", PUBSUB);
        let items = items.into_iter().flat_map(Element::children);
        let all: Vec<Bookmark> = items.filter_map(Bookmark::read).collect();
        let kept: BTreeSet<BareJid> = all.iter().map(|bookmark| bookmark.room.clone()).collect();
        for room in self.rooms.bookmarked() {
            if !kept.contains(&room) {
                self.unfollow(&room);
            }
        }
        for bookmark in all {
            self.follow(bookmark);
        }
    }

    /// A bookmark changed. Whether that is what a message says: our account says so itself, with
    /// its bare address, and nobody else.
    pub(super) fn on_bookmark_changed(&mut self, from: &Jid, message: &Message) -> bool {
        let Some(event) = find(&message.payloads, "event", PUBSUB_EVENT) else { return false };
        let ours = from.is_bare() && from.to_bare() == self.settings.account;
        if !ours || !self.settings.bookmarks {
            return true;
        }
        let of_bookmarks = |items: &&Element| attribute(items, "node") == Some(BOOKMARKS);
        let items = event.get_child("items", PUBSUB_EVENT).filter(of_bookmarks);
        for item in items.into_iter().flat_map(Element::children) {
            match item.name() {
                "item" => {
                    if let Some(bookmark) = Bookmark::read(item) {
                        self.follow(bookmark);
                    }
                }
                "retract" => {
                    if let Some(room) = named(item) {
                        self.unfollow(&room);
                    }
                }
                _ => {}
            }
        }
        self.join_due_rooms();
        true
    }

    fn follow(&mut self, bookmark: Bookmark) {
        let Bookmark { room, joined, nick, password } = bookmark;
        if joined {
            self.rooms.follow(&room, nick.as_ref(), password);
        } else {
            self.unfollow(&room);
        }
    }

    fn unfollow(&mut self, jid: &BareJid) {
        let Some(room) = self.rooms.get_mut(jid).filter(|room| room.bookmarked) else { return };
        match room.stay {
            Stay::In(_) => {
                room.stay = Stay::Leaving;
                let farewell = room.farewell(None);
                self.send(farewell);
            }
            // ejabberd says it twice, to our address and to our connection.
            Stay::Leaving => {}
            _ => {
                self.rooms.remove(jid);
            }
        }
    }
}
