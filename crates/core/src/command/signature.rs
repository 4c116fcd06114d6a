//! What a command takes, as data.

use std::fmt::Write;

use smol_str::SmolStr;

use super::folded;

/// The parameters of a command, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signature {
    parameters: Vec<Parameter>, // INVARIANT: what `Signature::new` accepts
}

/// One parameter of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name; as a flag it is typed with `-` for `_`.
    pub name: SmolStr,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be there.
    pub need: Need,
    /// Whether it is typed as `--name value` anywhere, and not by its place. One of kind
    /// [`Kind::Bool`] is typed as `--name`.
    pub flag: bool,
    /// What it means, in a line; may be empty.
    pub doc: String,
}

/// What a parameter takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A word, or several in quotes.
    Word,
    /// All the rest of the line, as it was typed: quotes in it are text.
    Text,
    /// A word, or several in quotes, that nothing repeats: a password.
    Secret,
    /// A whole number.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A number.
    Number,
    /// A length of time: `300s`, `5m`, `2h`, `1d`; a bare number is seconds.
    Duration,
    /// `yes` or `no`.
    Bool,
    /// One of these words, in any case.
    Choice(Vec<SmolStr>),
    /// A room: `r:irc:#a`, or `#a` for the one on the network where it is said.
    Room,
    /// A user: `u:irc:ann`, or `ann` for the one on the network where it is said.
    User,
    /// A command, by its path.
    Command,
}

/// Whether a parameter must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It need not. One that others follow takes the next word only if that is of its kind.
    Optional,
    /// It need not, and this text stands for it.
    Default(SmolStr),
    /// It may be there several times, as the last one or as a flag.
    Repeated {
        /// How often at least.
        min: usize,
    },
}

/// Why parameters make no signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// A name does not begin with a letter, or holds more than letters, digits, `-` and `_`.
    #[error("`{0}` is not a parameter's name; write letters, digits, `-` and `_`")]
    Name(SmolStr),
    /// Two parameters have one name.
    #[error("two parameters are named `{0}`")]
    Twice(SmolStr),
    /// A parameter that takes all the rest, or several words, is not the last one.
    #[error("nothing can follow `{0}`, which takes all that is left; put it last")]
    NotLast(SmolStr),
    /// A choice offers nothing, or a range of numbers is empty.
    #[error("`{0}` can take no value at all")]
    Empty(SmolStr),
}

impl Parameter {
    /// A parameter that must be there.
    pub fn new(name: impl Into<SmolStr>, kind: Kind) -> Self {
        Self { name: name.into(), kind, need: Need::Required, flag: false, doc: String::new() }
    }

    /// The same, which need not be there.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { need: Need::Optional, ..self }
    }

    /// The same, with a text that stands for it.
    #[must_use]
    pub fn or(self, default: impl Into<SmolStr>) -> Self {
        Self { need: Need::Default(default.into()), ..self }
    }

    /// The same, which may be there several times.
    #[must_use]
    pub fn repeated(self, min: usize) -> Self {
        Self { need: Need::Repeated { min }, ..self }
    }

    /// The same as a flag, which need not be there unless it is repeated.
    #[must_use]
    pub fn flag(self) -> Self {
        let need = if self.need == Need::Required { Need::Optional } else { self.need };
        Self { flag: true, need, ..self }
    }

    /// The same with a line about it.
    #[must_use]
    pub fn doc(self, doc: impl Into<String>) -> Self {
        Self { doc: doc.into(), ..self }
    }

    /// Its name as it is typed as a flag.
    pub fn flag_name(&self) -> String {
        folded(&self.name).replace('_', "-")
    }

    /// Whether it takes all that is left, so that nothing can follow.
    fn is_last(&self) -> bool {
        !self.flag && (self.kind == Kind::Text || matches!(self.need, Need::Repeated { .. }))
    }

    /// How it is typed.
    pub fn usage(&self) -> String {
        let name = if self.flag { self.flag_name() } else { self.name.to_string() };
        let more = if self.is_last() { "…" } else { "" };
        let body = match &self.kind {
            Kind::Bool if self.flag => format!("--{name}"),
            _ if self.flag => format!("--{name} <{}>", self.kind.name()),
            Kind::Choice(words) if words.len() <= 4 => words.join("|"),
            _ => format!("{name}{more}"),
        };
        match &self.need {
            Need::Required | Need::Repeated { min: 1.. } if self.flag => body,
            Need::Required | Need::Repeated { min: 1.. } => format!("<{body}>"),
            Need::Optional | Need::Repeated { .. } => format!("[{body}]"),
            Need::Default(default) => format!("[{body}={default}]"),
        }
    }
}

impl Kind {
    /// Its name, as one word.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Text => "text",
            Self::Secret => "secret",
            Self::Integer { .. } | Self::Number => "number",
            Self::Duration => "time",
            Self::Bool => "yes|no",
            Self::Choice(_) => "choice",
            Self::Room => "room",
            Self::User => "user",
            Self::Command => "command",
        }
    }

    /// What it takes, as in "… is not an integer from 1 to 6".
    pub fn expected(&self) -> String {
        match self {
            Self::Word => "a word".into(),
            Self::Text => "a text".into(),
            Self::Secret => "a word, which I do not repeat".into(),
            Self::Integer { min: i64::MIN, max: i64::MAX } => "a whole number".into(),
            Self::Integer { min, max: i64::MAX } => format!("a whole number from {min} on"),
            Self::Integer { min: i64::MIN, max } => format!("a whole number up to {max}"),
            Self::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Self::Number => "a number".into(),
            Self::Duration => "a length of time such as `300s`, `5m`, `2h` or `1d`".into(),
            Self::Bool => "`yes` or `no`".into(),
            Self::Choice(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
            Self::Room => "a room such as `#room` or `r:irc:#room`".into(),
            Self::User => "a user such as `ann` or `u:irc:ann`".into(),
            Self::Command => "a command".into(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Integer { min, max } => min > max,
            Self::Choice(words) => words.is_empty(),
            _ => false,
        }
    }
}

impl Signature {
    /// Joins parameters.
    ///
    /// # Errors
    ///
    /// When no line could ever fill them; see [`SignatureError`].
    pub fn new(parameters: Vec<Parameter>) -> Result<Self, SignatureError> {
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let mut last: Option<&Parameter> = None;
        for (index, parameter) in parameters.iter().enumerate() {
            let name = || parameter.name.clone();
            let begins = parameter.name.starts_with(|c: char| c.is_ascii_alphabetic());
            if !begins || !parameter.name.chars().all(legal) {
                return Err(SignatureError::Name(name()));
            }
            let before = parameters.iter().take(index);
            if before.into_iter().any(|other| other.flag_name() == parameter.flag_name()) {
                return Err(SignatureError::Twice(name()));
            }
            if parameter.kind.is_empty() {
                return Err(SignatureError::Empty(name()));
            }
            if let Some(last) = last.filter(|_| !parameter.flag) {
                return Err(SignatureError::NotLast(last.name.clone()));
            }
            last = last.or(Some(parameter).filter(|parameter| parameter.is_last()));
        }
        Ok(Self { parameters })
    }

    /// All parameters, in their order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Those that are taken by their place.
    pub fn positional(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| !parameter.flag)
    }

    /// Those that are taken by their name.
    pub fn flags(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|parameter| parameter.flag)
    }

    /// Whether any of them takes what nothing repeats.
    pub fn has_secrets(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.kind == Kind::Secret)
    }

    /// How the parameters are typed: `<user> [sides=6] [--quiet]`.
    pub fn usage(&self) -> String {
        let mut usage = String::new();
        for parameter in self.positional().chain(self.flags()) {
            let blank = if usage.is_empty() { "" } else { " " };
            write!(usage, "{blank}{}", parameter.usage()).unwrap_or_default();
        }
        usage
    }
}
