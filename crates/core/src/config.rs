//! What a configuration key is, declared as data by whoever reads it.
//!
//! Transports and plugins list their [`Key`]s; the configuration crate checks files against all of
//! them, documents them, and knows what each does on reload. Reading files is not done here.

mod flood;
mod period;
mod secret;

pub use flood::{Flood, Rate, RateError};
pub use period::{Period, PeriodError};
pub use secret::{Secret, SecretSource};

/// One configuration key.
///
/// ```
/// use nuncio_core::config::{Key, OnReload, Type};
///
/// const KEYS: &[Key] = &[
///     Key::new("port", Type::Integer { min: 1, max: 65535 }, "The server's port.")
///         .default("6697")
///         .on_reload(OnReload::Reconnect),
///     Key::new("rooms[].key", Type::Secret, "The room's key."),
/// ];
/// assert_eq!(KEYS[0].default, Some("6697"));
/// assert!(KEYS[1].is_secret());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Where the key stands: names with dots between them, `<name>` for any one name, and `[]` for
    /// each element of a list (`rooms[].key`). A transport's keys are relative to its
    /// `[network.<name>]`, a plugin's to its `[plugin.<name>]`.
    pub path: &'static str,
    /// What the value may be.
    pub ty: Type,
    /// What the key does, in one or two sentences; shown by `nuncio config` and in the documents.
    pub doc: &'static str,
    /// The value that holds when nothing sets the key, as TOML; none where absence means something.
    pub default: Option<&'static str>,
    /// Whether a network and a room may set it too, the most specific winning.
    pub scoped: bool,
    /// What has to happen before a changed value applies.
    pub on_reload: OnReload,
}

impl Key {
    /// A key without a default, not scoped, that applies live.
    pub const fn new(path: &'static str, ty: Type, doc: &'static str) -> Self {
        Self { path, ty, doc, default: None, scoped: false, on_reload: OnReload::Live }
    }

    /// The same key with a default, written as TOML (`"6697"`, `"\"!\""`).
    #[must_use]
    pub const fn default(mut self, toml: &'static str) -> Self {
        self.default = Some(toml);
        self
    }

    /// The same key, which a network and a room may set too.
    #[must_use]
    pub const fn scoped(mut self) -> Self {
        self.scoped = true;
        self
    }

    /// The same key, whose change needs `on_reload`.
    #[must_use]
    pub const fn on_reload(mut self, on_reload: OnReload) -> Self {
        self.on_reload = on_reload;
        self
    }

    /// Whether the value is never to be shown.
    pub const fn is_secret(&self) -> bool {
        self.ty.holds_secret()
    }
}

/// What the value of a key may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Any text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number, both bounds included.
    Integer {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// A number that may have a fraction, both bounds included.
    Number {
        /// The least value.
        min: i32,
        /// The greatest value.
        max: i32,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A [`Period`].
    Period,
    /// A point in time with an offset, as RFC 3339 writes it.
    Time,
    /// A file or folder; relative ones begin in the bot's folder.
    Path,
    /// A [`SecretSource`].
    Secret,
    /// A list of such values. A later layer's list replaces an earlier one.
    List(&'static Self),
    /// A table, or an element of a list that is one: its keys are declared by themselves.
    Table,
    /// Any of these.
    OneOf(&'static [Self]),
}

impl Type {
    const fn holds_secret(&self) -> bool {
        match self {
            Self::Secret => true,
            Self::List(element) => element.holds_secret(),
            _ => false,
        }
    }
}

/// What has to happen before a changed value applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnReload {
    /// Nothing: it holds from the next message on.
    Live,
    /// The network that it belongs to connects anew; the others stay.
    Reconnect,
    /// The bot is started again.
    Restart,
}
