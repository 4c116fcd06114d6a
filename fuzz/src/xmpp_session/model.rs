//! Who may be verified: the rules of docs/xmpp.md, as plainly as they can be written.

use std::collections::{HashMap, HashSet};

use nuncio_core::{event::EventKind, place::Place};
use nuncio_policy::{CaseMapping, Network, RoomId, Speaker, UserId};

/// Whose word counts, beside that of domains below it.
const OURS: &str = "example.org";

/// What was ever said to us of who somebody is.
pub(super) struct Model {
    network: Network,
    /// The senders of what came.
    senders: HashSet<UserId>,
    /// Whom a room of a trusted service showed, or named in an invitation.
    shown: HashMap<RoomId, HashSet<UserId>>,
}

impl Model {
    pub(super) fn new(network: Network) -> Self {
        Self { network, senders: HashSet::new(), shown: HashMap::new() }
    }

    /// Takes a stanza as we write it ourselves, so that names look alike.
    pub(super) fn hear(&mut self, xml: &str) {
        let root = xml.split('>').next().unwrap_or_default();
        let Some(from) = values(root, "from").next() else { return };
        let bare = from.split('/').next().unwrap_or_default();
        self.senders.extend(self.user(bare));
        let domain = bare.rsplit('@').next().unwrap_or_default();
        let below =
            domain.strip_suffix(OURS).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        let Ok(room) = RoomId::new(&self.network, bare, CaseMapping::Jid) else { return };
        if below {
            let all = values(xml, "jid").chain(values(xml, "from"));
            let all: Vec<UserId> = all.filter_map(|who| self.user(who)).collect();
            self.shown.entry(room).or_default().extend(all);
        }
    }

    /// Panics where somebody is verified who may not be.
    pub(super) fn check(&self, event: &EventKind) {
        match event {
            EventKind::Message(said) | EventKind::Edit(said) => {
                self.said(&said.speaker, &said.place);
            }
            EventKind::Reaction(reaction) => self.said(&reaction.speaker, &reaction.place),
            EventKind::Retraction(retraction) => self.said(&retraction.speaker, &retraction.place),
            EventKind::Membership(membership) => {
                if let Some(room) = &membership.room {
                    self.in_room(&membership.who, room);
                }
            }
            EventKind::Invite { from, room } => {
                let Some(id) = from.verified_id() else { return };
                let through = self.shown.get(room).is_some_and(|shown| shown.contains(id));
                assert!(through || self.senders.contains(id), "{id} did not invite us");
            }
            _ => {}
        }
    }

    fn said(&self, speaker: &Speaker, place: &Place) {
        match place {
            Place::Room(room) | Place::Private { via: Some(room), .. } => {
                self.in_room(speaker, room);
            }
            Place::Private { peer, via: None, .. } => {
                let Some(id) = speaker.verified_id() else { return };
                assert_eq!(Some(id), self.user(peer.as_str()).as_ref(), "another is verified");
                assert!(self.senders.contains(id), "{id} said nothing");
            }
        }
    }

    fn in_room(&self, speaker: &Speaker, room: &RoomId) {
        let Some(id) = speaker.verified_id() else { return };
        let shown = self.shown.get(room).is_some_and(|shown| shown.contains(id));
        assert!(shown, "{id} is verified in {room}, which never showed him or is not trusted");
    }

    fn user(&self, address: &str) -> Option<UserId> {
        let bare = address.split('/').next()?;
        UserId::new(&self.network, bare, CaseMapping::Jid).ok()
    }
}

/// The values of an attribute.
fn values<'a>(xml: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    xml.split(name).skip(1).filter_map(|rest| {
        let rest = rest.strip_prefix('=')?;
        let quote = rest.chars().next().filter(|sign| matches!(sign, '\'' | '"'))?;
        rest.get(1..)?.split(quote).next()
    })
}
