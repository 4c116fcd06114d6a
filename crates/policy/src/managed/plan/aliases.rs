//! Aliases: everybody's to add whom something vouches for.

use super::desk::{ALREADY, not_there};
use super::{Checked, Desk, Verdict};
use crate::decide::Asker;
use crate::managed::alias::{AliasName, AliasView, Author, MAX_ALIAS_BYTES};
use crate::managed::{Change, ChangeError, ManagedKey};
use crate::{Identity, RoomId};

impl Desk<'_> {
    pub(super) fn add_alias(
        &self,
        name: &AliasName,
        room: Option<&RoomId>,
        line: &str,
        author: &Author,
    ) -> Verdict {
        room.map_or(Ok(()), |room| self.known(&Identity::Room(room.clone())))?;
        if self.author().as_ref() != Some(author) {
            let how = "that person to write in that name";
            return Err(ChangeError::NotYours { what: author.to_string().into(), how });
        }
        legal_line(line)?;
        if let Some(command) = self.compiled.registry.word_of(name.as_str()) {
            let message = format!("`{name}` is a word of the command `{}`", command.path());
            return Err(another(message.replace('.', " ")));
        }
        // What is said in a room goes before what is said everywhere, and must not be a trap.
        let others = [room, None].into_iter().filter_map(|room| self.alias(name, room));
        for alias in others {
            if !self.is_by_asker(&alias) {
                let author = alias.author.map(|author| format!(" of {author}")).unwrap_or_default();
                return Err(another(format!("`{name}` is an alias{author} already")));
            }
        }
        match self.alias(name, room) {
            Some(same) if same.line == line && same.author == Some(author) => Err(ALREADY),
            _ => Ok(()),
        }
    }

    pub(super) fn remove_alias(
        &self,
        name: &AliasName,
        room: Option<&RoomId>,
        change: &Change,
    ) -> Result<Checked, ChangeError> {
        let Some(alias) = self.alias(name, room) else {
            let place = room.map(|room| format!(" in `{room}`")).unwrap_or_default();
            return Err(not_there(format_args!("`{name}` is no alias{place}")));
        };
        let undoable = self.is_by_asker(&alias);
        if !undoable {
            self.takes_office(room)?;
        }
        // Whoever added it again would be its author.
        Ok(Checked { undoable, ..change.clone().into() })
    }

    fn alias(&self, name: &AliasName, room: Option<&RoomId>) -> Option<AliasView<'_>> {
        self.managed().get(&ManagedKey::alias(name, room))?.0.fact.alias()
    }

    fn author(&self) -> Option<Author> {
        self.policy.author(self.asker.as_ref().map(Asker::speaker)?)
    }

    fn is_by_asker(&self, alias: &AliasView<'_>) -> bool {
        let (he, author) = (self.author(), alias.author);
        he.is_some() && he.as_ref().map(Author::person) == author.map(Author::person)
    }
}

fn legal_line(line: &str) -> Verdict {
    let wrong = |message: &str, help: &str| {
        Err(ChangeError::Name { message: message.to_owned(), help: Some(help.to_owned()) })
    };
    if line.len() > MAX_ALIAS_BYTES {
        return wrong("the line has more than 512 bytes", "let one alias call another");
    }
    if line.trim().is_empty() || line.trim() != line || line.contains(char::is_control) {
        return wrong("that is no line", "write a command with what it takes, on one line");
    }
    Ok(())
}

fn another(message: String) -> ChangeError {
    ChangeError::Name { message, help: Some("choose another name".to_owned()) }
}
