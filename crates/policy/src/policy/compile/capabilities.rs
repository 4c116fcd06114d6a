//! The sets that are nobody's own: the bot's and the rooms'.

use std::collections::BTreeMap;

use super::Compiler;
use crate::capability::{Capability, CapabilitySet};
use crate::declared::DeclaredRoom;
use crate::diagnostic::Problem;
use crate::identity::Identity;
use crate::policy::{Defaults, Room};
use crate::{Declared, KeyPath};

impl Compiler<'_> {
    pub(super) fn defaults(&mut self, declared: &Declared) {
        let mut everybody = CapabilitySet::without(&["owner", "admin", "trusted"]);
        if let Some(texts) = &declared.default_capabilities {
            everybody = CapabilitySet::default();
            self.bot_set(&self.root.key("default_capabilities"), texts, &mut everybody);
        }
        let mut registered = CapabilitySet::default();
        let path = self.root.key("registered_capabilities");
        self.bot_set(&path, &declared.registered_capabilities, &mut registered);
        // Whatever is declared: nobody is an owner but by name.
        everybody.add("owner".into(), false);
        let allow = declared.default_allow.unwrap_or(true);
        self.made.defaults =
            Defaults { allow, ignore: declared.default_ignore, everybody, registered };
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
                lobotomized: declared.lobotomized,
                ..Room::default()
            };
            self.plain_set(&path.key("capabilities"), &declared.capabilities, &mut room.set);
            if !self.made.places.declare(id, room) {
                let problem = Problem::error(format!("`{key}` is declared twice"));
                self.report.say(&path, None, problem);
            }
        }
    }

    /// Adds capabilities to a set of the bot's, in which nobody is an owner.
    fn bot_set(&mut self, path: &KeyPath, texts: &[String], set: &mut CapabilitySet) {
        self.plain_set(path, texts, set);
        for (index, text) in texts.iter().enumerate() {
            if text.eq_ignore_ascii_case("owner") {
                let problem = Problem::error("nobody is an owner by default");
                let help = "name owners in `owners`";
                self.report.say_of(&path.index(index), text, problem.help(help));
            }
        }
    }

    /// Adds capabilities to a set that is not an account's: none of them names a room.
    fn plain_set(&mut self, path: &KeyPath, texts: &[String], set: &mut CapabilitySet) {
        for (index, text) in texts.iter().enumerate() {
            let path = path.index(index);
            match self.capability(&path, text) {
                Some(Capability { room: Some(room), .. }) => {
                    let problem =
                        Problem::error(format!("`{text}` names a room, and this set is for none"));
                    let help = format!("write it in `[policy.room.\"{room}\"]` without the room");
                    self.report.say_of(&path, text, problem.help(help));
                }
                Some(Capability { room: None, name, positive }) => set.add(name, positive),
                None => {}
            }
        }
    }

    /// Reads a capability, or says what is wrong with it.
    pub(super) fn capability(&mut self, path: &KeyPath, text: &str) -> Option<Capability> {
        let parsed = Capability::parse(text, &self.made.networks);
        let capability = self.report.keep(path, text, parsed)?;
        if let Some(renamed) = self.names().check_renamed(&capability.name) {
            self.report.say_of(path, text, renamed);
        }
        Some(capability)
    }
}
