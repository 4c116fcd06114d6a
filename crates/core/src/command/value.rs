//! Arguments that have been read.

use nuncio_policy::{CommandId, RoomId, UserId};
use smol_str::SmolStr;

use super::arguments::Here;
use super::suggest::closest;
use super::{Kind, folded};
use crate::config::{Period, Secret};

/// An argument of its parameter's kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of [`Kind::Word`].
    Word(SmolStr),
    /// Of [`Kind::Text`].
    Text(String),
    /// Of [`Kind::Secret`].
    Secret(Secret),
    /// Of [`Kind::Integer`], within its range.
    Integer(i64),
    /// Of [`Kind::Number`]; finite.
    Number(f64),
    /// Of [`Kind::Duration`].
    Duration(Period),
    /// Of [`Kind::Bool`].
    Bool(bool),
    /// Of [`Kind::Choice`], as the signature writes it.
    Choice(SmolStr),
    /// Of [`Kind::Room`].
    Room(RoomId),
    /// Of [`Kind::User`].
    User(UserId),
    /// Of [`Kind::Command`]: a command that exists.
    Command(CommandId),
}

/// Why a word is not of a kind.
pub(super) struct Mismatch {
    pub(super) hint: Option<String>,
}

impl Mismatch {
    const PLAIN: Self = Self { hint: None };

    fn because(error: impl std::error::Error) -> Self {
        Self { hint: Some(error.to_string()) }
    }
}

impl Kind {
    /// Reads one word.
    pub(super) fn read(&self, word: &str, here: &Here<'_>) -> Result<Value, Mismatch> {
        match self {
            Self::Word => Ok(Value::Word(word.into())),
            Self::Text => Ok(Value::Text(word.into())),
            Self::Secret => Ok(Value::Secret(word.to_owned().into())),
            Self::Integer { min, max } => {
                let number = word.parse().ok().filter(|number| (min..=max).contains(&number));
                number.map(Value::Integer).ok_or(Mismatch::PLAIN)
            }
            Self::Number => {
                let number = word.parse().ok().filter(|number: &f64| number.is_finite());
                number.map(Value::Number).ok_or(Mismatch::PLAIN)
            }
            Self::Duration => word.parse().map(Value::Duration).map_err(|_| Mismatch::PLAIN),
            Self::Bool => match folded(word).as_str() {
                "yes" | "true" | "on" | "1" => Ok(Value::Bool(true)),
                "no" | "false" | "off" | "0" => Ok(Value::Bool(false)),
                _ => Err(Mismatch::PLAIN),
            },
            Self::Choice(words) => choice(word, words),
            Self::Room => here.room(word).map(Value::Room).map_err(Mismatch::because),
            Self::User => here.user(word).map(Value::User).map_err(Mismatch::because),
            Self::Command => match here.commands.resolve(word, 0, here.may_run) {
                Ok(resolved) if resolved.name.end < word.trim_end().len() => Err(Mismatch::PLAIN),
                Ok(resolved) => Ok(Value::Command(resolved.command.id.clone())),
                Err(error) => Err(Mismatch::because(error)),
            },
        }
    }

    /// Whether a word is meant for this kind and not for a parameter further on.
    pub(super) fn claims(&self, word: &str, here: &Here<'_>) -> bool {
        match self {
            Self::Room => word.starts_with(['#', '&', '+', '!']) || word.starts_with("r:"),
            Self::User => word.starts_with("u:") || word.starts_with('@'),
            _ => self.read(word, here).is_ok(),
        }
    }
}

fn choice(word: &str, words: &[SmolStr]) -> Result<Value, Mismatch> {
    let same = words.iter().find(|known| known.eq_ignore_ascii_case(word));
    same.map(|known| Value::Choice(known.clone())).ok_or_else(|| {
        let meant = closest(&folded(word), words.iter().map(SmolStr::as_str));
        Mismatch { hint: meant.map(|meant| format!("did you mean `{meant}`?")) }
    })
}
