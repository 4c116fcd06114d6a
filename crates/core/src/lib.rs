//! The vocabulary of chat, the contracts, and the dispatcher.
//!
//! A message comes in as an [`event::Event`], is decided at the [`gate`], runs in a
//! [`plugin::Plugin`], and leaves as a [`delivery::Delivery`]. Nothing here does I/O or reads a
//! clock but [`house`], the one loop that feeds the dispatcher, and nothing knows a protocol: a
//! transport translates.

pub mod action;
pub mod backoff;
pub mod bucket;
pub mod catalogue;
pub mod command;
pub mod config;
pub mod content;
pub mod cursor;
pub mod delivery;
pub mod dispatch;
pub mod event;
pub mod evidence;
pub mod features;
pub mod file;
pub mod gate;
pub mod house;
pub mod moment;
pub mod place;
pub mod plugin;
pub mod query;
pub mod receipt;
pub mod recent;
pub mod rules;
pub mod scoped;
pub mod services;
pub mod spoken;
pub mod store;
pub mod transport;
pub mod trigger;
