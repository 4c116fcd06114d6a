//! What the process does besides running a bot.

#[cfg(feature = "socket")]
pub(crate) mod chat;
pub(crate) mod check;
#[cfg(feature = "matrix")]
pub(crate) mod login;
pub(crate) mod policy;
pub(crate) mod records;
