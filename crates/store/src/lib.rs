//! Durable state on SQLite, behind core's [`Store`](nuncio_core::store::Store).
//!
//! [`SqliteStore`] owns one state folder: the database, and a lock so that no two bots share it.
//! The database has a thread of its own, reached through a bounded queue; whoever finds the queue
//! full waits, and nothing is dropped. What a batch writes is one transaction.
//!
//! What is where, and what survives what, is in `docs/store.md`.
//!
//! # Invariants
//!
//! - What is answered `Ok` is in the write-ahead log: the death of the process does not lose it.
//! - A batch that holds a setting or an audit line is on the disk before it is answered.
//! - No secret is written.

mod codec;
mod commit;
mod database;
mod error;
mod folder;
mod moot;
mod options;
mod prune;
mod read;
mod schema;
mod store;
mod worker;

pub use error::OpenError;
pub use folder::{DATABASE, LOCK};
pub use options::{Durability, Options};
pub use store::SqliteStore;
