//! What names one command or several: `*`, `admin.*`, `capability`, `admin.capability.add`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::{SmolStr, StrExt};

use super::{CommandError, CommandId, check_part};
use crate::identity::parse_stored;

/// The commands that a rule or a `disable` names, in canonical case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CommandPattern {
    /// `*`: every command.
    Any,
    /// `admin.*`, or Sibyl's `admin.py`: every command of a plugin.
    Plugin(SmolStr),
    /// `capability.add` or `admin.capability.add`: the command at that path in any plugin or in
    /// the one named, and the commands below it.
    Path(SmolStr),
}

impl CommandPattern {
    /// Whether a command is one of those named.
    pub(crate) fn matches(&self, command: &CommandId) -> bool {
        match self {
            Self::Any => true,
            Self::Plugin(plugin) => plugin == command.plugin(),
            Self::Path(path) => command.names().any(|name| name == path),
        }
    }

    /// Whether this names `enable` or `disable`, which cannot be switched off.
    pub(crate) fn names_a_switch(&self) -> bool {
        let Self::Path(path) = self else { return false };
        SWITCHES.contains(&path.rsplit('.').next().unwrap_or_default())
    }
}

/// The commands that switch others on and off.
const SWITCHES: [&str; 2] = ["enable", "disable"];

impl CommandId {
    /// Whether this is `enable` or `disable`, which cannot be switched off.
    pub(crate) fn is_switch(&self) -> bool {
        SWITCHES.contains(&self.path().rsplit('.').next().unwrap_or_default())
    }
}

impl FromStr for CommandPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let part = |part: &str| {
            check_part(part).map(|()| part.to_ascii_lowercase_smolstr()).map_err(PatternError::from)
        };
        if text == "*" {
            return Ok(Self::Any);
        }
        if let Some(plugin) = text.strip_suffix(".py").or_else(|| text.strip_suffix(".*")) {
            return part(plugin).map(Self::Plugin);
        }
        if text.split('.').any(|part| part == "py") && text.contains('.') {
            return Err(PatternError::Py { text: text.into() });
        }
        if text.contains('*') {
            return Err(PatternError::Wildcard { text: text.into() });
        }
        text.split('.').try_for_each(|name| part(name).map(|_| ()))?;
        Ok(Self::Path(text.to_ascii_lowercase_smolstr()))
    }
}

impl fmt::Display for CommandPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("*"),
            Self::Plugin(plugin) => write!(formatter, "{plugin}.*"),
            Self::Path(path) => formatter.write_str(path),
        }
    }
}

impl Serialize for CommandPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CommandPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse_stored(deserializer)
    }
}

/// Why a text names no commands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// A part breaks the rule for names.
    #[error(transparent)]
    Part(#[from] CommandError),
    /// A `.py` stands where no plugin's name ends.
    #[error("`{text}` holds a `.py` that ends no plugin's name; write `PLUGIN.*`")]
    Py {
        /// What was written.
        text: SmolStr,
    },
    /// A `*` stands neither alone nor after a plugin's name.
    #[error(
        "`{text}` holds a `*` that stands neither alone nor after a plugin's name; write `*` or `PLUGIN.*`"
    )]
    Wildcard {
        /// What was written.
        text: SmolStr,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, command: &str, expect: bool) {
        let pattern: CommandPattern = pattern.parse().unwrap();
        assert_eq!(pattern.matches(&command.parse().unwrap()), expect, "{pattern} {command}");
    }

    #[test]
    fn a_pattern_names_a_command_in_any_plugin_or_in_one_and_what_is_below() {
        for pattern in [
            "*",
            "admin.*",
            "Admin.py",
            "capability",
            "capability.add",
            "admin.capability",
            "admin.capability.add",
        ] {
            check(pattern, "admin.capability.add", true);
        }
        for pattern in ["admin", "add", "other.*", "capability.ad", "admin.capability.add.more"] {
            check(pattern, "admin.capability.add", false);
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", "!hello", "general.foo.py", "general.py.x", "gen*", "a..b", "*.*", "a b"] {
            assert!(text.parse::<CommandPattern>().is_err(), "{text}");
        }
    }
}
