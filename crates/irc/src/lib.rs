//! The IRC transport.

pub mod bucket;
pub mod casemap;
pub mod config;
mod connect;
pub mod content;
pub mod evidence;
pub mod isupport;
pub mod session;
mod transport;
pub mod wire;

pub use self::{connect::Connector, transport::Irc};
