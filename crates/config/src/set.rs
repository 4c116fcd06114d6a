//! Setting a key from chat.

use std::sync::Arc;

use figment::value::Value;
use nuncio_core::config::Type;

use crate::check::{fit, suggestion};
use crate::config::Config;
use crate::mark::{Mark, Marks};
use crate::path::{KeyPath, PathError};
use crate::source::{Home, Layer, Place, Source};
use crate::value;

/// Why a key cannot be set from chat.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// The text is no path.
    #[error(transparent)]
    Path(#[from] PathError),
    /// Nobody declared the key.
    #[error("there is no key `{path}`{}", help(suggestion.as_ref()))]
    Unknown {
        /// The key.
        path: KeyPath,
        /// A key that there is.
        suggestion: Option<String>,
    },
    /// The policy is an operator's file, and commands of its own; never a setting.
    #[error("`{0}` is policy, which is changed in files and by its own commands")]
    Policy(KeyPath),
    /// It would stand in the chat, and in the store.
    #[error("`{0}` is a secret, which is set in a file")]
    Secret(KeyPath),
    /// A layer above chat sets it.
    #[error("`{path}` is fixed by {place}")]
    Fixed {
        /// The key.
        path: KeyPath,
        /// Where it is set.
        place: Place,
    },
    /// The value is not what the key asks for.
    #[error("`{path}` is {wanted}, not {found}{}", help(suggestion.as_ref()))]
    Value {
        /// The key.
        path: KeyPath,
        /// What the key asks for.
        wanted: String,
        /// What the value is.
        found: &'static str,
        /// What may have been meant.
        suggestion: Option<String>,
    },
}

fn help(suggestion: Option<&String>) -> String {
    suggestion.map(|suggestion| format!("; {suggestion}")).unwrap_or_default()
}

impl Config {
    /// Reads what somebody types to set a key, and returns it as the TOML that a
    /// [`SettingWrite`](nuncio_core::store::SettingWrite) holds. Who may do so is not asked here.
    ///
    /// The text is read as the key asks: a text needs no quotes but may have them, a list is written
    /// as in TOML. The layer of what was set from chat reads what is typed in the same way, so that
    /// storing the typed text itself does as well.
    ///
    /// # Errors
    ///
    /// When the key cannot be set from chat, or not to this.
    pub fn setting(&self, key: &str, text: &str) -> Result<(KeyPath, String), SetError> {
        let path = self.settable(key)?;
        let Some(declared) = self.key(&path) else {
            return Err(SetError::Unknown { suggestion: self.similar(&path), path });
        };
        if declared.is_secret() {
            return Err(SetError::Secret(path));
        }
        match read(text, &declared.ty) {
            Ok(value) => Ok((path, value::toml(&value).to_string())),
            Err(fit::Misfit { wanted, found, help: suggestion, .. }) => {
                Err(SetError::Value { path, wanted, found, suggestion })
            }
        }
    }

    /// Reads the path of a key that may be set from chat, or taken back there.
    ///
    /// # Errors
    ///
    /// When it is policy, or a layer above chat fixes it.
    pub fn settable(&self, key: &str) -> Result<KeyPath, SetError> {
        let path: KeyPath = key.parse()?;
        if path.is_policy() {
            return Err(SetError::Policy(path));
        }
        match self.fixed(&path) {
            Some(place) => Err(SetError::Fixed { path, place }),
            None => Ok(path),
        }
    }

    /// Where a layer above chat sets a key, or part of it.
    fn fixed(&self, path: &KeyPath) -> Option<Place> {
        self.merged.parts.iter().rev().find_map(|part| {
            value::get(&part.dict, path)?;
            let source = self.merged.sources.get(part.source)?;
            (source.layer > Layer::Chat)
                .then(|| Place { source: Arc::clone(source), span: 0..source.text.len() })
        })
    }

    fn similar(&self, path: &KeyPath) -> Option<String> {
        let known: Vec<String> = self.merged.schema.keys().map(|(path, _)| path).collect();
        suggestion(&path.to_string(), known.iter().map(String::as_str))
    }
}

/// Reads a text as a key asks.
fn read(text: &str, ty: &Type) -> Result<Value, fit::Misfit> {
    let mut marks = Marks::default();
    let home = Home::Argument(String::new());
    let source = marks.source(Source::new(Layer::Chat, home, text.to_owned()));
    let mark = Mark { source, key: 0..0, value: 0..text.len(), adds: false };
    let mut value = Value::String(marks.mark(mark), text.to_owned());
    fit::coerce(&mut value, ty, &mut marks);
    fit::fit(&value, ty).map(|()| value)
}

#[cfg(test)]
mod tests {
    use crate::testing::Layers;

    fn set(key: &str, text: &str) -> String {
        let layers = Layers::file("nuncio.toml", "[network.irc]\nserver = 'x'")
            .chat("bot.prefix", "'?'")
            .variable("NUNCIO_LOG__LEVEL", "debug")
            .set("limits.calls=5");
        match layers.config().setting(key, text) {
            Ok((path, value)) => format!("{path} = {value}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_is_typed_is_read_as_the_key_asks() {
        assert_eq!(set("bot.prefix", "."), r#"bot.prefix = ".""#);
        assert_eq!(set("bot.prefix", "5"), r#"bot.prefix = "5""#);
        assert_eq!(set("bot.prefix", "'.'"), r#"bot.prefix = ".""#);
        assert_eq!(set("bot.prefix", "'"), r#"bot.prefix = "'""#);
        assert_eq!(set("limits.deadline", "'1m'"), r#"limits.deadline = "1m""#);
        assert_eq!(set("bot.address_by_name", "false"), "bot.address_by_name = false");
        assert_eq!(set("room.'r:irc:#a'.prefix", ","), r#"room."r:irc:#a".prefix = ",""#);
        assert_eq!(set("network.irc.port", "6667"), "network.irc.port = 6667");
        assert_eq!(set("network.irc.rooms", "['#a']"), r##"network.irc.rooms = ["#a"]"##);
    }

    #[test]
    fn what_cannot_be_set_says_why() {
        insta::assert_snapshot!(set("bot.prefx", "."), @"there is no key `bot.prefx`; did you mean `bot.prefix`?");
        insta::assert_snapshot!(set("bot", "."), @"there is no key `bot`; did you mean `bot.name`?");
        insta::assert_snapshot!(set("bot..prefix", "."), @"a name is expected at `.prefix`: put one with other than letters, digits, `_` and `-` in quotes");
        insta::assert_snapshot!(set("network.irc.rooms[0]", "#a"), @"there is no key `network.irc.rooms[0]`; did you mean `network.irc.rooms`?");
        insta::assert_snapshot!(set("network.new.server", "x"), @"there is no key `network.new.server`; did you mean `network.irc.server`?");
        insta::assert_snapshot!(set("policy.owners", "['u:irc:eve']"), @"`policy.owners` is policy, which is changed in files and by its own commands");
        insta::assert_snapshot!(set("network.irc.password", "hunter2"), @"`network.irc.password` is a secret, which is set in a file");
        insta::assert_snapshot!(set("log.level", "info"), @"`log.level` is fixed by environment: NUNCIO_LOG__LEVEL");
        insta::assert_snapshot!(set("limits.calls", "9"), @"`limits.calls` is fixed by set: --set limits.calls");
        insta::assert_snapshot!(set("store.durability", "powr"), @r#"`store.durability` is `"process"` or `"power"`, not this text; did you mean `power`?"#);
        insta::assert_snapshot!(set("network.irc.port", "0"), @"`network.irc.port` is a whole number from 1 to 65535, not this number");
    }

    #[test]
    fn a_setting_reads_back_as_what_was_set() {
        let config = Layers::default().config();
        for text in ["\"\\ \n", "'", "5", "true", "[]", "plain"] {
            let (path, value) = config.setting("bot.prefix", text).unwrap();
            for stored in [value.as_str(), text] {
                let config = Layers::default().chat(&path.to_string(), stored).config();
                assert_eq!(config.bot().prefix, text);
            }
        }
    }
}
