//! Secrets, and where they come from.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A password, token or key: never shown, never serialised, wiped when dropped, and compared in
/// time that depends on lengths alone.
///
/// ```
/// use nuncio_core::config::Secret;
///
/// let secret = Secret::from("hunter2".to_owned());
/// assert_eq!(format!("{secret:?}"), "Secret(…)");
/// assert_eq!(secret.expose(), "hunter2");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The secret itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a secret is found: what a configuration holds in its place.
///
/// In TOML: `"text"`, `{ file = "path" }`, `{ env = "NAME" }`, `{ command = ["pass", "irc"] }` or
/// `{ command = "pass irc" }`, which is split at blanks. No shell runs.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// The secret itself.
    Text(Secret),
    /// The contents of a file, without the newline at its end.
    File(String),
    /// The value of an environment variable.
    Env(String),
    /// What a program prints, without the newline at its end.
    Command {
        /// The program, found by `PATH`.
        program: String,
        /// Its arguments, as they are.
        args: Vec<String>,
    },
}

/// Shows neither the secret nor a command's arguments, where people put secrets too.
impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(…)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Env(name) => f.debug_tuple("Env").field(name).finish(),
            Self::Command { program, .. } => write!(f, "Command({program:?}, …)"),
        }
    }
}

impl<'de> Deserialize<'de> for SecretSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SourceVisitor)
    }
}

const WAYS: &[&str] = &["file", "env", "command"];

struct SourceVisitor;

/// Every other type is refused by serde, whose error would print the value: each is caught here.
impl<'de> Visitor<'de> for SourceVisitor {
    type Value = SecretSource;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret: text, { file = … }, { env = … } or { command = … }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(SecretSource::Text(text.to_owned().into()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(SecretSource::Text(text.into()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Err(unquoted())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Err(unquoted())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Err(unquoted())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Err(unquoted())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some(way) = map.next_key::<String>()? else {
            return Err(A::Error::custom("a secret says `file`, `env` or `command`"));
        };
        let source = match way.as_str() {
            "file" => SecretSource::File(map.next_value()?),
            "env" => SecretSource::Env(map.next_value()?),
            "command" => map.next_value::<Command>()?.0,
            _ => return Err(A::Error::unknown_field(&way, WAYS)),
        };
        match map.next_key::<String>()? {
            None => Ok(source),
            Some(_) => Err(A::Error::custom("a secret comes from one place: keep one entry")),
        }
    }
}

fn unquoted<E: Error>() -> E {
    E::custom("a secret is text: put it in quotes")
}

/// A command as a string or as a list of arguments.
struct Command(SecretSource);

impl<'de> Deserialize<'de> for Command {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CommandVisitor)
    }
}

struct CommandVisitor;

impl<'de> Visitor<'de> for CommandVisitor {
    type Value = Command;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a program and its arguments, as text or as a list of texts")
    }

    fn visit_str<E: Error>(self, line: &str) -> Result<Self::Value, E> {
        command(line.split_ascii_whitespace().map(str::to_owned))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = seq.next_element::<String>()? {
            words.push(word);
        }
        command(words.into_iter())
    }
}

fn command<E: Error>(mut words: impl Iterator<Item = String>) -> Result<Command, E> {
    let program = words.next().ok_or_else(|| E::custom("the command is empty"))?;
    Ok(Command(SecretSource::Command { program, args: words.collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<SecretSource, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_secret_comes_from_text_a_file_the_environment_or_a_command() {
        assert_eq!(read(r#""hunter2""#), Ok(SecretSource::Text("hunter2".to_owned().into())));
        assert_eq!(read(r#"{"file":"a/b"}"#), Ok(SecretSource::File("a/b".into())));
        assert_eq!(read(r#"{"env":"PASS"}"#), Ok(SecretSource::Env("PASS".into())));
        let command = SecretSource::Command { program: "pass".into(), args: vec!["irc x".into()] };
        assert_eq!(read(r#"{"command":["pass","irc x"]}"#), Ok(command));
        let command =
            SecretSource::Command { program: "pass".into(), args: vec!["a".into(), "b".into()] };
        assert_eq!(read(r#"{"command":" pass  a b "}"#), Ok(command));
    }

    #[test]
    fn no_error_repeats_what_may_be_the_secret() {
        for json in [
            "4711",
            "-4711",
            "4711.5",
            "true",
            r#"{"file":"4711","env":"4711"}"#,
            r#"{"text":"4711"}"#,
            r#"{"command":[]}"#,
            r#"{"command":""}"#,
            "{}",
        ] {
            let error = read(json).unwrap_err();
            assert!(!error.contains("4711") && !error.contains("true"), "{json}: {error}");
        }
    }

    #[test]
    fn debug_hides_the_secret_and_a_commands_arguments() {
        let all = [
            SecretSource::Text("hunter2".to_owned().into()),
            SecretSource::Command { program: "echo".into(), args: vec!["hunter2".into()] },
        ];
        assert_eq!(format!("{all:?}"), r#"[Text(…), Command("echo", …)]"#);
    }

    #[test]
    fn equality_is_that_of_the_text() {
        assert_eq!(Secret::from("a".to_owned()), Secret::from("a".to_owned()));
        assert_ne!(Secret::from("a".to_owned()), Secret::from("b".to_owned()));
        assert_ne!(Secret::from("a".to_owned()), Secret::from("aa".to_owned()));
    }
}
