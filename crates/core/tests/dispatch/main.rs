//! The dispatcher, step by step.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod abuse;
mod change;
mod cursors;
mod desk;
mod doubtful;
mod flood;
mod gate;
mod notes;
mod order;
mod outbox;
mod sessions;
mod speech;
mod trouble;
