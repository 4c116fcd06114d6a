//! What we look like to others: our picture, over PEP (XEP-0084) and in our vCard (XEP-0153), and
//! what else the vCard says (XEP-0054).
//!
//! What the account shows is asked for when a stream begins, and written where it differs: first
//! over PEP, then the vCard. A server that makes one of the other (XEP-0398) has made it by then.

mod picture;
mod vcard;

use std::time::Duration;

use jid::{BareJid, FullJid};
use xmpp_parsers::{iq::Iq, minidom::Element, presence::Presence};

use self::{
    picture::{Access, Node},
    vcard::Wanted,
};
use super::{Session, questions::About, rooms::Room, xml::Failure};

/// How many streams may end while something that we wrote has no answer. There are servers that end
/// one at a stanza larger than they take, and ours would be the next one's last, too.
const MAX_UNANSWERED: u32 = 2;

/// What others may know of our looks.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// How many times in a row we wrote something, and had no answer.
    unanswered: u32,
    /// Since when our vCard holds our picture, so that presence may name it (XEP-0153 §3.1).
    shown: Option<Duration>,
}

/// A step on the way to what we look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errand {
    /// Which picture PEP tells of.
    Look,
    /// Ours is to be published.
    Publish(Node, Access),
    /// What was there before us is to be open to everybody. ejabberd makes it as soon as anybody
    /// sets a vCard, for contacts alone.
    Open(Node),
    /// What our vCard says.
    Read,
    /// It is to say something else.
    Write,
}

impl Session {
    /// A stream begins.
    pub(super) fn begin_profile(&mut self) {
        if self.profile.unanswered >= MAX_UNANSWERED {
            tracing::warn!(
                network = %self.network,
                "Our picture and card are left alone: the connection ended each time that they were written. Is the picture larger than the server takes?"
            );
            return;
        }
        if self.settings.avatar.is_some() {
            self.ask_account(Errand::Look, get, picture::look());
        } else {
            self.read_card();
        }
    }

    /// What became of a step.
    pub(super) fn on_profile(&mut self, errand: Errand, answer: Result<Option<Element>, Failure>) {
        if !matches!(errand, Errand::Look | Errand::Read) {
            self.profile.unanswered = 0;
        }
        match (errand, answer) {
            (Errand::Look, Ok(Some(answer))) if self.is_shown(&answer) => self.read_card(),
            (Errand::Look, Ok(_)) => self.publish(Node::Data, Access::Open),
            (Errand::Look, Err(failure)) if failure.condition == "item-not-found" => {
                self.publish(Node::Data, Access::Open);
            }
            (Errand::Publish(Node::Data, _), Ok(_)) => self.publish(Node::Metadata, Access::Open),
            (Errand::Publish(Node::Metadata, _), Ok(_)) => self.read_card(),
            (Errand::Publish(node, Access::Open), Err(failure))
                if matches!(&*failure.condition, "conflict" | "precondition-not-met") =>
            {
                self.ask_account(Errand::Open(node), set, picture::open(node));
            }
            (Errand::Open(node), _) => self.publish(node, Access::AsItIs),
            (Errand::Look | Errand::Publish(..), Err(failure)) => {
                let why = failure.explain(&failure.condition);
                tracing::warn!(network = %self.network, %why, "Our picture is not shown over PEP.");
                self.read_card();
            }
            (Errand::Read, Ok(found)) => self.write_card(found.as_ref()),
            (Errand::Read, Err(failure)) if failure.condition == "item-not-found" => {
                self.write_card(None);
            }
            (Errand::Write, Ok(_)) => self.show_picture(),
            (Errand::Read | Errand::Write, Err(failure)) => {
                let why = failure.explain(&failure.condition);
                tracing::warn!(network = %self.network, %why, "Our vCard stays as it is.");
                self.profile.shown = None;
            }
        }
    }

    fn is_shown(&self, answer: &Element) -> bool {
        self.settings.avatar.as_ref().is_some_and(|avatar| picture::is_shown(answer, avatar))
    }

    fn publish(&mut self, node: Node, access: Access) {
        let Some(avatar) = &self.settings.avatar else { return };
        let payload = picture::publish(avatar, node, access);
        self.profile.unanswered += 1;
        self.ask_account(Errand::Publish(node, access), set, payload);
    }

    fn read_card(&mut self) {
        if self.settings.avatar.is_some() || self.settings.card.is_some() {
            self.ask_account(Errand::Read, get, Wanted::question());
        }
    }

    fn write_card(&mut self, found: Option<&Element>) {
        let wanted = Wanted {
            avatar: self.settings.avatar.as_ref(),
            card: self.settings.card.as_ref(),
            nick: self.settings.nick.as_str(),
        };
        match wanted.in_place_of(found) {
            Some(card) => {
                self.profile.unanswered += 1;
                self.ask_account(Errand::Write, set, card);
            }
            None => self.show_picture(),
        }
    }

    fn ask_account(&mut self, errand: Errand, ask: fn(String, Element) -> Iq, payload: Element) {
        let account = self.settings.account.clone();
        self.ask(&account, About::Profile(errand), |id| ask(id, payload));
    }

    /// Our vCard holds our picture: whoever sees our presence is told so, once.
    fn show_picture(&mut self) {
        if self.settings.avatar.is_none() || self.profile.shown.is_some() {
            return;
        }
        self.profile.shown = Some(self.now.uptime);
        self.send(self.presence());
        let rooms = self.rooms.iter().filter(|room| room.is_in());
        let rooms: Vec<FullJid> = rooms.map(Room::address).collect();
        for room in rooms {
            self.send(self.presence().with_to(room));
        }
    }

    /// We are in a room: if it was asked before there was a picture, it is told now. It was not
    /// while it had not let us in, for some take any presence for another try.
    pub(super) fn show_picture_to(&mut self, room: &BareJid) {
        let Some(shown) = self.profile.shown else { return };
        let room = self.rooms.get(room).filter(|room| room.asked() <= shown);
        if let Some(address) = room.map(Room::address) {
            self.send(self.presence().with_to(address));
        }
    }

    /// A presence with what may be said of our picture.
    pub(super) fn with_picture(&self, mut presence: Presence) -> Presence {
        if let Some(avatar) = &self.settings.avatar {
            let shown = self.profile.shown.map(|_| avatar);
            presence.payloads.push(picture::update(shown));
        }
        presence
    }
}

fn get(id: String, payload: Element) -> Iq {
    Iq::Get { from: None, to: None, id, payload }
}

fn set(id: String, payload: Element) -> Iq {
    Iq::Set { from: None, to: None, id, payload }
}
