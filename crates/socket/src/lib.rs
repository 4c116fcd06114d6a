//! The socket transport and its client.

pub mod access;
pub mod bucket;
pub mod config;
pub mod frame;
pub mod protocol;
pub mod session;
