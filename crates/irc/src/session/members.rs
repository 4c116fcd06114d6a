//! Who is where, and what the server says of them.

use std::collections::{HashMap, HashSet};

use nuncio_policy::Presence;
use smol_str::SmolStr;

/// The most people that we keep in mind. Beyond that, new ones are strangers: what they say is
/// heard, and only what the message itself vouches for is known of them.
const MAX_PEOPLE: usize = 100_000;

/// The people with whom we share a room. Names are folded by the server's case mapping.
#[derive(Debug, Default)]
pub(super) struct Members {
    people: HashMap<SmolStr, Person>,
    rooms: HashMap<SmolStr, HashSet<SmolStr>>,
    /// The stays that ended since they were last asked for.
    gone: Vec<Presence>,
}

/// Somebody with whom we share a room.
#[derive(Debug, Default)]
struct Person {
    /// The account that the server vouches for, while it would tell us if it changed.
    account: Option<SmolStr>,
    rooms: u32,
    /// Where he is, once he has said something: most never do.
    stay: Option<Box<Stay>>,
}

/// Where somebody is, under one nick.
#[derive(Debug)]
struct Stay {
    user: SmolStr,
    host: SmolStr,
    presence: Presence,
}

impl Stay {
    fn is_at(&self, user: &str, host: &str) -> bool {
        self.user == user && self.host == host
    }
}

impl Members {
    /// We came into a room: it is empty until the server says who is there.
    pub(super) fn enter(&mut self, room: &SmolStr) {
        self.abandon(room);
        self.rooms.insert(room.clone(), HashSet::new());
    }

    /// We left a room. Whoever is in no other of ours is forgotten, with his account.
    pub(super) fn abandon(&mut self, room: &str) {
        for nick in self.rooms.remove(room).unwrap_or_default() {
            self.leave_one(&nick);
        }
    }

    /// Somebody is in a room of ours.
    pub(super) fn join(&mut self, room: &str, nick: &SmolStr) {
        let full = self.people.len() >= MAX_PEOPLE && !self.people.contains_key(nick);
        let Some(members) = self.rooms.get_mut(room).filter(|_| !full) else { return };
        if members.insert(nick.clone()) {
            self.people.entry(nick.clone()).or_default().rooms += 1;
        }
    }

    /// Somebody left a room of ours.
    pub(super) fn part(&mut self, room: &str, nick: &str) {
        if self.rooms.get_mut(room).is_some_and(|members| members.remove(nick)) {
            self.leave_one(nick);
        }
    }

    /// Somebody left the network.
    pub(super) fn quit(&mut self, nick: &str) {
        if let Some(person) = self.people.remove(nick) {
            self.gone.extend(person.stay.map(|stay| stay.presence));
            for members in self.rooms.values_mut() {
                members.remove(nick);
            }
        }
    }

    /// Somebody is called otherwise. Account and stay are nobody's then: where the server tells it with
    /// each message nothing is lost, elsewhere we cannot tell a change from a theft.
    pub(super) fn rename(&mut self, old: &str, new: &SmolStr) {
        let Some(person) = self.people.remove(old) else { return };
        // Only after a collision that we did not hear of; whoever it was is not him.
        self.quit(new);
        for members in self.rooms.values_mut() {
            if members.remove(old) {
                members.insert(new.clone());
            }
        }
        self.gone.extend(person.stay.map(|stay| stay.presence));
        let person = Person { rooms: person.rooms, ..Person::default() };
        self.people.insert(new.clone(), person);
    }

    /// The server says that somebody is logged in to an account, or to none.
    pub(super) fn set_account(&mut self, nick: &str, account: Option<&str>) {
        if let Some(person) = self.people.get_mut(nick) {
            person.account = account.map(SmolStr::new);
        }
    }

    /// The account that somebody is known to be logged in to.
    pub(super) fn account(&self, nick: &str) -> Option<&str> {
        self.people.get(nick)?.account.as_deref()
    }

    /// Somebody says something, from where he is noticed when he shares a room with us: of anybody
    /// else we would not hear that he is gone. Whoever had the nick at another host is gone.
    pub(super) fn see(
        &mut self,
        nick: &str,
        (user, host): (&str, &str),
        begin: impl FnOnce() -> Presence,
    ) {
        let Some(person) = self.people.get_mut(nick) else { return };
        if user.is_empty() || host.is_empty() {
            return;
        }
        if !person.stay.as_ref().is_some_and(|stay| stay.is_at(user, host)) {
            let (user, host) = (SmolStr::new(user), SmolStr::new(host));
            let before = person.stay.replace(Box::new(Stay { user, host, presence: begin() }));
            self.gone.extend(before.map(|stay| stay.presence));
        }
    }

    /// Where somebody is, as long as it is there that he speaks.
    pub(super) fn presence(&self, nick: &str, user: &str, host: &str) -> Option<&Presence> {
        let stay = self.people.get(nick)?.stay.as_ref()?;
        stay.is_at(user, host).then_some(&stay.presence)
    }

    /// The host that somebody was last seen to speak from.
    pub(super) fn host(&self, nick: &str) -> Option<&str> {
        Some(self.people.get(nick)?.stay.as_ref()?.host.as_str())
    }

    /// Whether somebody is in a room of ours.
    pub(super) fn is_in(&self, room: &str, nick: &str) -> bool {
        self.rooms.get(room).is_some_and(|members| members.contains(nick))
    }

    /// Whoever is in a room of ours.
    pub(super) fn nicks(&self, room: &str) -> Option<impl Iterator<Item = &SmolStr>> {
        self.rooms.get(room).map(|members| members.iter())
    }

    /// The user name and the host that somebody was last seen to speak from.
    pub(super) fn address(&self, nick: &str) -> Option<(&str, &str)> {
        let stay = self.people.get(nick)?.stay.as_ref()?;
        Some((&stay.user, &stay.host))
    }

    /// Somebody is not where he was, though he is still called so: he logged out, or his host
    /// changed.
    pub(super) fn lift(&mut self, nick: &str) {
        let stay = self.people.get_mut(nick).and_then(|person| person.stay.take());
        self.gone.extend(stay.map(|stay| stay.presence));
    }

    /// The stays that have ended since the last time.
    pub(super) fn take_gone(&mut self) -> Vec<Presence> {
        std::mem::take(&mut self.gone)
    }

    fn leave_one(&mut self, nick: &str) {
        if let Some(person) = self.people.get_mut(nick) {
            person.rooms = person.rooms.saturating_sub(1);
            if person.rooms == 0 {
                let left = self.people.remove(nick).and_then(|person| person.stay);
                self.gone.extend(left.map(|stay| stay.presence));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> SmolStr {
        SmolStr::new(name)
    }

    fn knows(members: &Members, nick: &str) -> bool {
        members.people.contains_key(nick)
    }

    fn two_rooms() -> Members {
        let mut members = Members::default();
        for room in ["#a", "#b"] {
            members.enter(&name(room));
            members.join(room, &name("ann"));
        }
        members.set_account("ann", Some("Ann"));
        members
    }

    #[test]
    fn an_account_is_forgotten_with_the_last_shared_room() {
        let mut members = two_rooms();
        members.part("#a", "ann");
        assert_eq!(members.account("ann"), Some("Ann"));
        members.abandon("#b");
        assert_eq!((members.account("ann"), knows(&members, "ann")), (None, false));
        members.join("#b", &name("ann"));
        assert!(!knows(&members, "ann"), "we are not in that room any more");
    }

    #[test]
    fn an_account_is_forgotten_at_quit_nick_and_logout() {
        let mut members = two_rooms();
        members.quit("ann");
        assert_eq!(members.account("ann"), None);
        let mut members = two_rooms();
        members.rename("ann", &name("eve"));
        assert_eq!(
            (members.account("eve"), knows(&members, "ann"), knows(&members, "eve")),
            (None, false, true)
        );
        let mut members = two_rooms();
        members.set_account("ann", None);
        assert_eq!((members.account("ann"), knows(&members, "ann")), (None, true));
    }

    #[test]
    fn a_stranger_has_no_account() {
        let mut members = Members::default();
        members.set_account("eve", Some("Ann"));
        members.join("#nowhere", &name("eve"));
        assert_eq!((members.account("eve"), knows(&members, "eve")), (None, false));
    }
}
