//! Rooms whose people let in whom they like (Client-Server API, Knocking on rooms).

use super::{Errand, Join, Session, rooms::Rooms};

/// How often we are turned away from a room before we knock there no more; a room that has let us
/// in begins anew.
const MOST: u32 = 3;

/// What has become of our knocking at a room.
#[derive(Debug, Default)]
pub(super) struct Knocks {
    /// Whether nobody has answered yet.
    waiting: bool,
    /// How often we were turned away.
    refused: u32,
}

impl Rooms {
    /// Whether to knock where we may not enter: it is wanted, and its people have not yet said no
    /// too often.
    fn may_knock(&self, room: &str) -> bool {
        let mut named = self.wanted.iter().filter(|wanted| wanted.is(room));
        named.any(|wanted| wanted.knocks.refused < MOST)
    }

    /// Whether we have knocked at a room, and wait.
    pub(super) fn has_knocked(&self, room: &str) -> bool {
        self.wanted.iter().any(|wanted| wanted.is(room) && wanted.knocks.waiting)
    }

    fn knocks(&mut self, room: &str) -> impl Iterator<Item = &mut Knocks> {
        let named = self.wanted.iter_mut().filter(move |wanted| wanted.is(room));
        named.map(|wanted| &mut wanted.knocks)
    }

    /// A room has let us in.
    pub(super) fn let_in(&mut self, room: &str) {
        self.knocks(room).for_each(|knocks| *knocks = Knocks::default());
    }
}

impl Session {
    /// Knocks at a room that has refused us for this reason, if it is one of the configuration, and
    /// nothing speaks against it. Whether it does.
    pub(super) fn knock(&mut self, join: &Join, why: &str) -> bool {
        let Some(reason) = self.settings.knock.clone() else { return false };
        let (join, why) = (join.clone(), why.to_owned());
        self.rooms.may_knock(join.room.as_str())
            && self.errands.push(Errand::Knock { join, reason, why })
    }

    /// We have knocked, now or before. Whoever is in the room may invite us, which is accepted, as
    /// the room is wanted; meanwhile we try to enter like any other room that refuses us, for it may
    /// be opened.
    pub(super) fn knocked(&mut self, join: &Join, room: &str) {
        self.rooms.entered(join, room);
        self.rooms.knocks(room).for_each(|knocks| knocks.waiting = true);
        let why = "we have knocked: whoever is in the room has to let us in";
        self.refused(room, why);
    }

    /// Our knock is answered by a no, for good if we are banned, or was taken back.
    pub(super) fn turned_away(&mut self, room: &str, why: &str, banned: bool) {
        for knocks in self.rooms.knocks(room) {
            knocks.waiting = false;
            knocks.refused = if banned { MOST } else { knocks.refused.saturating_add(1) };
        }
        self.refused(room, why);
    }
}
