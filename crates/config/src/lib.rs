//! Layered configuration with provenance.
//!
//! A [`Loader`] names the layers; [`Loader::load`] makes a [`Config`] of them or says, as miette
//! diagnostics with file, line and column, all that is wrong. Later layers stand over earlier ones:
//! the shipped defaults, the bot's folder, a profile, what was set from chat, the environment,
//! `--set`. Tables merge by key, a later list replaces an earlier one, and a list written as `[[…]]`
//! adds to it. For every value [`Config::origin`] says where it was written and what it replaced.
//!
//! Which keys there are is data: a [`Schema`] of [`Key`](nuncio_core::config::Key)s, to which each
//! transport and plugin adds its own. A key that nobody declared is an error.
//!
//! This crate does not run anything, does not watch files, and knows no transport.
//!
//! # figment, and where it falls short
//!
//! Merging and typed reading are figment's. Around it stand our own providers, because figment:
//!
//! - parses TOML without spans, and gives one tag to all that a provider provides: each value gets a
//!   mark of its own here;
//! - has one rule for all lists of a provider: each text is provided twice, `[[…]]` apart;
//! - finds values by splitting at dots, which names of rooms hold: paths are walked here;
//! - guesses the types of environment variables: here they stay text until a declared key asks;
//! - prints values in its errors, which may be secrets: its errors are worded anew here.
//!
//! # Secrets
//!
//! A secret is never in a rendering, a difference, an error or a source line of a diagnostic; lines
//! of which nobody can say what they hold are masked whole. One that is written into a file as text
//! stays in the configuration's memory as long as that lives; `{ file = … }`, `{ env = … }` and
//! `{ command = … }` do not.

mod build;
mod changes;
mod check;
mod config;
mod loader;
mod locate;
mod mark;
mod mask;
mod merge;
mod merged;
mod path;
mod policy;
mod problem;
mod read;
mod schema;
mod scope;
mod secrets;
mod section;
mod set;
mod settings;
mod show;
mod source;
#[cfg(test)]
mod testing;
mod value;

pub use changes::Changes;
pub use config::Config;
pub use loader::{Files, Loader};
pub use merged::Origin;
pub use path::{KeyPath, PathError, Step};
pub use policy::UnknownNames;
pub use problem::{Problem, Problems};
pub use schema::Schema;
pub use scope::Scope;
pub use secrets::{Fetched, SecretError, fetch};
pub use section::{NetworkSection, Section};
pub use set::SetError;
pub use settings::{Bot, Durability, Log, LogFormat, Store, UnknownCommands};
pub use show::{Difference, Show};
pub use source::{Home, Layer, Place};
