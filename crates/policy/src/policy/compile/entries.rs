//! `[[policy.grant]]`, `[[policy.ignore]]` and `[[policy.disable]]`.

use std::sync::Arc;

use jiff::Timestamp;
use smol_str::{SmolStr, format_smolstr};

use super::Compiler;
use crate::command::{CommandPattern, Scope};
use crate::declared::{DeclaredDisable, DeclaredGrant, DeclaredIgnore, Moment};
use crate::diagnostic::Problem;
use crate::explanation::Entry;
use crate::identity::Identity;
use crate::policy::{Compiled, Grant, Grants, Ignore};
use crate::{CommandId, KeyPath, RoomId};

impl Compiler {
    pub(super) fn grants(&mut self, grants: &[DeclaredGrant]) {
        for (index, declared) in grants.iter().enumerate() {
            let path = self.root.key("grant").index(index);
            let to = self.person(&path.key("to"), &declared.to);
            let scope = self.scope(&path.key("what"), &declared.what);
            let until = self.until(&path, declared.until.as_ref());
            let (Some(to), Some(scope), Ok(until)) = (to, scope, until) else { continue };
            if declared.elevate && scope.is_plugin() {
                let problem = Problem::warning("a plugin's grant reaches no command of owners");
                let help = "`elevate` has no effect here; grant the command in full";
                self.report.say(&path.key("elevate"), None, problem.help(help));
            }
            let elevated = if declared.elevate { " elevated" } else { "" };
            let text = format_smolstr!("{scope} to {to}{elevated}{}", until_text(until));
            let entry = Entry { text, origin: path.into() };
            self.granted(Grant { to, scope, elevate: declared.elevate, until, entry });
        }
    }

    /// Puts a grant to whom it is given.
    pub(super) fn granted(&mut self, grant: Grant) {
        let Compiled { grants, people, .. } = &mut self.made;
        let Grants { list, to } = Arc::make_mut(grants);
        let who = grant.to.clone();
        let number = list.push(grant);
        if let Some(numbers) = to.of_mut(&who, people) {
            numbers.extend(number);
        }
    }

    /// Reads what a grant is for; nothing that is reserved.
    fn scope(&mut self, path: &KeyPath, text: &str) -> Option<Scope> {
        let scope = self.report.keep(path, text, text.parse::<Scope>())?;
        if let Some(problem) = self.names().check_scope(&scope) {
            self.report.say_of(path, text, problem);
        }
        if scope.is_reserved() {
            let problem = Problem::error(format!("`{scope}` changes rights or code"));
            self.report.say_of(path, text, problem.help("it is for owners, and granted to nobody"));
            return None;
        }
        Some(scope)
    }

    pub(super) fn ignores(&mut self, ignores: &[DeclaredIgnore]) {
        for (index, declared) in ignores.iter().enumerate() {
            let path = self.root.key("ignore").index(index);
            let who = self.user_or_account(&path.key("who"), &declared.who);
            let room = self.room(&path.key("room"), declared.room.as_deref());
            let until = self.until(&path, declared.until.as_ref());
            let (Some(who), Ok(room), Ok(until)) = (who, room, until) else { continue };
            let text = format_smolstr!("{who}{}{}", room_text(room.as_ref()), until_text(until));
            let ignore = Ignore { who, room, until, entry: Entry { text, origin: path.into() } };
            self.ignored(ignore);
        }
    }

    /// Puts somebody on the ignore list.
    pub(super) fn ignored(&mut self, ignore: Ignore) {
        let Compiled { ignores, networks, people, .. } = &mut self.made;
        let ignores = Arc::make_mut(ignores);
        let who = ignore.who.clone();
        let Some(number) = ignores.list.push(ignore) else { return };
        match who {
            Identity::User(mask) if networks.is_mask(&mask) => ignores.mask(mask, number),
            who => {
                if let Some(numbers) = ignores.of.of_mut(&who, people) {
                    numbers.push(number);
                }
            }
        }
    }

    pub(super) fn disables(&mut self, disables: &[DeclaredDisable]) {
        for (index, declared) in disables.iter().enumerate() {
            let path = self.root.key("disable").index(index);
            let (key, text) = (path.key("command"), declared.command.as_str());
            let pattern = self.report.keep(&key, text, text.parse::<CommandPattern>());
            let room = self.room(&path.key("room"), declared.room.as_deref());
            let (Some(pattern), Ok(room)) = (pattern, room) else { continue };
            if let Some(problem) = self.names().check_pattern(&pattern) {
                self.report.say_of(&key, text, problem);
            }
            if pattern.names_a_switch() {
                let problem = Problem::error(format!("`{pattern}` cannot be switched off"));
                self.report.say_of(&key, text, problem.help("nothing would switch it on again"));
            }
            let text = format_smolstr!("{pattern}{}", room_text(room.as_ref()));
            Arc::make_mut(&mut self.made.disables).push(
                &pattern,
                room,
                Entry { text, origin: path.into() },
            );
        }
    }

    /// Reads the room of an entry, if it has one.
    fn room(&mut self, path: &KeyPath, text: Option<&str>) -> Result<Option<RoomId>, ()> {
        let Some(text) = text else { return Ok(None) };
        let parsed = self.made.networks.parse_room(text);
        let room = self.report.keep(path, text, parsed).ok_or(())?;
        if let Some(unknown) = self.names().check_identity(&Identity::Room(room.clone())) {
            self.report.say_of(path, text, unknown);
        }
        Ok(Some(room))
    }

    /// Reads the time until which an entry counts, if it has one.
    fn until(&mut self, path: &KeyPath, until: Option<&Moment>) -> Result<Option<Timestamp>, ()> {
        let Some(until) = until else { return Ok(None) };
        let parsed = self.report.keep(&path.key("until"), until.as_str(), until.timestamp());
        parsed.map(Some).ok_or(())
    }
}

pub(super) fn room_text(room: Option<&RoomId>) -> SmolStr {
    room.map(|room| format_smolstr!(" in {room}")).unwrap_or_default()
}

pub(super) fn until_text(until: Option<Timestamp>) -> SmolStr {
    until.map(|until| format_smolstr!(" until {until}")).unwrap_or_default()
}

impl Scope {
    /// Whether nothing in this scope can be granted.
    pub(crate) fn is_reserved(&self) -> bool {
        // A plugin of which every command is reserved: then any command of it is.
        let command = if self.is_plugin() {
            CommandId::new(self.as_str(), "any")
        } else {
            self.as_str().parse()
        };
        command.is_ok_and(|command| command.is_reserved())
    }
}
