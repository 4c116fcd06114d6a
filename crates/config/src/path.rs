//! Where a value stands in the configuration.

use std::fmt;
use std::str::FromStr;

use toml::de::DeValue;

/// One step of a [`KeyPath`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into a table, by name.
    Name(String),
    /// Into a list, counted from 0.
    Index(usize),
}

/// The path of a value: `bot.prefix`, `room."r:irc:#nuncio".prefix`, `policy.grant[0].to`.
///
/// Names follow TOML: bare ones of `A-Za-z0-9_-`, any other in quotes.
///
/// ```
/// use nuncio_config::KeyPath;
///
/// let path: KeyPath = "room.'r:irc:#nuncio'.prefix".parse()?;
/// assert_eq!(path.to_string(), r##"room."r:irc:#nuncio".prefix"##);
/// # Ok::<(), nuncio_config::PathError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPath(Vec<Step>);

impl KeyPath {
    /// The path of the whole configuration, which has no steps.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// A path of names alone.
    pub fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(|name| Step::Name(name.to_owned())).collect())
    }

    /// The path of the value that stands under `name` in this table.
    #[must_use]
    pub fn name(&self, name: &str) -> Self {
        self.step(Step::Name(name.to_owned()))
    }

    /// The path of an element of this list.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// The path one `step` further.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        let mut path = self.clone();
        path.0.push(step);
        path
    }

    /// This path and then `tail`.
    #[must_use]
    pub fn join(&self, tail: &Self) -> Self {
        Self(self.0.iter().chain(&tail.0).cloned().collect())
    }

    /// The steps, the outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether it is of the policy, which nobody sets from chat.
    pub(crate) fn is_policy(&self) -> bool {
        matches!(self.0.first(), Some(Step::Name(table)) if table == "policy")
    }

    /// The last step's name; none for the root and for an element of a list.
    pub fn last_name(&self) -> Option<&str> {
        match self.0.last() {
            Some(Step::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// The path that remains after the first `count` steps.
    #[must_use]
    pub(crate) fn tail(&self, count: usize) -> Self {
        Self(self.0.iter().skip(count).cloned().collect())
    }

    /// The first `count` steps.
    #[must_use]
    pub(crate) fn head(&self, count: usize) -> Self {
        Self(self.0.iter().take(count).cloned().collect())
    }

    /// The path of the outermost list on the way, or the whole path if there is none.
    #[must_use]
    pub(crate) fn before_index(&self) -> Self {
        let names = self.0.iter().take_while(|step| matches!(step, Step::Name(_)));
        Self(names.cloned().collect())
    }

    /// Reads the path that `text` begins with, and returns what follows it.
    pub(crate) fn prefix(text: &str) -> Result<(Self, &str), PathError> {
        let mut path = Self::root();
        let mut rest = text;
        loop {
            let (name, after) = name(rest)?;
            path.0.push(Step::Name(name));
            rest = after;
            while let Some(after) = rest.strip_prefix('[') {
                let (index, after) = after.split_once(']').ok_or(PathError::Index)?;
                path.0.push(Step::Index(index.parse().map_err(|_| PathError::Index)?));
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None => return Ok((path, rest)),
            }
        }
    }
}

/// A path as the policy names it in its diagnostics.
impl From<&nuncio_policy::KeyPath> for KeyPath {
    fn from(path: &nuncio_policy::KeyPath) -> Self {
        let step = |key: &nuncio_policy::Key| match key {
            nuncio_policy::Key::Name(name) => Step::Name(name.to_string()),
            nuncio_policy::Key::Index(index) => Step::Index(*index),
        };
        Self(path.steps().iter().map(step).collect())
    }
}

/// Why a text is not a [`KeyPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// A name is missing, or holds what needs quotes.
    #[error(
        "a name is expected at `{0}`: put one with other than letters, digits, `_` and `-` in quotes"
    )]
    Name(String),
    /// A quote is not closed, or what is in it is not a TOML string.
    #[error("the quoted name `{0}` is not a TOML string")]
    Quote(String),
    /// The number in `[…]` is missing or not one.
    #[error("`[` is followed by the number of an element and `]`")]
    Index,
    /// Something follows that belongs to no path.
    #[error("`{0}` does not belong to a key")]
    Rest(String),
}

fn is_bare(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-')
}

fn name(text: &str) -> Result<(String, &str), PathError> {
    let end = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => closing(text, quote).ok_or_else(|| quoted_error(text))?,
        _ => text.find(|char| !is_bare(char)).unwrap_or(text.len()),
    };
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    if name.is_empty() {
        return Err(PathError::Name(text.to_owned()));
    }
    if !name.starts_with(['"', '\'']) {
        return Ok((name.to_owned(), rest));
    }
    match DeValue::parse(name).map(toml::Spanned::into_inner) {
        Ok(DeValue::String(name)) => Ok((name.into_owned(), rest)),
        _ => Err(quoted_error(name)),
    }
}

fn quoted_error(text: &str) -> PathError {
    PathError::Quote(text.to_owned())
}

/// Where the string that `text` begins with ends, its quote included.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().skip(1).find_map(|(at, char)| {
        let closes = char == quote && !escaped;
        escaped = quote == '"' && char == '\\' && !escaped;
        closes.then_some(at + 1)
    })
}

impl FromStr for KeyPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match Self::prefix(text)? {
            (path, "") => Ok(path),
            (_, rest) => Err(PathError::Rest(rest.to_owned())),
        }
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) => {
                    let dot = if number == 0 { "" } else { "." };
                    f.write_str(dot)?;
                    fmt_name(name, f)?;
                }
            }
        }
        Ok(())
    }
}

fn fmt_name(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !name.is_empty() && name.chars().all(is_bare) {
        return f.write_str(name);
    }
    f.write_str("\"")?;
    for char in name.chars() {
        match char {
            '"' | '\\' => write!(f, "\\{char}")?,
            char if char.is_control() => write!(f, "\\u{:04X}", u32::from(char))?,
            char => write!(f, "{char}")?,
        }
    }
    f.write_str("\"")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [
            "", ".", "a.", "a..b", "a b", "\"a", "'a", "a[", "a[x]", "a[0", "[0]", "\"\\q\"", "a=1",
        ] {
            assert!(text.parse::<KeyPath>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_assignment_is_cut_after_its_path() {
        let (path, rest) = KeyPath::prefix(r#"room."a=b".prefix=x=y"#).unwrap();
        assert_eq!((path.to_string().as_str(), rest), (r#"room."a=b".prefix"#, "=x=y"));
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![any::<String>().prop_map(Step::Name), any::<usize>().prop_map(Step::Index)]
    }

    proptest! {
        #[test]
        fn display_reads_back(first: String, rest in prop::collection::vec(step(), 0..5)) {
            let path = rest.into_iter().fold(KeyPath::names([first.as_str()]), |path, step| path.step(step));
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn no_text_panics(text in ".*") {
            drop(text.parse::<KeyPath>());
        }
    }
}
