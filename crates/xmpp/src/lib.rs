//! The XMPP transport.
//!
//! [`login`] reaches a server and proves who we are.

pub mod login;
