//! The arguments of one call.

use nuncio_policy::{CommandId, IdentityError, Network, Networks, RoomId, UserId};
use smol_str::SmolStr;

use super::{Command, CommandTree, Value};
use crate::config::{Period, Secret};

/// Where a command is said, as far as its arguments need to know.
#[derive(Clone, Copy)]
pub struct Here<'a> {
    /// The network where it is said, on which a bare room or user is.
    pub network: &'a Network,
    /// All networks.
    pub networks: &'a Networks,
    /// The commands that one may name.
    pub commands: &'a CommandTree,
    /// Which of them whoever asks may see.
    pub may_run: &'a dyn Fn(&Command) -> bool,
}

impl std::fmt::Debug for Here<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Here").field("network", self.network).finish_non_exhaustive()
    }
}

impl Here<'_> {
    /// Reads a room: `r:network:room`, or the name of one on this network.
    ///
    /// # Errors
    ///
    /// When it is not a room's name there.
    pub fn room(&self, text: &str) -> Result<RoomId, IdentityError> {
        if text.starts_with("r:") {
            return self.networks.parse_room(text);
        }
        RoomId::new(self.network, text, self.networks.case_mapping(self.network))
    }

    /// Reads a user: `u:network:user`, or the name of one on this network.
    ///
    /// # Errors
    ///
    /// When it is not a user's name there.
    pub fn user(&self, text: &str) -> Result<UserId, IdentityError> {
        if text.starts_with("u:") {
            return self.networks.parse_user(text);
        }
        UserId::new(self.network, text, self.networks.case_mapping(self.network))
    }
}

/// The arguments of one call, by the names of their parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    pub(super) values: Vec<(SmolStr, Value)>,
    pub(super) raw: String,
}

impl Arguments {
    /// The value of a parameter; the first one where it is repeated.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.all(name).next()
    }

    /// All values of a parameter, in the order in which they were typed.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.values.iter().filter(move |(known, _)| known == name).map(|(_, value)| value)
    }

    /// Everything behind the command's name, as it was typed; nothing, where some of it is secret.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The room that the command acts on: its first argument that is a room.
    pub fn target(&self) -> Option<&RoomId> {
        self.values.iter().find_map(|(_, value)| match value {
            Value::Room(room) => Some(room),
            _ => None,
        })
    }

    /// A word, a text or a choice.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::Word(text) | Value::Choice(text) => Some(text),
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A secret.
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        if let Value::Secret(secret) = self.get(name)? { Some(secret) } else { None }
    }

    /// A whole number.
    pub fn integer(&self, name: &str) -> Option<i64> {
        if let Value::Integer(number) = self.get(name)? { Some(*number) } else { None }
    }

    /// A length of time.
    pub fn duration(&self, name: &str) -> Option<Period> {
        if let Value::Duration(period) = self.get(name)? { Some(*period) } else { None }
    }

    /// Whether a flag is set.
    pub fn is_set(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }

    /// A user.
    pub fn user(&self, name: &str) -> Option<&UserId> {
        if let Value::User(user) = self.get(name)? { Some(user) } else { None }
    }

    /// A room.
    pub fn room(&self, name: &str) -> Option<&RoomId> {
        if let Value::Room(room) = self.get(name)? { Some(room) } else { None }
    }

    /// A command.
    pub fn command(&self, name: &str) -> Option<&CommandId> {
        if let Value::Command(command) = self.get(name)? { Some(command) } else { None }
    }
}

/// Names with their values, as a caller has them that typed nothing.
impl FromIterator<(SmolStr, Value)> for Arguments {
    fn from_iter<I: IntoIterator<Item = (SmolStr, Value)>>(values: I) -> Self {
        Self { values: values.into_iter().collect(), raw: String::new() }
    }
}
