//! What is wrong with a policy's text, and where.

use std::fmt;
use std::ops::Range;

use smol_str::SmolStr;

/// Something to say about a policy's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, what was written in backticks.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where it is.
    pub location: Location,
}

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The policy means what it says, though hardly what was meant.
    Warning,
    /// A name that nothing has: a warning at start, an error in `nuncio check`.
    Unknown,
    /// The policy cannot be read, and is not used.
    Error,
}

/// A place in a configuration: a key, and a part of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The key, from the root.
    pub path: KeyPath,
    /// The bytes of the value's text that are meant; none means the key itself.
    pub span: Option<Range<usize>>,
}

/// The keys from the root of a configuration to one of its values.
///
/// Displays as `policy.bw_list[3]`; a key that is not a bare TOML key is quoted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyPath(Vec<Key>);

/// One step of a [`KeyPath`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A key of a table.
    Name(SmolStr),
    /// A place in an array, counted from 0.
    Index(usize),
}

impl KeyPath {
    /// The path of a key of the root.
    pub fn root(name: &str) -> Self {
        Self(vec![Key::Name(name.into())])
    }

    /// The path of a key of this table.
    #[must_use]
    pub fn key(&self, name: &str) -> Self {
        self.step(Key::Name(name.into()))
    }

    /// The path of an element of this array.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Key::Index(index))
    }

    /// The steps, from the root.
    pub fn steps(&self) -> &[Key] {
        &self.0
    }

    fn step(&self, key: Key) -> Self {
        Self(self.0.iter().cloned().chain([key]).collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bare = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        for (position, key) in self.0.iter().enumerate() {
            let dot = if position > 0 { "." } else { "" };
            match key {
                Key::Name(name) if bare(name) => write!(formatter, "{dot}{name}")?,
                Key::Name(name) => write!(formatter, "{dot}{:?}", name.as_str())?,
                Key::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// One line: the severity, the place, the message, and the help after a semicolon.
impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Unknown | Severity::Warning => "warning",
        };
        write!(formatter, "{severity}: {}: {}", self.location.path, self.message)?;
        self.help.iter().try_for_each(|help| write!(formatter, "; {help}"))
    }
}

/// What is wrong, before it is known where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Problem {
    pub(crate) fn error(message: impl fmt::Display) -> Self {
        Self { severity: Severity::Error, message: message.to_string(), help: None }
    }

    pub(crate) fn unknown(message: impl fmt::Display) -> Self {
        Self { severity: Severity::Unknown, ..Self::error(message) }
    }

    pub(crate) fn warning(message: impl fmt::Display) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Collects diagnostics while a policy is compiled.
#[derive(Debug, Default)]
pub(crate) struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Says something about a part of a value's text, or, without one, about a key.
    pub(crate) fn say(&mut self, path: &KeyPath, span: Option<Range<usize>>, problem: Problem) {
        let Problem { severity, message, help } = problem;
        let location = Location { path: path.clone(), span };
        self.diagnostics.push(Diagnostic { severity, message, help, location });
    }

    /// Says something about a whole value.
    pub(crate) fn say_of(&mut self, path: &KeyPath, value: &str, problem: Problem) {
        self.say(path, Some(0..value.len()), problem);
    }

    /// Keeps a value, or says that its text is wrong.
    pub(crate) fn keep<T, E: fmt::Display>(
        &mut self,
        path: &KeyPath,
        text: &str,
        value: Result<T, E>,
    ) -> Option<T> {
        value.map_err(|error| self.say_of(path, text, Problem::error(error))).ok()
    }

    /// Everything that was said.
    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// The diagnostics: `Err` when one of them is an error.
    pub(crate) fn finish(self) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
        let failed = self.diagnostics.iter().any(|said| said.severity == Severity::Error);
        if failed { Err(self.diagnostics) } else { Ok(self.diagnostics) }
    }
}

/// The name that is most like another, when one is like it at all: for "did you mean".
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let distance = |candidate: &&str| strsim::damerau_levenshtein(name, candidate);
    let near = candidates.into_iter().min_by_key(distance)?;
    (distance(&near) <= 1 + name.len() / 4).then_some(near)
}
