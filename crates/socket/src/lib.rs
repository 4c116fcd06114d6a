//! The socket transport and its client.

pub mod bucket;
pub mod frame;
pub mod protocol;
