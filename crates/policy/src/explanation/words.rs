//! The words for an explanation.

use std::fmt;

use super::{Entry, Explanation, Layer, Outcome, Reason, Remedy, Step};

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
        write!(formatter, "`{}` ({})", self.text, self.path)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingDeclared => formatter.write_str("nothing declared"),
            Self::NotOwner => formatter.write_str("not an owner"),
            Self::Owner(entry) => write!(formatter, "owner {entry}"),
            Self::Rule(entry) => write!(formatter, "rule {entry}"),
            Self::ImplicitRule => formatter.write_str("no rule but the implicit `w * *`"),
            Self::Everyone => formatter.write_str("the command is for everyone"),
            Self::Sudoer(entry) => write!(formatter, "sudoer {entry}"),
            Self::Listed(entry) => write!(formatter, "listed in {entry}"),
            Self::EntryAllowsNot(entry) => write!(formatter, "not of those in {entry}"),
            Self::Reserved => {
                formatter.write_str("the command changes rights or code, which is for owners")
            }
            Self::NothingAllows(level) => {
                write!(formatter, "nothing allows a command of level `{level}`")
            }
        }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identify => formatter.write_str("identify: nothing vouches for who is speaking"),
            Self::Owner => formatter.write_str("make the speaker an owner"),
            Self::Sudoer => formatter.write_str("make the speaker a sudoer"),
            Self::Lift(entry) => write!(formatter, "add a `w` rule after {entry}, or remove it"),
            Self::List(entry) => write!(formatter, "list the speaker in {entry}"),
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
