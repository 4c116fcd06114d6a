//! The IRC transport.

pub mod bucket;
pub mod casemap;
pub mod config;
pub mod content;
pub mod evidence;
pub mod isupport;
pub mod session;
pub mod wire;
