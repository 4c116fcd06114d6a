//! The IRC transport.

pub mod bucket;
pub mod casemap;
pub mod isupport;
pub mod wire;
