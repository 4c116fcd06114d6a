//! The sets that are nobody's own: the bot's and the rooms'.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Compiler;
use crate::capability::{Capability, DefaultSet, SetError};
use crate::declared::DeclaredRoom;
use crate::diagnostic::Problem;
use crate::identity::Identity;
use crate::policy::{Defaults, ROOM_SET, Room};
use crate::{Declared, KeyPath};

impl Compiler {
    pub(super) fn defaults(&mut self, declared: &Declared) {
        let everybody = match &declared.default_capabilities {
            Some(texts) => self.default_set("default_capabilities", texts, DefaultSet::least()),
            None => DefaultSet::shipped(),
        };
        let texts = &declared.registered_capabilities;
        let registered = self.default_set("registered_capabilities", texts, DefaultSet::least());
        let (everybody, registered) = (everybody.into_set(), registered.into_set());
        let allow = declared.default_allow.unwrap_or(true);
        let (ignore, declared) = (declared.default_ignore, declared.default_capabilities.is_some());
        self.made.defaults = Arc::new(Defaults { allow, ignore, declared, everybody, registered });
    }

    pub(super) fn rooms(&mut self, rooms: &BTreeMap<String, DeclaredRoom>) {
        let table = self.root.key("room");
        for (key, declared) in rooms {
            let path = table.key(key);
            let id = match self.made.networks.parse_room(key) {
                Ok(id) => id,
                Err(error) => {
                    self.report.say(&path, None, Problem::error(error));
                    continue;
                }
            };
            if let Some(unknown) = self.names().check_identity(&Identity::Room(id.clone())) {
                self.report.say(&path, None, unknown);
            }
            let mut room = Room {
                default_allow: declared.default_allow.unwrap_or(true),
                allow_declared: declared.default_allow.is_some(),
                lobotomized: declared.lobotomized,
                ..Room::default()
            };
            self.fill(&path.key("capabilities"), &declared.capabilities, |_, capability| {
                let Capability { name, positive, .. } = capability.without_room()?;
                if let Some(kept) = ROOM_SET.iter().find(|kept| **kept == name) {
                    room.kept.push(*kept);
                }
                room.set.add(name, positive);
                Ok(())
            });
            self.fill(&path.key("unset"), &declared.unset, |_, capability| {
                let Capability { name, positive, .. } = capability.without_room()?;
                room.set.remove(&name, positive);
                Ok(())
            });
            if !Arc::make_mut(&mut self.made.places).declare(&id, room) {
                let problem = Problem::error(format!("`{key}` is declared twice"));
                self.report.say(&path, None, problem);
            }
        }
    }

    /// Reads a set in which nobody is an owner.
    fn default_set(&mut self, key: &str, texts: &[String], mut set: DefaultSet) -> DefaultSet {
        let path = self.root.key(key);
        self.fill(&path, texts, |_, capability| set.add(capability));
        set
    }

    /// Changes a set by each of some capabilities, or says why it does not.
    pub(super) fn fill(
        &mut self,
        path: &KeyPath,
        texts: &[String],
        mut change: impl FnMut(&KeyPath, Capability) -> Result<(), SetError>,
    ) {
        for (index, text) in texts.iter().enumerate() {
            let path = path.index(index);
            let Some(capability) = self.capability(&path, text) else { continue };
            let Err(error) = change(&path, capability) else { continue };
            let help = match &error {
                SetError::DefaultOwner | SetError::RoleOwner => "name owners in `owners`".into(),
                SetError::Room { room, .. } => {
                    format!("write it in `[policy.room.\"{room}\"]` without the room")
                }
                SetError::Everywhere { .. } => "give it to accounts".into(),
                SetError::Elsewhere { .. } => "write it without the room".into(),
                SetError::NoOwner | SetError::Absent { .. } => "remove it".into(),
            };
            self.report.say_of(&path, text, Problem::error(error).help(help));
        }
    }

    /// Reads a capability, or says what is wrong with it.
    fn capability(&mut self, path: &KeyPath, text: &str) -> Option<Capability> {
        let parsed = Capability::parse(text, &self.made.networks);
        let capability = self.report.keep(path, text, parsed)?;
        if let Some(renamed) = self.names().check_renamed(&capability.name) {
            self.report.say_of(path, text, renamed);
        }
        Some(capability)
    }
}
