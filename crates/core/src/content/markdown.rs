//! Markdown, in and out.

mod read;
mod write;

pub(super) use read::read;
pub(super) use write::write;
