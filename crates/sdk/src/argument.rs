//! The types that a command's parameters may have.
//!
//! | type | what is typed |
//! |---|---|
//! | `String`, `&str` | a word, or several in quotes |
//! | [`Text`] | the rest of the line, as it is |
//! | [`Secret`] | a word, or several in quotes, that nothing repeats |
//! | `i64`, `u32`, … | a whole number, within `#[range(1..=6)]` |
//! | `f64` | a number |
//! | [`Duration`] | a length of time: `300s`, `5m`, `2h`, `1d` |
//! | `bool` | a flag: `--name` |
//! | [`RoomId`] | a room: `#tea`, `r:irc:#tea` |
//! | [`UserId`] | a person: `ann`, `u:irc:ann` |
//! | [`CommandId`] | a command: `capability add` |
//! | an enum with `#[derive(Choice)]` | one of its words |
//! | `Option<T>` | a `T` that may be left out |
//! | `Vec<T>` | any number of `T`, at the end |

use std::time::Duration;

pub use nuncio_core::command::Value;
pub use nuncio_core::config::Secret;
pub use nuncio_core::content::Text;
use nuncio_policy::{CommandId, RoomId, UserId};

use crate::{Error, Result};

/// What a parameter asks for: checked, completed and shown by `help` before anything is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word, or several in quotes.
    Word,
    /// All the rest of the line, as it was typed.
    Text,
    /// A word, or several in quotes, that nothing repeats: a password.
    Secret,
    /// A whole number, both bounds included.
    Integer {
        /// The smallest.
        min: i64,
        /// The largest.
        max: i64,
    },
    /// A number.
    Number,
    /// A length of time.
    Duration,
    /// A flag: `--name`.
    Flag,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A room.
    Room,
    /// A person.
    User,
    /// A command, by its path.
    Command,
}

/// A type of which one value can be read from what somebody types.
///
/// An own type is read from a word:
///
/// ```
/// use nuncio_sdk::argument::{Argument, Kind, Value};
/// use nuncio_sdk::prelude::*;
///
/// /// Dice as players write them: `2d6`.
/// struct Dice { number: u8, sides: u8 }
///
/// impl Argument for Dice {
///     const KIND: Kind = Kind::Word;
///
///     fn read(value: Value) -> Result<Self> {
///         let word = String::read(value)?;
///         let parts = word.split_once('d').and_then(|(number, sides)| {
///             Some(Self { number: number.parse().ok()?, sides: sides.parse().ok()? })
///         });
///         parts.ok_or_else(|| Error::usage(text!["`{word}` is no dice: write `2d6`."]))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of argument",
    label = "a command cannot ask for this",
    note = "use `String`, `&str`, `Text`, a number, `Duration`, `bool`, `RoomId`, `UserId`, \
            an `Option` or a `Vec` of one of them",
    note = "an enum becomes one with `#[derive(Choice)]`, any other type by `impl Argument`"
)]
pub trait Argument: Sized {
    /// What is asked for.
    const KIND: Kind;

    /// Reads a value of that kind.
    ///
    /// # Errors
    /// What is wrong with it, usually an [`Error::usage`].
    fn read(value: Value) -> Result<Self>;
}

/// How many values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one.
    One,
    /// One or none.
    Optional,
    /// Any number.
    Many,
}

/// A type that a parameter may have: an [`Argument`], or an `Option` or `Vec` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type of argument",
    label = "a command cannot ask for this",
    note = "use `String`, `&str`, `Text`, a number, `Duration`, `bool`, `RoomId`, `UserId`, \
            an `Option` or a `Vec` of one of them",
    note = "an enum becomes one with `#[derive(Choice)]`, any other type by `impl Argument`"
)]
pub trait Parameter: Sized {
    /// What is asked for.
    const KIND: Kind;

    /// How often.
    const ARITY: Arity;

    /// Reads the values that were given.
    ///
    /// # Errors
    /// What is wrong with them.
    fn read_all(values: Vec<Value>) -> Result<Self>;
}

impl<T: Argument> Parameter for T {
    const KIND: Kind = T::KIND;
    const ARITY: Arity = Arity::One;

    fn read_all(values: Vec<Value>) -> Result<Self> {
        match (values.into_iter().next(), T::KIND) {
            (Some(value), _) => T::read(value),
            (None, Kind::Flag) => T::read(Value::Bool(false)),
            (None, _) => Err(Error::internal("an argument is missing")),
        }
    }
}

impl<T: Argument> Parameter for Option<T> {
    const KIND: Kind = T::KIND;
    const ARITY: Arity = Arity::Optional;

    fn read_all(values: Vec<Value>) -> Result<Self> {
        values.into_iter().next().map(T::read).transpose()
    }
}

impl<T: Argument> Parameter for Vec<T> {
    const KIND: Kind = T::KIND;
    const ARITY: Arity = Arity::Many;

    fn read_all(values: Vec<Value>) -> Result<Self> {
        values.into_iter().map(T::read).collect()
    }
}

macro_rules! arguments {
    ($($ty:ty: $kind:expr, $value:pat => $read:expr;)*) => {
        $(impl Argument for $ty {
            const KIND: Kind = $kind;

            fn read(value: Value) -> Result<Self> {
                match value {
                    $value => Ok($read),
                    other => Err(mismatch(&other)),
                }
            }
        })*
    };
}

arguments! {
    String: Kind::Word, Value::Word(word) | Value::Choice(word) => word.into();
    Secret: Kind::Secret, Value::Secret(secret) => secret;
    Text: Kind::Text, Value::Text(text) => Self::new(text);
    f64: Kind::Number, Value::Number(number) => number;
    Duration: Kind::Duration, Value::Duration(period) => period.duration();
    bool: Kind::Flag, Value::Bool(is_set) => is_set;
    RoomId: Kind::Room, Value::Room(room) => room;
    UserId: Kind::User, Value::User(user) => user;
    CommandId: Kind::Command, Value::Command(command) => command;
}

macro_rules! integers {
    ($($ty:ty)*) => {
        $(impl Argument for $ty {
            const KIND: Kind = Kind::Integer { min: clamp(<$ty>::MIN as i128), max: clamp(<$ty>::MAX as i128) };

            fn read(value: Value) -> Result<Self> {
                match value {
                    Value::Integer(number) => Ok(Self::try_from(number)?),
                    other => Err(mismatch(&other)),
                }
            }
        })*
    };
}

integers! { u8 u16 u32 u64 usize i8 i16 i32 i64 isize }

/// The bound of a type as a bound of what can be typed.
#[expect(clippy::cast_possible_truncation, reason = "what would be cut is clamped before")]
const fn clamp(bound: i128) -> i64 {
    if bound > i64::MAX as i128 {
        i64::MAX
    } else if bound < i64::MIN as i128 {
        i64::MIN
    } else {
        bound as i64
    }
}

/// The house reads arguments by the kinds that we declare, so this is a defect of ours.
fn mismatch(value: &Value) -> Error {
    Error::internal(format!("an argument came as {value:?}, which is of another kind"))
}
