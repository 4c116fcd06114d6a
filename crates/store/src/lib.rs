//! Durable state on SQLite.
