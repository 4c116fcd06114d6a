//! How much a command asks of whoever runs it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use crate::identity::{fold_rfc1459, parse_stored};

/// What a command, an event handler or a watcher asks of the person it runs for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing.
    Everyone,
    /// To be a sudoer, or to hold a grant; what a command asks for that says nothing.
    #[default]
    Sudo,
    /// To be an owner.
    Owner,
    /// To hold capabilities.
    Capability(Expr),
}

/// Reads `everyone` (or `all`, as `MxUserbot` calls it), `sudo`, `owner`, or an expression over
/// capabilities.
impl FromStr for Level {
    type Err = ExprError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "everyone" | "all" => Ok(Self::Everyone),
            "sudo" => Ok(Self::Sudo),
            "owner" => Ok(Self::Owner),
            expr => expr.parse().map(Self::Capability),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everyone => formatter.write_str("everyone"),
            Self::Sudo => formatter.write_str("sudo"),
            Self::Owner => formatter.write_str("owner"),
            Self::Capability(expr) => expr.fmt(formatter),
        }
    }
}

/// An expression over positive capabilities: `admin`, `room:op`, `admin & room:op | trusted`.
///
/// `&` binds tighter than `|`; there are no brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expr {
    // INVARIANT: neither the outer nor an inner list is empty.
    any: Arc<[Box<[Term]>]>,
}

/// One capability of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Whether it must be held in the room that the command acts on.
    pub in_room: bool,
    /// The capability, in canonical case.
    pub name: SmolStr,
}

impl Expr {
    /// The alternatives: one of them must be held, and of that one every term.
    pub fn alternatives(&self) -> impl Iterator<Item = &[Term]> {
        self.any.iter().map(AsRef::as_ref)
    }
}

impl FromStr for Expr {
    type Err = ExprError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = |all: &str| all.split('&').map(term).collect::<Result<Box<[Term]>, _>>();
        let any = text.split('|').map(all).collect::<Result<_, _>>()?;
        Ok(Self { any })
    }
}

fn term(text: &str) -> Result<Term, ExprError> {
    let text = text.trim();
    let (in_room, name) = text.strip_prefix("room:").map_or((false, text), |name| (true, name));
    let legal = |character: char| {
        !character.is_whitespace() && !character.is_control() && !"()!:,;%".contains(character)
    };
    if name.starts_with('-') {
        return Err(ExprError::Negative { text: text.into() });
    }
    if name.is_empty() || !name.chars().all(legal) {
        return Err(ExprError::Term { text: text.into() });
    }
    let name: SmolStr = name.chars().map(fold_rfc1459).collect();
    if name == "owner" {
        return Err(ExprError::Owner { text: text.into() });
    }
    Ok(Term { in_room, name })
}

impl fmt::Display for Expr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, all) in self.any.iter().enumerate() {
            if index > 0 {
                formatter.write_str(" | ")?;
            }
            for (index, term) in all.iter().enumerate() {
                let and = if index > 0 { " & " } else { "" };
                let room = if term.in_room { "room:" } else { "" };
                write!(formatter, "{and}{room}{}", term.name)?;
            }
        }
        Ok(())
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Expr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse_stored(deserializer)
    }
}

/// Why a text is neither a level nor an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExprError {
    /// A term is no capability.
    #[error(
        "`{text}` is not a capability; write a name, or `room:NAME`, joined by `&` and `|` without brackets"
    )]
    Term {
        /// The term.
        text: SmolStr,
    },
    /// A term is an anticapability, which takes and never gives.
    #[error("`{text}` is an anticapability; an expression asks for what is held")]
    Negative {
        /// The term.
        text: SmolStr,
    },
    /// A term is ownership, which is a level.
    #[error("`{text}` is no term of an expression; write the level `owner` alone")]
    Owner {
        /// The term.
        text: SmolStr,
    },
}
