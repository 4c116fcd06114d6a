//! A rule that was said in chat: parsed once, and kept in canonical text.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use super::{Colour, Rule, Who};
use crate::command::{CommandPattern, PatternError};
use crate::explanation::Entry;
use crate::identity::{Identity, IdentityError};

/// A rule of the `bw_list` that is managed from chat, `b u:irc:bob shell.*`.
///
/// It is kept as it was understood when it was said: no `%(name)s` is left in it, and reading it
/// back folds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaidRule {
    pub(crate) colour: Colour,
    // INVARIANT: neither list is empty.
    pub(crate) from: Vec<Who>,
    pub(crate) commands: Vec<CommandPattern>,
}

impl SaidRule {
    /// The rule, with the entry that it stands at.
    pub(crate) fn at(&self, entry: Entry) -> Rule {
        let Self { colour, from, commands } = self.clone();
        Rule { colour, from, commands, entry }
    }
}

impl From<Rule> for SaidRule {
    fn from(Rule { colour, from, commands, .. }: Rule) -> Self {
        Self { colour, from, commands }
    }
}

/// The canonical text, which reads back as the same rule.
impl fmt::Display for SaidRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.colour {
            Colour::Black => "b",
            Colour::White => "w",
        })?;
        let comma = |index| if index > 0 { "," } else { " " };
        for (index, who) in self.from.iter().enumerate() {
            write!(formatter, "{}{who}", comma(index))?;
        }
        for (index, id) in self.commands.iter().enumerate() {
            write!(formatter, "{}{id}", comma(index))?;
        }
        Ok(())
    }
}

/// Why a stored text is no rule.
#[derive(Debug, thiserror::Error)]
enum StoredRuleError {
    #[error("`{0}` is not a stored rule")]
    Form(SmolStr),
    #[error(transparent)]
    Who(#[from] IdentityError),
    #[error(transparent)]
    Command(#[from] PatternError),
}

impl SaidRule {
    /// Reads the canonical text; whom it names is trusted to be canonical.
    fn stored(text: &str) -> Result<Self, StoredRuleError> {
        let form = || StoredRuleError::Form(text.into());
        let (colour, rest) = text.split_once(' ').ok_or_else(form)?;
        let (from, commands) = rest.split_once(' ').ok_or_else(form)?;
        let colour = match colour {
            "b" => Colour::Black,
            "w" => Colour::White,
            _ => return Err(form()),
        };
        let who = |text| match text {
            "*" => Ok(Who::Anyone),
            text => Identity::stored(text).map(Who::Named),
        };
        let from = from.split(',').map(who).collect::<Result<_, _>>()?;
        let commands = commands.split(',').map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { colour, from, commands })
    }
}

impl Serialize for SaidRule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SaidRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(deserializer)?;
        Self::stored(&text).map_err(D::Error::custom)
    }
}
