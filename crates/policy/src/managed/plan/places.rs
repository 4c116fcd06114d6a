//! Ignores, lobotomies, and what is switched off: everywhere, or in a room.

use jiff::Timestamp;

use super::desk::{ALREADY, already, declared, key_of, not_there, problem, short};
use super::{Desk, Verdict};
use crate::command::CommandPattern;
use crate::managed::{ChangeError, ManagedKey};
use crate::policy::{Ignore, is_live};
use crate::{Identity, KeyPath, Person, RoomId, glob};

impl Desk<'_> {
    pub(super) fn ignore(
        &self,
        who: &Person,
        room: Option<&RoomId>,
        until: Option<Timestamp>,
    ) -> Verdict {
        let key = ManagedKey::ignore(who, room);
        self.silences(&key, who, room, until)?;
        let lasting = |ignore: &&Ignore| ignore.until.is_none() && key_of(&ignore.entry).is_some();
        if let Some(ignore) = self.ignores(who, room).find(lasting) {
            return Err(already(&ignore.entry));
        }
        Ok(())
    }

    pub(super) fn ban(&self, who: &Person, room: &RoomId, until: Option<Timestamp>) -> Verdict {
        self.silences(&ManagedKey::ban(who, room), who, Some(room), until)
    }

    pub(super) fn unban(&self, who: &Person, room: &RoomId) -> Verdict {
        self.takes_office(Some(room))?;
        if self.managed().contains(&ManagedKey::ban(who, room)) {
            return self.not_oneself(who);
        }
        Err(not_there(format_args!("`{who}` is not banned from `{room}`")))
    }

    /// Whether the speaker may meet somebody with silence, in place of what stands at a key.
    fn silences(
        &self,
        key: &ManagedKey,
        who: &Person,
        room: Option<&RoomId>,
        until: Option<Timestamp>,
    ) -> Verdict {
        self.takes_office(room)?;
        self.ignorable(who, room)?;
        if let Some(until) = until.filter(|until| *until <= self.now) {
            return Err(ChangeError::Past { until });
        }
        match self.managed().get(key) {
            Some((kept, _)) if kept.fact.until() == until => Err(ALREADY),
            Some(_) => self.not_oneself(who),
            None => Ok(()),
        }
    }

    pub(super) fn unignore(&self, who: &Person, room: Option<&RoomId>) -> Verdict {
        self.takes_office(room)?;
        let keys = [ManagedKey::ignore(who, room), ManagedKey::flood(who, room)];
        if keys.iter().any(|key| self.managed().contains(key)) {
            return self.not_oneself(who);
        }
        let found = self.ignores(who, room).find_map(|ignore| key_of(&ignore.entry));
        match found {
            Some(key) => Err(declared(who, key.clone())),
            None => Err(not_there(format_args!("`{who}` is not ignored there"))),
        }
    }

    pub(super) fn flood(&self, who: &Person, room: Option<&RoomId>, until: Timestamp) -> Verdict {
        if self.asker.is_some() {
            return Err(ChangeError::ByItself);
        }
        self.ignorable(who, room)?;
        if until <= self.now {
            return Err(ChangeError::Past { until });
        }
        let longer = |ignore: &&Ignore| is_live(ignore.until, until) || ignore.until == Some(until);
        if let Some(ignore) = self.ignores(who, room).find(longer) {
            return Err(already(&ignore.entry));
        }
        Ok(())
    }

    /// Whether somebody can be ignored: who is no account, and is on no network, is nobody.
    fn ignorable(&self, who: &Person, room: Option<&RoomId>) -> Verdict {
        room.map_or(Ok(()), |room| self.known(&Identity::Room(room.clone())))?;
        self.known(&who.clone().into())
    }

    /// Nobody but an owner ends an ignore of himself.
    fn not_oneself(&self, who: &Person) -> Verdict {
        let Some(asker) = self.asker.as_ref().filter(|_| !self.is_owner()) else { return Ok(()) };
        let own = match who {
            Person::Account(name) => {
                let number = self.compiled.people.account_number(name);
                number.is_some_and(|number| asker.accounts().contains(&number))
            }
            Person::User(mask) => asker.speaker().identities().any(|id| {
                id == mask
                    || self.compiled.networks.is_mask(mask)
                        && id.network() == mask.network()
                        && glob::matches(mask.user(), id.user())
            }),
        };
        if own { Err(ChangeError::AgainstYou { what: who.to_string().into() }) } else { Ok(()) }
    }

    /// The ignores of exactly this person in exactly this place.
    fn ignores(&self, who: &Person, room: Option<&RoomId>) -> impl Iterator<Item = &Ignore> {
        let (who, room) = (Identity::from(who.clone()), room.cloned());
        let list = self.compiled.ignores.list.iter();
        list.filter(move |ignore| ignore.who == who && ignore.room == room)
    }

    pub(super) fn lobotomize(&self, room: &RoomId) -> Verdict {
        self.known(&Identity::Room(room.clone()))?;
        self.takes_office(Some(room))?;
        if self.is_lobotomized(room) {
            return Err(ALREADY);
        }
        Ok(())
    }

    pub(super) fn wake(&self, room: &RoomId) -> Verdict {
        self.takes_office(Some(room))?;
        if self.stands(&ManagedKey::lobotomy(room)) {
            return Ok(());
        }
        if self.is_lobotomized(room) {
            let key = KeyPath::root("policy").key("room").key(&room.to_string());
            return Err(declared(room, key.key("lobotomized")));
        }
        Err(not_there(format_args!("`{room}` is not lobotomized")))
    }

    fn is_lobotomized(&self, room: &RoomId) -> bool {
        let places = &self.compiled.places;
        places.room(places.facts(room)).lobotomized
    }

    pub(super) fn disable(&self, command: &CommandPattern, room: Option<&RoomId>) -> Verdict {
        self.switches(room)?;
        if command.names_a_switch() {
            let message = format!("`{command}` cannot be switched off");
            let help = Some("nothing would switch it on again".to_owned());
            return Err(ChangeError::Name { message, help });
        }
        short(&command.to_string())?;
        problem(self.names().check_pattern(command))?;
        if let Some(entry) = self.compiled.disables.exactly(command, room) {
            return Err(already(entry));
        }
        Ok(())
    }

    pub(super) fn enable(&self, command: &CommandPattern, room: Option<&RoomId>) -> Verdict {
        self.switches(room)?;
        if self.managed().contains(&ManagedKey::disable(command, room)) {
            return Ok(());
        }
        match self.compiled.disables.exactly(command, room).and_then(key_of) {
            Some(key) => Err(declared(command, key.clone())),
            None => Err(not_there(format_args!("`{command}` is not switched off there"))),
        }
    }

    /// Everywhere, an owner switches; in a room, whoever holds `op` there.
    fn switches(&self, room: Option<&RoomId>) -> Verdict {
        let Some(room) = room else { return self.owners_only() };
        self.known(&Identity::Room(room.clone()))?;
        self.takes_office(Some(room))
    }
}
