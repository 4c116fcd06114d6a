//! What the author of a native plugin depends on.
//!
//! A plugin is functions. Each is a command with [`macro@command`] above it; its parameters are the
//! arguments, its doc comment is the help, and what it returns is the answer:
//!
//! ```
//! use nuncio_sdk::prelude::*;
//!
//! /// Says hello.
//! #[command(level = "everyone")]
//! fn hello() -> &'static str { "Hello, world!" }
//!
//! plugin!(greet: hello);
//! ```
//!
//! A function runs only after policy has permitted it, with arguments that are already read. What
//! it wants done comes back as data ([`Reply`]): all of it happens, or none. It sees no network and
//! no other plugin's data.
//!
//! Plugins are tested on a bot in memory ([`test`], with the feature `test`), which runs the same
//! dispatcher and the same policy as a real one. `docs/plugins.md` is the guide.

extern crate self as nuncio_sdk;

pub mod argument;
pub mod context;
mod error;
mod native;
pub mod parts;
pub mod policy;
pub mod prelude;
mod reply;
pub mod services;
#[cfg(feature = "test")]
pub mod test;

pub use argument::{Argument, Parameter, Text};
pub use context::Context;
pub use error::{Error, Result};
pub use jiff::Timestamp;
pub use native::Native;
pub use nuncio_core::file::{Attached, Fetched, File, FileError};
pub use nuncio_core::query::{Answer, Listed, Listing, Member, Members, Query, QueryError, Within};
pub use nuncio_core::spoken::Spoken;
pub use nuncio_core::{action, config, content, event, features, place};
pub use nuncio_macros::{Choice, command, plugin, text};
pub use nuncio_policy::{CommandId, Level, Network, Power, RoomId, Speaker, UserId};
pub use reply::{IntoReply, Reply};

/// An answer from a Markdown template and values; see [`text!`].
///
/// ```
/// use nuncio_sdk::prelude::*;
///
/// /// Greets somebody.
/// #[command]
/// fn greet(who: &str) -> Reply { reply!["Hello, **{who}**!"] }
/// ```
#[macro_export]
macro_rules! reply {
    ($($template:tt)*) => { $crate::Reply::from($crate::text!($($template)*)) };
}

/// An error that is told to the person, from a Markdown template and values; see [`text!`].
///
/// ```
/// use nuncio_sdk::prelude::*;
///
/// /// Halves a number.
/// #[command]
/// fn halve(number: i64) -> Result {
///     if number % 2 != 0 {
///         return Err(refuse!["{number} is odd."]);
///     }
///     let half = number / 2;
///     Ok(reply!["{half}"])
/// }
/// ```
#[macro_export]
macro_rules! refuse {
    ($($template:tt)*) => { $crate::Error::user($crate::text!($($template)*)) };
}

/// A test that runs the examples of a plugin, where the feature `test` is on; [`plugin!`] writes it.
#[cfg(feature = "test")]
#[doc(hidden)]
#[macro_export]
macro_rules! examples {
    ($plugin:ident) => {
        #[cfg(test)]
        #[test]
        fn examples_hold() {
            $crate::test::examples($plugin());
        }
    };
}

/// Nothing: without the feature `test` there is no bot to run examples on.
#[cfg(not(feature = "test"))]
#[doc(hidden)]
#[macro_export]
macro_rules! examples {
    ($plugin:ident) => {};
}
