//! The vocabulary of chat, the contracts, and the dispatcher.

pub mod config;
pub mod content;
