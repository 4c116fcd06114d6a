//! The words for an explanation.

use std::fmt;

use super::{Entry, Explanation, Layer, Outcome, Powered, Reason, Remedy, Step, Written};

impl Outcome {
    /// The name that the command line uses: `allow`, `deny`, `ignore`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Ignore => "ignore",
        }
    }
}

impl Layer {
    /// The name that the command line uses: `ignored`, `disabled`, `owner`, `bw_list`,
    /// `capability`, `access`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Disabled => "disabled",
            Self::Owner => "owner",
            Self::BwList => "bw_list",
            Self::Capability => "capability",
            Self::Access => "access",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` ({})", self.text, self.origin)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fixed = match self {
            Self::AccountIgnored(name, origin) => {
                return write!(formatter, "account `{name}` is ignored ({origin})");
            }
            Self::Ignored(entry) => return write!(formatter, "ignore {entry}"),
            Self::Lobotomized(room, origin) => {
                return write!(formatter, "room `{room}` is lobotomized ({origin})");
            }
            Self::Disabled(entry) => return write!(formatter, "disable {entry}"),
            Self::Owner(entry) => return write!(formatter, "owner {entry}"),
            Self::Rule(entry) => return write!(formatter, "rule {entry}"),
            Self::Anticapability(Written { held, .. }) => {
                return write!(formatter, "anticapability {held}");
            }
            Self::Lifted(Written { held, .. }) => {
                return write!(formatter, "anticapability {held} is held by default alone");
            }
            Self::Sudoer(entry) => return write!(formatter, "sudoer {entry}"),
            Self::Listed(entry) => return write!(formatter, "listed in {entry}"),
            Self::Grant(Entry { text, origin }) => {
                return write!(formatter, "grant {text} ({origin})");
            }
            Self::Held(level) => return write!(formatter, "the speaker holds `{level}`"),
            Self::Power { level, by } => {
                return write!(formatter, "the speaker holds `{level}`, being {by}");
            }
            Self::EntryAllowsNot(entry) => return write!(formatter, "not of those in {entry}"),
            Self::NothingAllows(level) => {
                return write!(formatter, "nothing allows a command of level `{level}`");
            }
            Self::NothingDeclared => "nothing declared",
            Self::Introduction => "not asked of a command by which a person becomes known",
            Self::NotIgnored => "not ignored",
            Self::Trusted => "an owner or a trusted account is not ignored",
            Self::Unregistered => "whoever is not verified as an account is ignored",
            Self::NotDisabled => "not switched off",
            Self::NotOwner => "not an owner",
            Self::ImplicitRule => "no rule but the implicit `w * *`",
            Self::NoAnticapability => "no anticapability is held",
            Self::Nobody => "nothing is known of who speaks",
            Self::Everyone => "the command is for everyone",
            Self::Reserved => "the command changes rights or code, which is for owners",
        };
        formatter.write_str(fixed)
    }
}

/// ``op of `r:irc:#linux`, which gives `op` (policy.power…)``
impl fmt::Display for Powered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { power, room, entry } = self;
        write!(formatter, "{power} of `{room}`, which gives {entry}")
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identify => formatter.write_str("identify: nothing vouches for who is speaking"),
            Self::Owner => formatter.write_str("make the speaker an owner"),
            Self::Sudoer => formatter.write_str("make the speaker a sudoer"),
            Self::Lift(entry) => write!(formatter, "add a `w` rule after {entry}, or remove it"),
            Self::Remove(entry) => write!(formatter, "remove {entry}"),
            Self::Unignore(name) => write!(formatter, "clear the `ignore` flag of `{name}`"),
            Self::Register => formatter.write_str("link the verified identity to an account"),
            Self::Hold(capability) => {
                write!(formatter, "let the account of the speaker hold `{capability}`")
            }
            Self::List(entry) => write!(formatter, "list the speaker in {entry}"),
            Self::Grant(command) => write!(formatter, "grant `{command}` to the speaker"),
            Self::Wake(room) => write!(formatter, "clear `lobotomized` of `{room}`"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.layer, self.reason)
    }
}

/// The decision on the first line, then a line for each layer that was asked, then a line for each
/// thing that would change the decision.
impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} by {}: {}", self.outcome, self.layer(), self.because())?;
        for step in &self.trace {
            write!(formatter, "\n  {step}")?;
        }
        self.remedies.iter().try_for_each(|remedy| write!(formatter, "\n  to allow it: {remedy}"))
    }
}
