//! What everybody holds, rooms, ignores, and what is switched off.

use std::sync::Arc;

use jiff::Timestamp;
use smol_str::format_smolstr;

use super::super::entries::{room_text, until_text};
use super::{Compiler, Place};
use crate::command::CommandPattern;
use crate::diagnostic::Problem;
use crate::identity::Identity;
use crate::policy::{Ignore, ROOM_SET};
use crate::{Capability, ManagedKey, Person, RoomId};

impl Compiler {
    pub(super) fn everybody(&mut self, place: &Place<'_>, capability: &Capability) {
        let (name, positive) = (&capability.name, capability.positive);
        let renamed = self.renamed(name).filter(|_| !positive);
        let (set, declared) = if let Some(room) = capability.room() {
            self.is_gone(place, &Identity::Room(room.clone()));
            let Some(room) = Arc::make_mut(&mut self.made.places).room_mut(room) else { return };
            let shipped = ROOM_SET.contains(&name.as_str());
            let free = shipped && !room.kept.contains(&name.as_str());
            let declared = room.set.opinion(name).filter(|said| *said || !free);
            (&mut room.set, declared)
        } else {
            let defaults = Arc::make_mut(&mut self.made.defaults);
            let said = defaults.everybody.opinion(name);
            let declared = said.filter(|_| defaults.declared || name == "owner");
            (&mut defaults.everybody, declared)
        };
        if let Some(said) = declared {
            let problem = Problem::warning(format!("a file says the opposite of `{capability}`"));
            return self.overrule(place, (said != positive).then_some(problem));
        }
        set.add(name.clone(), positive);
        if let Some(name) = renamed
            && set.opinion(&name).is_none()
        {
            set.add(name.clone(), positive);
            let key = ManagedKey::everybody(&Capability { name, ..capability.clone() });
            self.remarks.inherited.insert(key, place.origin.clone().into());
        }
    }

    pub(super) fn not_default(&mut self, place: &Place<'_>, capability: &Capability) {
        let (name, defaults) = (capability.name(), Arc::make_mut(&mut self.made.defaults));
        let declared = if let Some(room) = capability.room() {
            let Some(room) = Arc::make_mut(&mut self.made.places).room_mut(room) else { return };
            let kept = room.kept.contains(&name);
            if !kept {
                room.set.remove(name, capability.positive);
            }
            kept
        } else {
            let kept = defaults.declared || name == "owner";
            if !kept {
                defaults.everybody.remove(name, capability.positive);
            }
            kept
        };
        if declared {
            let problem = Problem::warning(format!("a file says `{capability}` by now"));
            self.overrule(place, Some(problem));
        }
    }

    pub(super) fn closed(&mut self, place: &Place<'_>, room: &RoomId) {
        self.is_gone(place, &Identity::Room(room.clone()));
        let Some(table) = Arc::make_mut(&mut self.made.places).room_mut(room) else { return };
        if !table.allow_declared {
            table.default_allow = false;
            return;
        }
        let problem = || Problem::warning(format!("a file says the opposite for `{room}`"));
        let warning = table.default_allow.then(problem);
        self.overrule(place, warning);
    }

    pub(super) fn lobotomy(&mut self, place: &Place<'_>, room: &RoomId) {
        self.is_gone(place, &Identity::Room(room.clone()));
        let Some(table) = Arc::make_mut(&mut self.made.places).room_mut(room) else { return };
        if table.lobotomized {
            return self.overrule(place, None);
        }
        table.lobotomized = true;
    }

    pub(super) fn managed_ignore(
        &mut self,
        place: &Place<'_>,
        who: &Person,
        room: Option<&RoomId>,
        until: Option<Timestamp>,
    ) {
        let who = Identity::from(who.clone());
        if self.is_gone(place, &who) {
            return;
        }
        if let Some(room) = room {
            self.is_gone(place, &Identity::Room(room.clone()));
        }
        let why = match place.key.kind() {
            "ban" => ", banned",
            "flood" => ", for a flood",
            _ => "",
        };
        let text = format_smolstr!("{who}{}{}{why}", room_text(room), until_text(until));
        self.ignored(Ignore { who, room: room.cloned(), until, entry: place.entry(text) });
    }

    pub(super) fn switched_off(
        &mut self,
        place: &Place<'_>,
        command: &CommandPattern,
        room: Option<&RoomId>,
    ) {
        if let Some(problem) = self.names().check_pattern(command) {
            self.doubt(place, problem);
        }
        for pattern in self.followed(command) {
            let text = format_smolstr!("{pattern}{}", room_text(room));
            Arc::make_mut(&mut self.made.disables).push(&pattern, room.cloned(), place.entry(text));
        }
    }
}
